/** Pieces of the kernels' memory of one size, used again and again. */

/** A piece in use. It goes back when as many have released it as have taken it. */
export interface Slot {
  readonly address: number;
  users: number;
}

/** A pool that grows to the most that was ever in use at once. */
export interface SlotPool {
  /** A slot with one user. */
  take(): Slot;
  release(slot: Slot): void;
  /** Slots in use. */
  readonly used: number;
}

/** @param allocate address of a new piece */
export function createSlotPool(allocate: () => number): SlotPool {
  const free: Slot[] = [];
  let used = 0;
  return {
    take() {
      const slot = free.pop() ?? { address: allocate(), users: 0 };
      slot.users = 1;
      used++;
      return slot;
    },
    release(slot) {
      slot.users--;
      if (slot.users > 0) return;
      used--;
      free.push(slot);
    },
    get used() {
      return used;
    },
  };
}
