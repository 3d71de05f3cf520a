/** A clip at another size, so that every figure can be had at the size that is asked about. */

import type { CodecDriver, Plane, Size } from "@tatami/core";
import { createFrame } from "@tatami/core";
import { resizePlane } from "@tatami/patches";

/** The clip up to the second `end`, encoded anew in good quality. */
export async function shrinkClip(driver: CodecDriver, clip: string, size: Size, end: number): Promise<Blob> {
  await using reader = await driver.open(clip);
  await using writer = await driver.write({ reader, size, encode: { audio: "drop", quality: 90 } });
  const half = { width: size.width / 2, height: size.height / 2 };
  for await (const frame of reader.frames({ end })) {
    const { luma, chroma } = await frame.planes();
    const { timestamp, duration, color } = frame;
    const planes = {
      luma: resize(luma, size),
      chroma: [resize(chroma[0], half), resize(chroma[1], half)] as const,
    };
    frame.close();
    await writer.write(createFrame(planes, { timestamp, duration, color }));
  }
  return (await writer.finish()).blob!;
}

function resize(plane: Plane, size: Size): Plane {
  const along = (to: number, from: number): { readonly scale: number; readonly offset: number } => ({
    scale: from / to,
    offset: (from / to - 1) / 2,
  });
  return resizePlane(plane, {
    size,
    horizontal: along(size.width, plane.width),
    vertical: along(size.height, plane.height),
  });
}
