/** Colour signalling between mediabunny's words and the contract's: unstated is `null` here and absent there. */

import type { ColorSpace } from "@tatami/core";
import type { ColorPart } from "../../driver/color-numbers.ts";
import { colorWord } from "../../driver/color-numbers.ts";
import type { NumberedColor } from "../header/sequence-parameters.ts";

/** WebCodecs' words. Source: its specification, section 9.7. */
const known: Readonly<Record<"primaries" | "transfer" | "matrix", readonly (string | null)[]>> = {
  primaries: ["bt709", "bt470bg", "smpte170m", "bt2020", "smpte432"],
  transfer: ["bt709", "smpte170m", "iec61966-2-1", "linear", "pq", "hlg"],
  matrix: ["rgb", "bt709", "bt470bg", "smpte170m", "bt2020-ncl"],
};

/** Whether nothing is stated. */
export function isUnstated({ primaries, transfer, matrix, fullRange }: ColorSpace): boolean {
  return primaries === null && transfer === null && matrix === null && fullRange === null;
}

/** From mediabunny (or WebCodecs), where what is not stated is absent or null. */
export function toColorSpace(color: VideoColorSpaceInit): ColorSpace {
  return {
    primaries: color.primaries ?? null,
    transfer: color.transfer ?? null,
    matrix: color.matrix ?? null,
    fullRange: color.fullRange ?? null,
  };
}

/** To WebCodecs' shape; what is not stated is left out, and so is what it has no word for. */
export function fromColorSpace(color: ColorSpace): VideoColorSpaceInit {
  const init: VideoColorSpaceInit = {};
  const { primaries, transfer, matrix, fullRange } = color;
  if (known.primaries.includes(primaries)) init.primaries = primaries as VideoColorPrimaries;
  if (known.transfer.includes(transfer)) init.transfer = transfer as VideoTransferCharacteristics;
  if (known.matrix.includes(matrix)) init.matrix = matrix as VideoMatrixCoefficients;
  if (fullRange !== null) init.fullRange = fullRange;
  return init;
}

/**
 * What a picture states: its container first, then its stream, then what mediabunny has words for. Mediabunny takes a
 * range that nothing states for a limited one.
 */
export function statedColor(
  read: ColorSpace,
  container: NumberedColor | undefined,
  stream: NumberedColor | undefined,
): ColorSpace {
  const part = (name: ColorPart): string | null =>
    colorWord(name, container?.[name]) ?? colorWord(name, stream?.[name]) ?? read[name];
  const color = { primaries: part("primaries"), transfer: part("transfer"), matrix: part("matrix") };
  const isStated = stream === undefined && !isUnstated({ ...color, fullRange: null });
  const guessed = read.fullRange === true || isStated ? read.fullRange : null;
  return { ...color, fullRange: container?.fullRange ?? stream?.fullRange ?? guessed };
}
