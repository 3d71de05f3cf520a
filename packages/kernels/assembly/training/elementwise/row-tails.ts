/** The last floats of a row that is no multiple of four floats long. */

/** The 1 to 3 floats that `rest` bytes hold, zeros behind them. Nothing beyond is read. */
export function loadTail(address: usize, rest: usize): v128 {
  if (rest == 4) return v128.load_zero<f32>(address);
  const two = v128.load_zero<f64>(address);
  return rest == 8 ? two : v128.load_lane<f32>(address, two, 2, 8);
}

/** Stores the first 1 to 3 floats, `rest` bytes. Nothing beyond is written. */
export function storeTail(address: usize, value: v128, rest: usize): void {
  if (rest == 4) {
    v128.store_lane<f32>(address, value, 0);
    return;
  }
  v128.store_lane<f64>(address, value, 0);
  if (rest == 12) v128.store_lane<f32>(address, value, 2, 8);
}

/** All bits of the first 0 to 4 floats, none of those beyond. */
export function firstLanes(count: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count));
}
