/** What pictures hold that is not in their larger ones, whichever driver reads them. */

import type { Changed, LeftOut } from "@tatami/core";

/** What is said of colours that are sampled at fewer places than before. @param before 4:2:2, 4:4:4 and so on */
export function resampled(before: string): Changed {
  return {
    kind: "sampling",
    message: `The colours are sampled at ${before} in the input, and at 4:2:0 in the output, as encoders in browsers take them.`,
  };
}

/** What is said of captions. @param index the number of the picture's track */
export function captionsLost(index: number): LeftOut {
  return {
    track: { kind: "subtitle", index, codec: "eia_608", language: null },
    reason: "driver-cannot-copy",
    message:
      "The captions (CEA-608 or 708) that travel inside the pictures are lost: no encoder in browsers carries them.",
  };
}

/** What is said of a picture that is mirrored, where that cannot be written. @param where what cannot hold it */
export function mirrorLost(where: string): Changed {
  return {
    kind: "shape",
    message: `A player shows the input mirrored, and the output as it is coded: ${where} has no place for it.`,
  };
}

/** How a picture's format samples chroma, where that is denser than 4:2:0: `I422`, `yuv444p`, `gbrp`. */
export function denserSampling(format: string | null): string | undefined {
  const name = format?.toLowerCase() ?? "";
  if (/422|uyvy|yuyv|yvyu|nv16|p210|v210/.test(name)) return "4:2:2";
  if (/444|nv24|ayuv|xyz/.test(name)) return "4:4:4";
  if (/440/.test(name)) return "4:4:0";
  if (/rgb|bgr|gbr/.test(name)) return "every pixel (RGB)";
  return undefined;
}

/** Whether a packet carries captions: ATSC's mark of them in an H.264 or HEVC message. Source: ATSC A/53, part 4, 6.2.3. */
export function holdsCaptions(packet: Uint8Array): boolean {
  const mark = [0x47, 0x41, 0x39, 0x34, 0x03];
  for (let at = packet.indexOf(mark[0]!); at >= 0; at = packet.indexOf(mark[0]!, at + 1))
    if (mark.every((byte, index) => packet[at + index] === byte)) return true;
  return false;
}
