/** The learning rate over time. */

/** A rise, then a cosine down to nothing (Loshchilov and Hutter, 2017, without restarts). */
export interface Schedule {
  /** The highest rate. */
  readonly rate: number;
  /** Steps of the rise from 0. */
  readonly warmUp: number;
  /** All steps, the rise included. */
  readonly steps: number;
}

/** The rate of a step, counted from 0. Beyond the last step it stays at that step's rate. */
export function rateAt(schedule: Schedule, step: number): number {
  const { rate, warmUp, steps } = schedule;
  if (step < warmUp) return (rate * (step + 1)) / warmUp;
  const done = Math.min(1, (step - warmUp) / Math.max(1, steps - warmUp));
  return (rate * (1 + Math.cos(Math.PI * done))) / 2;
}
