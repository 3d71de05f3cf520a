/** Where the tokens of a window lie: the one table of orders that the ops, the kernels and ONNX share. */

/**
 * The order in which a window's pixels follow one another: row by row, column by column, and each from the end.
 * Four scans, one in each, let every pixel be seen from four sides.
 */
export type WindowOrder = "rows" | "columns" | "rows-reversed" | "columns-reversed";

/** Every order, in the order in which scans take turns. */
export const windowOrders: readonly WindowOrder[] = ["rows", "columns", "rows-reversed", "columns-reversed"];

/** How a picture is cut into windows. */
export interface WindowArgument {
  /** Pixels of a window's side. */
  readonly size: number;
  readonly order: WindowOrder;
  /**
   * How far to the left of the picture and above it the first window begins, below `size`. What of a window lies
   * beyond the picture is zero; there is one window more in each direction.
   */
  readonly shift: number;
}

/** For each token of a window its place in it, counted row by row. */
export function placesOf(size: number, order: WindowOrder): Int32Array {
  const places = Int32Array.from({ length: size ** 2 }, (_, token) => {
    const [slow, fast] = [Math.floor(token / size), token % size];
    return order.startsWith("rows") ? token : fast * size + slow;
  });
  return order.endsWith("reversed") ? places.reverse() : places;
}

/** How many windows there are in a direction of so many pixels, a multiple of the size. */
export function windowsAlong(side: number, { size, shift }: WindowArgument): number {
  return side / size + (shift > 0 ? 1 : 0);
}

/**
 * Calls for every token of one channel: `token` is its place among the
 * windows, `pixel` its place in the picture, −1 beyond it.
 */
export function eachToken(
  height: number,
  width: number,
  argument: WindowArgument,
  visit: (token: number, pixel: number) => void,
): void {
  const { size, order, shift } = argument;
  const places = placesOf(size, order);
  const columns = windowsAlong(width, argument);
  const windows = columns * windowsAlong(height, argument);
  for (let window = 0; window < windows; window++) {
    const top = Math.floor(window / columns) * size - shift;
    const left = (window % columns) * size - shift;
    for (const [token, place] of places.entries()) {
      const [y, x] = [top + Math.floor(place / size), left + (place % size)];
      const inside = y >= 0 && y < height && x >= 0 && x < width;
      visit(window * places.length + token, inside ? y * width + x : -1);
    }
  }
}
