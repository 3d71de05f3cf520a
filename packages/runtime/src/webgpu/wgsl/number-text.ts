/** Numbers as WGSL text. */

/** A float32 as a literal that reads back as the same float32. */
export function floatText(value: number): string {
  const text = String(Math.fround(value) === 0 ? 0 : Number(Math.fround(value).toPrecision(9)));
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** Four numbers as a vector. */
export function vectorText(values: readonly number[]): string {
  return `vec4f(${values.map(floatText).join(", ")})`;
}

/** `channels` numbers as vectors of four, the last filled up with zeros. */
export function vectorsOf(values: ArrayLike<number>): readonly (readonly number[])[] {
  return Array.from({ length: Math.ceil(values.length / 4) }, (_, group) =>
    [0, 1, 2, 3].map((lane) => values[group * 4 + lane] ?? 0),
  );
}
