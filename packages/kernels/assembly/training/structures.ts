/** What JavaScript writes into memory: 32-bit fields, in this order. TypeScript has them from here (`scripts/describe-memory.js`). */

/** A picture of float channels, pixel by pixel, inside a border of zeros. */
@unmanaged
export class Plane {
  /** Address of the picture's first pixel. */
  interior: u32;
  /** Bytes from one row to the next. */
  stride: u32;
  /** Bytes of one pixel: 4 for the luma, else a multiple of 16. */
  pixel: u32;
  width: i32;
  height: i32;
}

/** Working memory of the Winograd passes. */
@unmanaged
export class Scratch {
  /** Tiles in one go, a multiple of six. */
  tiles: i32;
  /** Transformed columns, `[6][tiles · 4 + 2]` pixels. */
  columns: u32;
  /** `[36][tiles]` pixels, twice. */
  v: u32;
  m: u32;
  /** 512 bytes. */
  table: u32;
}
