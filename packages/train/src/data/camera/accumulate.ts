/** The inner loops of filters over rows of samples. */

/** `sums[i] += Σ weights[k] · source[starts[k] + i]`, two rows at a time: half as much traffic through the sums. */
export function addRows(
  sums: Float32Array,
  source: Float32Array,
  starts: readonly number[],
  weights: readonly number[],
): void {
  const count = sums.length;
  const even = starts.length - (starts.length % 2);
  for (let k = 0; k < even; k += 2) {
    const [a, b] = [starts[k]!, starts[k + 1]!];
    const [first, second] = [Math.fround(weights[k]!), Math.fround(weights[k + 1]!)];
    for (let i = 0; i < count; i++) sums[i]! += first * source[a + i]! + second * source[b + i]!;
  }
  if (even === starts.length) return;
  const a = starts[even]!;
  const weight = Math.fround(weights[even]!);
  for (let i = 0; i < count; i++) sums[i]! += weight * source[a + i]!;
}

/** Samples as floats: filters are fastest when they only ever see one kind of array. */
export function toFloats(data: Uint8Array | Float32Array): Float32Array {
  return data instanceof Float32Array ? data : Float32Array.from(data);
}
