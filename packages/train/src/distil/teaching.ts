/** What a run learns from besides its pictures. Knows no files. */

import type { Dataset } from "../data/dataset.ts";
import type { Feed } from "../feed/feed.ts";
import type { Mipkd } from "./mipkd.ts";

/** What a run learns from besides pictures. Release it. */
export interface Teaching {
  /** The teacher's enlargements of the run's pictures, where both count. */
  readonly lessons?: Dataset;
  readonly mipkd?: Mipkd;
  /** Fills what examples hold for it, once they have their crops. */
  readonly feeds: readonly Feed[];
  /** What is worth saying before the first step. */
  readonly remarks: readonly string[];
  release(): Promise<void>;
}
