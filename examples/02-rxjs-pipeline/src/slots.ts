/** A video's time in slices, as many as can be told apart, so that long videos cost no more than short ones. */

/** One slice in which at least one frame was read. */
export interface Slot {
  /** Seconds. */
  readonly from: number;
  readonly to: number;
  /** The largest share of changed patches among the frames that passed, 0 to 1; nothing where none did. */
  readonly share?: number;
}

export interface Slots {
  /** Those with a frame, in order. */
  readonly all: readonly Slot[];
  /** @param share nothing for a frame that was only read */
  add(time: number, share?: number): void;
}

/** A frame's time is seldom a whole multiple of anything. */
const rounding = 1e-6;

/** @param duration seconds; what comes later counts for the last slice */
export const createSlots = (duration: number, count: number): Slots => {
  const length = Math.max(duration, 0.1) / count;
  const slots: (Slot | undefined)[] = Array.from({ length: count });
  return {
    get all() {
      return slots.filter((slot) => slot !== undefined);
    },
    add: (time, share) => {
      const index = Math.min(count - 1, Math.max(0, Math.floor(time / length + rounding)));
      const known = slots[index]?.share;
      const most = share === undefined ? known : Math.max(known ?? 0, share);
      slots[index] = {
        from: index * length,
        to: (index + 1) * length,
        ...(most === undefined ? {} : { share: most }),
      };
    },
  };
};
