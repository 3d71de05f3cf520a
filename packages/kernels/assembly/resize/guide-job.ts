/** One frame whose chroma is to be guided. */

/** What there is to do: as `src/resize/guide-kernels.ts` writes it. Addresses, strides in bytes, sizes. */
@unmanaged
export class GuideJob {
  luma: usize;
  lumaStride: i32;
  lumaWidth: i32;
  lumaHeight: i32;
  /** Luma pixels a chroma sample. */
  across: i32;
  down: i32;
  blue: usize;
  blueStride: i32;
  red: usize;
  redStride: i32;
  width: i32;
  height: i32;
  enlarged: usize;
  enlargedStride: i32;
  enlargedWidth: i32;
  enlargedHeight: i32;
  /** `[targetWidth][4]`, times 16: byte offsets. */
  columnTaps: usize;
  /** `[targetWidth][4][4]`: filter, filter, slope, slope. */
  columnWeights: usize;
  /** `[targetHeight][4]` */
  rowTaps: usize;
  /** `[targetHeight][8]`: filter's four, slopes' four. */
  rowWeights: usize;
  targetBlue: usize;
  targetRed: usize;
  targetWidth: i32;
  targetHeight: i32;
  noise: f32;
  doubt: f32;
  tiny: f32;
  sharpening: f32;
  ownSide: f32;
  /** A sample's worth in steps of 8 bits, how many of its own one of those is, and the largest there is. Of bytes 1, 1, 255. */
  unit: f32;
  steps: f32;
  most: f32;
  /** Floats a row of the rooms below, four of them in front of the first sample. */
  pitch: i32;
  targetPitch: i32;
  /** `[4][3][pitch]`: the latest rows of guide, blue, red. */
  near: usize;
  /** `[8][pitch]` */
  sums: usize;
  /** `[pitch][4]`: sharpened blue and red, slopes of both. */
  mixed: usize;
  /** `[pitch]`: the sharpened guide. */
  guide: usize;
  /** `[4][5][targetPitch]`: the latest rows, widened: blue, red, slopes of both, guide. */
  wide: usize;
  /** `[targetPitch]`: enlarged luma as chroma sees it. */
  seen: usize;
}
