/** Colour signalling between mediabunny's words and the contract's: unstated is `null` here and absent there. */

import type { ColorSpace } from "@tatami/core";

/** From mediabunny (or WebCodecs), where what is not stated is absent or null. */
export function toColorSpace(color: VideoColorSpaceInit): ColorSpace {
  return {
    primaries: color.primaries ?? null,
    transfer: color.transfer ?? null,
    matrix: color.matrix ?? null,
    fullRange: color.fullRange ?? null,
  };
}

/** To WebCodecs' shape; what is not stated is left out. */
export function fromColorSpace(color: ColorSpace): VideoColorSpaceInit {
  const init: VideoColorSpaceInit = {};
  if (color.primaries !== null) init.primaries = color.primaries as VideoColorPrimaries;
  if (color.transfer !== null) init.transfer = color.transfer as VideoTransferCharacteristics;
  if (color.matrix !== null) init.matrix = color.matrix as VideoMatrixCoefficients;
  if (color.fullRange !== null) init.fullRange = color.fullRange;
  return init;
}

/** `color`, with `more` where it states nothing. */
export function mergeColor(color: ColorSpace, more: ColorSpace): ColorSpace {
  return {
    primaries: color.primaries ?? more.primaries,
    transfer: color.transfer ?? more.transfer,
    matrix: color.matrix ?? more.matrix,
    fullRange: color.fullRange ?? more.fullRange,
  };
}
