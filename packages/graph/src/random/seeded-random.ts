/** Random numbers that are the same on every machine. */

import { createRandom } from "@tatami/core";

/** Numbers from 0 up to 1, the same for the same seed: the stream of `createRandom`, as a function. */
export function createSeededRandom(seed: number): () => number {
  return createRandom(seed).uniform;
}
