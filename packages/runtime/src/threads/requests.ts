/** What threads are asked, and what they answer. */

import type { Plan } from "../program/plan.ts";
import type { BatchMemory } from "../program/take-items.ts";

/** One message to a thread. What was opened or loaded is known by its number until it is closed. */
export type ThreadRequest =
  /** Whether it is there, and can be given memory that is shared. */
  | { readonly kind: "probe"; readonly memory: WebAssembly.Memory }
  /** A chain in a memory that all share. @see ThreadPool.ask about its growth */
  | {
      readonly kind: "open";
      readonly id: number;
      readonly module: WebAssembly.Module;
      readonly memory: WebAssembly.Memory;
      /** Address of this thread's own plan. */
      readonly plan: number;
    }
  /** Jobs of an opened chain, until none is left. */
  | ({ readonly kind: "run"; readonly id: number } & Wave)
  /** A compiled program, into a memory of the thread's own. */
  | {
      readonly kind: "load";
      readonly id: number;
      readonly module: WebAssembly.Module;
      readonly plan: Plan;
      readonly batch: BatchMemory;
    }
  /** Items of a loaded program, until none is left. */
  | { readonly kind: "take"; readonly id: number }
  /** Every batch of a loaded program until it is told to stop, with nothing asked or answered. */
  | { readonly kind: "follow"; readonly id: number }
  | { readonly kind: "close"; readonly id: number };

/** A wave of jobs, as `takeJobs` wants them. */
export interface Wave {
  readonly jobs: number;
  readonly count: number;
  readonly next: number;
}

/** That a request is done, or why it is not. `follow` and `close` are not answered. */
export type ThreadAnswer = { readonly kind: "done" } | { readonly kind: "failed"; readonly reason: string };
