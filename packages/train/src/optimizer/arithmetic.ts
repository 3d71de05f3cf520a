/** What every optimiser works out in the same way. */

/** The Euclidean norm, summed in double precision. */
export function normOf(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! * values[i]!;
  return Math.sqrt(sum);
}

/** The decay of the weights' average at a step: a young average follows closely, so that it never remembers the start. */
export function averagingDecay(index: number, decay: number): number {
  return Math.min(decay, (index + 1) / (index + 10));
}
