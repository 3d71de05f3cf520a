/** What could not be decoded, as it goes into the report. */

import type { Damage } from "@tatami/core";

/** Places listed at most: a stream of days over a bad line must not fill the memory with its faults. */
const maxPlaces = 1000;

/** Takes notes of damage. */
export interface DamageLog {
  add(damage: Damage): void;
  /** By time; the last entry stands for all that found no room. */
  readonly places: readonly Damage[];
}

/** Begins an empty log. */
export function createDamageLog(): DamageLog {
  const places: Damage[] = [];
  let more = 0;
  return {
    add(damage) {
      if (places.length < maxPlaces) places.push(damage);
      else more += 1;
    },
    get places() {
      const sorted = places.toSorted((a, b) => a.seconds - b.seconds);
      const last = sorted.at(-1);
      if (more === 0 || !last) return sorted;
      return [...sorted, { seconds: last.seconds, frames: null, message: `and ${more} places more` }];
    },
  };
}
