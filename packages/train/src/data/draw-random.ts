/** Random choices, from a stream of random numbers. */

import type { Random } from "@tatami/core";

/** Uniform between two numbers. */
export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random.uniform();
}

/** One of a list, each as likely as the others. */
export function pick<T>(random: Random, items: readonly T[]): T {
  return items[random.integer(items.length)]!;
}

/** One of the keys, as likely as its number; the numbers add up to 1. */
export function choose<K extends string>(random: Random, chances: Readonly<Record<K, number>>): K {
  const keys = Object.keys(chances) as K[];
  let at = random.uniform();
  for (const key of keys) {
    at -= chances[key];
    if (at < 0) return key;
  }
  return keys.at(-1)!;
}
