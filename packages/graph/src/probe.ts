/** The imagined picture on which graphs are checked before there is a real one. */

/** What the blocks of a model's `spaceToDepth`, one inside the other, must divide: 2⁶·3²·5·7. */
const probeBlocks = 20160;

/**
 * Size of the imagined picture. Two items, and sides of a prime each times what blocks divide, so that no constant
 * fits it by chance and no dimension is mistaken for another.
 */
export const probeSize: { readonly batch: number; readonly height: number; readonly width: number } = {
  batch: 2,
  height: 1009 * probeBlocks,
  width: 1013 * probeBlocks,
};

/** The largest block that is written as a fraction of the picture's side. */
const largestBlock = 144;

/** `[1, 16, 8, 8]`; of the imagined picture `[n, 16, 2h, w/4]`. For messages and print. */
export function formatShape(shape: readonly number[]): string {
  const [batch, channels, height, width] = shape;
  const tall = formatSide(height, probeSize.height, "h");
  const wide = formatSide(width, probeSize.width, "w");
  if (shape.length !== 4 || tall === undefined || wide === undefined) return `[${shape.join(", ")}]`;
  return `[${batch === probeSize.batch ? "n" : batch}, ${channels}, ${tall}, ${wide}]`;
}

function formatSide(size: number | undefined, unit: number, name: string): string | undefined {
  const [times, parts] = ratio(size ?? 0, unit);
  if (times === 0 || parts > largestBlock) return undefined;
  return `${times === 1 ? "" : times}${name}${parts === 1 ? "" : `/${parts}`}`;
}

/** Two whole numbers in lowest terms. */
export function ratio(a: number, b: number): readonly [number, number] {
  let [divisor, rest] = [a, b];
  while (rest > 0) [divisor, rest] = [rest, divisor % rest];
  return [a / divisor, b / divisor];
}
