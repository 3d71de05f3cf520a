/** Tells Windows Media files under copy protection, which FFmpeg takes for damaged ones. */

import { encryptedInput } from "../../driver/explain-error.ts";
import type { Address } from "./address.ts";
import { readHead } from "./source-bytes.ts";

/**
 * The identifiers of the Content Encryption and the Extended Content Encryption object.
 * Source: Advanced Systems Format Specification, revision 01.20.05, section 10.2.
 */
const encryptionObjects = ["fbb31122 23bdd211 b4b700a0 c955fc6e", "14e68a29 2226174c b935dae0 7ee9289c"].map(
  (hex) => Buffer.from(hex.replaceAll(" ", ""), "hex"),
);

/** @throws TatamiError `encrypted-input` when the file's header has an encryption object. */
export async function refuseLocked(address: Address): Promise<void> {
  const head = await readHead(address);
  if (head && encryptionObjects.some((object) => head.includes(object))) throw encryptedInput();
}
