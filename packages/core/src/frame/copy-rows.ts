/** Rows of bytes from one plane to another. */

/** Where rows lie: the first at the beginning, each `stride` bytes behind the one before. */
export interface Rows {
  readonly data: Uint8Array;
  readonly stride: number;
}

/** Copies `height` rows of `width` bytes; all at once where nothing lies between them. */
export function copyRows(from: Rows, to: Rows, width: number, height: number): void {
  if (from.stride === width && to.stride === width) {
    to.data.set(from.data.subarray(0, width * height));
    return;
  }
  for (let y = 0; y < height; y++)
    to.data.set(from.data.subarray(y * from.stride, y * from.stride + width), y * to.stride);
}
