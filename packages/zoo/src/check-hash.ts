/** A model file is what its card says, or it is not used. */

import { TatamiError } from "@tatami/core";

/**
 * Throws unless `bytes` have the SHA-256 the card states.
 *
 * @throws TatamiError `invalid-model` when they differ, `unsupported-environment` where WebCrypto is missing.
 */
export async function checkHash(
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
  expected: string,
): Promise<void> {
  // Browsers hide `subtle` from pages that are not served securely.
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined;
  if (!subtle) {
    throw new TatamiError({
      code: "unsupported-environment",
      message: `The model "${name}" cannot be checked: WebCrypto is not available here.`,
      fix: "Serve the page over HTTPS or from localhost.",
      detail: { name },
    });
  }
  const seen = toHexadecimal(await subtle.digest("SHA-256", bytes));
  if (seen === expected) return;
  throw new TatamiError({
    code: "invalid-model",
    message: `The file of the model "${name}" is not the one that was published: its SHA-256 is ${seen}, not ${expected}.`,
    fix: "Install @tatami/zoo again, and see that nothing on the way rewrites .onnx files (they are binary).",
    detail: { name, seen, expected },
  });
}

function toHexadecimal(buffer: ArrayBuffer): string {
  return Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
