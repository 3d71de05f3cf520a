/** A hash by which bytes are told apart, in Node and in pages. */

import { TatamiError } from "./errors/errors.ts";

/**
 * SHA-256 in hexadecimal.
 *
 * @throws TatamiError `unsupported-environment` where WebCrypto is missing.
 */
export async function sha256Of(bytes: Uint8Array): Promise<string> {
  // browsers hide `subtle` from pages that are not served securely
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined;
  if (!subtle)
    throw new TatamiError({
      code: "unsupported-environment",
      message: "Bytes cannot be checked by their hash: WebCrypto is not available here.",
      fix: "Serve the page over HTTPS or from localhost.",
    });
  const digest = new Uint8Array(await subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
