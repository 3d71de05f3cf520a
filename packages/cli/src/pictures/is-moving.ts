/** Which picture files hold several pictures: those are videos, whatever their names say. */

import { open } from "node:fs/promises";

/** Bytes in which it is said. */
const headBytes = 32;
/** Of the flags of an extended WebP. */
const animation = 0x02;

/**
 * Whether a picture file moves: an animated WebP, or a row of AVIF's. What cannot be read is told by who reads it.
 * Source: WebP Container Specification, "Extended File Format"; AV1 Image File Format, "AVIF image sequence brand".
 */
export async function isMoving(path: string): Promise<boolean> {
  const file = await open(path).catch(() => undefined);
  if (!file) return false;
  try {
    const head = Buffer.alloc(headBytes);
    const { bytesRead } = await file.read(head, 0, headBytes, 0);
    if (bytesRead < headBytes) return false;
    const text = (from: number, to: number): string => head.toString("latin1", from, to);
    if (text(0, 4) === "RIFF" && text(8, 16) === "WEBPVP8X") return (head[20]! & animation) !== 0;
    return text(4, 12) === "ftypavis";
  } catch {
    return false;
  } finally {
    await file.close();
  }
}
