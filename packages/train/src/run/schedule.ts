/** The learning rate over time. */

/** A rise, perhaps some time at the top, then a cosine down to nothing (Loshchilov and Hutter, 2017, without restarts). */
export interface Schedule {
  /** The highest rate. */
  readonly rate: number;
  /** Steps of the rise from 0. */
  readonly warmUp: number;
  /** Part of all steps, after the rise, at the highest rate. @defaultValue 0 */
  readonly hold?: number;
  /** All steps, the rise included. */
  readonly steps: number;
}

/** The rate of a step, counted from 0. Beyond the last step it stays at that step's rate. */
export function rateAt(schedule: Schedule, step: number): number {
  const { rate, warmUp, steps, hold = 0 } = schedule;
  if (step < warmUp) return (rate * (step + 1)) / warmUp;
  const falls = warmUp + hold * steps;
  const done = Math.min(1, Math.max(0, step - falls) / Math.max(1, steps - falls));
  return (rate * (1 + Math.cos(Math.PI * done))) / 2;
}
