/** Matroska states the shape of a picture as a size to be shown at, which FFmpeg rounds to whole pixels: 16:9 would not stay 16:9. */

import type { VideoEncoding } from "./encode-video.ts";
import type { FileBytes } from "./write-chapters.ts";

/** DisplayWidth and DisplayHeight, each with a size of two bytes. Source: RFC 9559, section 5.1.4.1.28. */
const widthMark = Buffer.from([0x54, 0xb0, 0x82]);
const heightMark = Buffer.from([0x54, 0xba, 0x82]);
/** Bytes among which the header of the tracks is. */
const headBytes = 2 ** 16;

/** A size of just the picture's shape, near the one it is coded in; nothing where FFmpeg's own is exact already. */
export function exactDisplaySize({
  width,
  height,
  pixelAspectRatio: { numerator, denominator },
}: Pick<VideoEncoding, "width" | "height" | "pixelAspectRatio">): readonly [number, number] | undefined {
  if (numerator === denominator || (width * numerator) % denominator === 0) return undefined;
  const [across, down] = [width * numerator, height * denominator];
  const common = greatestCommonDivisor(across, down);
  const [wide, high] = [across / common, down / common];
  const times = Math.max(1, Math.round(height / high));
  const size = [wide * times, high * times] as const;
  return Math.max(...size) < 2 ** 16 ? size : undefined;
}

/** Writes the exact size over the rounded one in a finished file. */
export async function stateExactAspect(file: FileBytes, video: VideoEncoding): Promise<void> {
  const exact = exactDisplaySize(video);
  if (!exact) return;
  const head = await file.read(0, Math.min(file.size, headBytes));
  const rounded = Math.round(
    (video.width * video.pixelAspectRatio.numerator) / video.pixelAspectRatio.denominator,
  );
  const width = findSize(head, widthMark, (value) => Math.abs(value - rounded) <= 1);
  const height =
    width === undefined ? undefined : findSize(head, heightMark, (value) => value === video.height);
  if (width === undefined || height === undefined) return;
  const [bytes, more] = [Buffer.alloc(2), Buffer.alloc(2)];
  bytes.writeUInt16BE(exact[0]);
  more.writeUInt16BE(exact[1]);
  await file.write(bytes, width);
  await file.write(more, height);
}

function findSize(head: Buffer, mark: Buffer, isIt: (value: number) => boolean): number | undefined {
  for (let at = head.indexOf(mark); at !== -1; at = head.indexOf(mark, at + 1)) {
    const value = at + mark.length;
    if (value + 2 <= head.length && isIt(head.readUInt16BE(value))) return value;
  }
  return undefined;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
