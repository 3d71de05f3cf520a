/** A card as text, and the hash that is on it. */

import { TatamiError } from "@tatami/core";
import type { ModelCard } from "@tatami/graph";

/**
 * SHA-256 in hexadecimal.
 *
 * @throws TatamiError `unsupported-environment` where WebCrypto is missing.
 */
export async function sha256Of(bytes: Uint8Array): Promise<string> {
  // browsers hide `subtle` from pages that are not served securely
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined;
  if (subtle) {
    const digest = new Uint8Array(await subtle.digest("SHA-256", bytes.slice()));
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }
  throw new TatamiError({
    code: "unsupported-environment",
    message: "A model cannot be given its hash: WebCrypto is not available here.",
    fix: "Serve the page over HTTPS or from localhost.",
  });
}

/** The card as its file's text. */
export function cardText(card: ModelCard): string {
  return `${JSON.stringify(card, null, 2)}\n`;
}
