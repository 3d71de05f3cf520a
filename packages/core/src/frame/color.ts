/** How a frame's numbers mean colours. Tatami carries this through; it never guesses silently. */

/**
 * Colour signalling, in WebCodecs' words. `null` means "not stated by the stream", which is not the
 * same as BT.709: what is not stated stays not stated in the output.
 */
export interface ColorSpace {
  readonly primaries: string | null;
  readonly transfer: string | null;
  readonly matrix: string | null;
  /** `true`: luma uses 0..255; `false` or not stated: 16..235. */
  readonly fullRange: boolean | null;
}

/** Nothing stated. */
export const unstatedColor: ColorSpace = { primaries: null, transfer: null, matrix: null, fullRange: null };

/** Whether the transfer curve is one of the high dynamic range ones (PQ or HLG). */
export function isHighDynamicRange(color: ColorSpace): boolean {
  return color.transfer === "pq" || color.transfer === "hlg";
}
