/** What tells an input from another, or from itself when it was changed: size, time of change, both ends of its bytes. */

import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { MediaInput } from "@tatami/core";
import { invalidOption } from "@tatami/core";

/** Bytes of either end that are hashed: a container's header or index lies in one of them. */
const endBytes = 2 ** 16;

/**
 * The identity of a file, or of a Blob that has one (`identity`, a text).
 *
 * @throws TatamiError `invalid-option` for what is no file: it cannot be found again unchanged.
 */
export async function identify(input: MediaInput | undefined): Promise<string> {
  // bytes of something that is elsewhere say themselves what tells it from another: only who fetches them knows
  if (input instanceof Blob && "identity" in input && typeof input.identity === "string")
    return input.identity;
  const path = input instanceof URL && input.protocol === "file:" ? fileURLToPath(input) : input;
  if (typeof path !== "string") throw notAFile(input);
  const file = await open(path).catch(() => {
    throw notAFile(input);
  });
  try {
    const { size, mtimeMs } = await file.stat();
    const hash = createHash("sha256");
    for (const start of [0, Math.max(0, size - endBytes)]) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(endBytes), 0, endBytes, start);
      hash.update(buffer.subarray(0, bytesRead));
    }
    return `${size} bytes, changed at ${mtimeMs}, sha256 ${hash.digest("hex")}`;
  } finally {
    await file.close();
  }
}

function notAFile(input: unknown): Error {
  return invalidOption(
    "resume",
    "for inputs that are one file each",
    input,
    "Leave resume (--resume, --keep) out, or save the input as a file first.",
  );
}
