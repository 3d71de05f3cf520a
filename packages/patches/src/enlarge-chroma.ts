/** Chroma of an enlarged frame: 4:2:0, wherever the source kept its samples. */

import type { AnyPlane, Plane, Planes } from "@tatami/core";
import { scaleSize } from "@tatami/core";
import type { AxisMap, ResizeOptions, ResizePlane } from "./resize-plane.ts";
import { centred, resizePlane } from "./resize-plane.ts";

/**
 * The two chroma planes at 4:2:0 for luma enlarged `scale` times, by the cubic filter alone: what `guideChroma` is measured against.
 *
 * Samples keep their place in the picture: horizontally they sit on the left luma pixel of their pair
 * and vertically between the two rows (H.264 and MPEG-2 chroma location type 0), for the source as far
 * as it is subsampled and for the result always.
 */
export function enlargeChroma(
  planes: Planes,
  scale: number,
  resizer: ResizePlane = resizePlane,
): [Plane, Plane] {
  const { size, horizontal, vertical } = chromaGrid(planes, scale);
  const resize = (plane: Plane): Plane => resizer(plane, { size, horizontal, vertical });
  return [resize(planes.chroma[0]), resize(planes.chroma[1])];
}

/** Where samples of enlarged chroma lie, and those of the source. */
export interface ChromaGrid extends ResizeOptions {
  /** Luma pixels a chroma sample of the source, along each axis. */
  readonly across: 1 | 2;
  readonly down: 1 | 2;
}

/** A picture without its alpha, all planes of as many bits. */
export interface LumaAndChroma<P extends AnyPlane> {
  readonly luma: P;
  readonly chroma: readonly [P, P];
}

/** The grid of chroma at 4:2:0 for luma enlarged `scale` times. */
export function chromaGrid({ luma, chroma: [plane] }: LumaAndChroma<AnyPlane>, scale: number): ChromaGrid {
  const enlarged = scaleSize(luma, scale);
  const [across, down] = [subsampling(luma.width, plane.width), subsampling(luma.height, plane.height)];
  return {
    size: { width: Math.ceil(enlarged.width / 2), height: Math.ceil(enlarged.height / 2) },
    across,
    down,
    horizontal: leftSited(across, scale),
    vertical: betweenRows(down, scale),
  };
}

/** Alpha of an enlarged frame. */
export function enlargeAlpha(alpha: Plane, scale: number, resizer: ResizePlane = resizePlane): Plane {
  return resizer(alpha, {
    size: scaleSize(alpha, scale),
    horizontal: centred(scale),
    vertical: centred(scale),
  });
}

function subsampling(luma: number, chroma: number): 1 | 2 {
  // A plane one pixel wide is its own half; either answer reads the same pixel.
  return chroma < luma ? 2 : 1;
}

// Output chroma j lies on output luma 2j, which is input luma (2j + 0.5)/scale − 0.5.
function leftSited(sourceStep: 1 | 2, scale: number): AxisMap {
  return { scale: 2 / scale / sourceStep, offset: (0.5 / scale - 0.5) / sourceStep };
}

// Output chroma j lies on output luma 2j + 0.5; input chroma k on input luma step·k + (step − 1)/2.
function betweenRows(sourceStep: 1 | 2, scale: number): AxisMap {
  return { scale: 2 / scale / sourceStep, offset: (1 / scale - 0.5 - (sourceStep - 1) / 2) / sourceStep };
}
