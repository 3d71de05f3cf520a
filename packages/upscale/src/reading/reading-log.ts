/** What was met while reading, as it goes into the report: what could not be decoded, and what was made otherwise. */

import type { Changed, Damage } from "@tatami/core";

/** Entries of a kind at most: a stream of days over a bad line must not fill the memory with its faults. */
const maxEntries = 1000;

/** Takes notes. */
export interface ReadingLog {
  readonly onDamaged: (damage: Damage) => void;
  readonly onChanged: (changed: Changed) => void;
  /** By time; the last entry stands for all that found no room. */
  readonly damaged: readonly Damage[];
  /** In the order told; the last entry stands for all that found no room. */
  readonly changed: readonly Changed[];
}

/** Begins an empty log. */
export function createReadingLog(): ReadingLog {
  const places: Damage[] = [];
  const changes: Changed[] = [];
  let [morePlaces, moreChanges] = [0, 0];
  return {
    onDamaged: (damage) => {
      if (places.length < maxEntries) places.push(damage);
      else morePlaces++;
    },
    onChanged: (changed) => {
      if (changes.some(({ message }) => message === changed.message)) return;
      if (changes.length < maxEntries) changes.push(changed);
      else moreChanges++;
    },
    get damaged() {
      const sorted = places.toSorted((a, b) => a.seconds - b.seconds);
      const last = sorted.at(-1);
      if (morePlaces === 0 || !last) return sorted;
      return [...sorted, { seconds: last.seconds, frames: null, message: `and ${morePlaces} places more` }];
    },
    get changed() {
      const last = changes.at(-1);
      if (moreChanges === 0 || !last) return [...changes];
      return [...changes, { kind: last.kind, message: `and ${moreChanges} changes more` }];
    },
  };
}
