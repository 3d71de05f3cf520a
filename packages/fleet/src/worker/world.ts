/** What a worker runs its jobs with, and what it tells of them. */

import type { WorkEngine } from "../engine/engine.ts";
import type { Failure } from "../failure.ts";
import type { Queues } from "../job-data.ts";
import type { StopWatch } from "./stop-watch.ts";

/** What happens in a worker. */
export type WorkEvent =
  | { readonly kind: "cut"; readonly file: string; readonly segments: number }
  | {
      readonly kind: "segment";
      readonly file: string;
      readonly index: number;
      readonly frames: number;
      readonly seconds: number;
    }
  | { readonly kind: "done"; readonly file: string; readonly frames: number }
  | { readonly kind: "cancelled"; readonly file: string }
  /** `isLast`: it is not tried again. */
  | { readonly kind: "failed"; readonly file: string; readonly failure: Failure; readonly isLast: boolean }
  /** Redis is away, or refuses, and the worker goes on when it is back; or the worker was too late for what it is at. */
  | { readonly kind: "trouble"; readonly message: string };

/** What jobs are run with. */
export interface WorkWorld {
  readonly queues: Queues;
  readonly root: string;
  readonly watch: StopWatch;
  readonly tell: (event: WorkEvent) => void;
  /** Segments that may wait before another file is cut that comes after them. */
  readonly mostWaiting: number;
  /** Borrows an engine for as long as `use` takes. */
  engine<T>(use: (engine: WorkEngine) => Promise<T>): Promise<T>;
}
