/** One frame that is fused with those before it. */

/** What there is to do: as `src/fusion/fusion-kernels.ts` writes it. Planes are `[height][width]`. */
@unmanaged
export class FusionJob {
  /** Multiples of four. */
  width: i32;
  height: i32;
  /** Bytes: this frame's, the one's before, and what is shown of this one. */
  now: usize;
  before: usize;
  shown: usize;
  /** Floats: the mean of each pixel, the weight of the samples in it, and how far its gate was shut, 0 to 1. */
  mean: usize;
  count: usize;
  gate: usize;
  /** Bytes: frames for which the gate was shut. */
  still: usize;
  /** 256 floats: levels at which the gate begins to open, by the level that is shown there. */
  thresholds: usize;
  /** The most that a pixel's samples may weigh together. */
  most: f32;
  /** The share of the mean in what is shown. */
  share: f32;
  /** Six planes of cells, see `light.ts`, a border of zeros around each: bytes a row, and a plane. */
  cells: usize;
  cellPitch: i32;
  cellPlane: i32;
  /** Bytes: whether anything in a cell differs from the frame before. */
  changed: usize;
  /** Four rings of sixteen rows of floats, see `fuse-frame.ts`: bytes a row. */
  rows: usize;
  rowPitch: i32;
  /** What thresholds of cells that changed, and of those that did not, are multiplied by. */
  ofChanged: f32;
  ofCopied: f32;
  /** What was seen: pixels whose gate is not quite shut, cells whose light is at its bound, cells that changed. */
  opened: i32;
  bounded: i32;
  changes: i32;
  /** Pixels that had been still, and by how much nearer to them the mean was than the frame before, in levels². */
  stillPixels: i32;
  gained: f64;
}
