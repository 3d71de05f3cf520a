/** A card as text, and the hash that is on it. */

import { createHash } from "node:crypto";
import type { ModelCard } from "@tatami/graph";

/** SHA-256 in hexadecimal. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The card as its file's text. */
export function cardText(card: ModelCard): string {
  return `${JSON.stringify(card, null, 2)}\n`;
}
