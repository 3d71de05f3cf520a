/** Sums of everything up to each number, along the last of six dimensions. */

const DIMENSIONS: usize = 6;

/** @param table as `copyStrided` takes it; the last dimension is what sums run along. Source and target must not overlap. */
export function cumulateStrided(table: usize): void {
  const sizes = table + 8;
  for (let i: usize = 0; i < DIMENSIONS; i++) if (load<i32>(sizes + (i << 2)) <= 0) return;
  cumulateAlong(sizes, 0, load<i32>(table, 0), load<i32>(table, 4));
}

function cumulateAlong(sizes: usize, dimension: usize, source: i32, target: i32): void {
  const at = sizes + (dimension << 2);
  const count = load<i32>(at), sourceStep = load<i32>(at, 24), targetStep = load<i32>(at, 48);
  let sum: f64 = 0;
  for (let i = 0; i < count; i++) {
    if (dimension < DIMENSIONS - 1) cumulateAlong(sizes, dimension + 1, source, target);
    else {
      sum += <f64>load<f32>(<usize>source);
      store<f32>(<usize>target, <f32>sum);
    }
    source += sourceStep;
    target += targetStep;
  }
}
