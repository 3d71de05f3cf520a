/** The stream of random numbers that everything here is drawn from. */

export { createRandom, restoreRandom } from "@tatami/core";
export type { Random } from "@tatami/core";
