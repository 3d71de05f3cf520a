/** Matroska states the shape of a picture as a size to be shown at, which FFmpeg rounds to whole pixels: 16:9 would not stay 16:9. */

import type { VideoEncoding } from "../video/open-context.ts";
import type { FileBytes } from "./write-chapters.ts";

/** DisplayWidth and DisplayHeight. Source: RFC 9559, section 5.1.4.1.28. */
const widthMark = Buffer.from([0x54, 0xb0]);
const heightMark = Buffer.from([0x54, 0xba]);
/** Bytes among which the header of the tracks is. */
const headBytes = 2 ** 16;

/** What is shown of a picture: its size less what is cropped, and the shape of its pixels. */
export type Shape = Pick<VideoEncoding, "width" | "height" | "pixelAspectRatio">;

/** A size of just the picture's shape, near the one it is coded in; nothing where FFmpeg's own is exact already. */
export function exactDisplaySize({
  width,
  height,
  pixelAspectRatio,
}: Shape): readonly [number, number] | undefined {
  const { numerator, denominator } = pixelAspectRatio;
  if (numerator === denominator || (width * numerator) % denominator === 0) return undefined;
  const [across, down] = [width * numerator, height * denominator];
  const common = greatestCommonDivisor(across, down);
  const [wide, high] = [across / common, down / common];
  const times = Math.max(1, Math.round(height / high));
  const size = [wide * times, high * times] as const;
  return Math.max(...size) < 2 ** 16 ? size : undefined;
}

/** Writes the exact size over the rounded one in a finished file. */
export async function stateExactAspect(file: FileBytes, video: Shape): Promise<void> {
  const exact = exactDisplaySize(video);
  if (!exact) return;
  const head = await file.read(0, Math.min(file.size, headBytes));
  const rounded = Math.round(
    (video.width * video.pixelAspectRatio.numerator) / video.pixelAspectRatio.denominator,
  );
  const width = findSize(head, widthMark, (value) => Math.abs(value - rounded) <= 1);
  const height =
    width === undefined
      ? undefined
      : findSize(head, heightMark, (value) => Math.abs(value - video.height) <= 1);
  if (width === undefined || height === undefined) return;
  const sizes = [
    [width, exact[0]],
    [height, exact[1]],
  ] as const;
  if (sizes.some(([{ bytes }, value]) => value >= 2 ** (8 * bytes))) return;
  for (const [{ at, bytes }, value] of sizes) {
    const written = Buffer.alloc(bytes);
    written.writeUIntBE(value, 0, bytes);
    await file.write(written, at);
  }
}

interface Found {
  readonly at: number;
  readonly bytes: number;
}

/** A number of one or two bytes, behind its mark and its length. */
function findSize(head: Buffer, mark: Buffer, isIt: (value: number) => boolean): Found | undefined {
  for (let from = head.indexOf(mark); from !== -1; from = head.indexOf(mark, from + 1)) {
    const [bytes, at] = [(head[from + 2] ?? 0) & 0x7f, from + 3];
    if ((bytes === 1 || bytes === 2) && at + bytes <= head.length && isIt(head.readUIntBE(at, bytes)))
      return { at, bytes };
  }
  return undefined;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
