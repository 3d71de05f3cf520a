/** What a worker and the process that computes for it say to one another: plain data only. */

import type { SerializedTatamiError } from "@tatami/core";
import type { Begun, Joined } from "./engine.ts";
import type { FileTask } from "./open-job.ts";
import type { SegmentResult } from "../job-data.ts";

/** Calls by name: what they are given and give back. */
export interface Calls {
  readonly begin: { readonly args: [FileTask]; readonly result: Begun };
  readonly segment: { readonly args: [FileTask, number]; readonly result: SegmentResult };
  readonly join: { readonly args: [FileTask]; readonly result: Joined };
  readonly tidy: { readonly args: [FileTask]; readonly result: void };
}

/** A call's name. */
export type CallName = keyof Calls;

/** To the process. One call at a time. */
export type Request =
  | {
      [N in CallName]: { readonly kind: "call"; readonly name: N; readonly args: Calls[N]["args"] };
    }[CallName]
  | { readonly kind: "abort" };

/** From the process. */
export type Reply =
  | { readonly kind: "frames"; readonly frames: number }
  | { readonly kind: "result"; readonly value: unknown }
  | { readonly kind: "aborted" }
  | { readonly kind: "error"; readonly error: SerializedTatamiError };
