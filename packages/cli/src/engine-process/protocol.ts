/** What the two processes say to one another: plain data only. */

import type { MediaDescription, SerializedTatamiError } from "@tatami/core";
import type { Model } from "@tatami/graph";
import type { Progress } from "@tatami/upscale";
import type { CompareOptions, Comparison } from "../compare/options.ts";
import type { ProgressLine } from "../display/progress-line.ts";
import type { Trial, TryOptions } from "../try/options.ts";
import type { AutomaticModel, EngineOptions, JobOptions, JobPlan, JobReport } from "../shell.ts";

/** The file descriptor at which the engine's process finds the command's standard output. */
export const resultsFd = 4;

/** A job's options without the callback: progress comes as messages. */
export type PlainJobOptions = Omit<JobOptions, "onProgress">;

/** What each call is given and gives back. There is one engine at a time. */
export interface Calls {
  readonly createEngine: {
    readonly args: [model: Model | readonly Model[] | AutomaticModel, options: EngineOptions];
    readonly result: void;
  };
  readonly plan: { readonly args: [input: string, options: PlainJobOptions]; readonly result: JobPlan };
  readonly upscale: {
    readonly args: [input: string, options: PlainJobOptions];
    readonly result: JobReport;
  };
  readonly dispose: { readonly args: []; readonly result: void };
  readonly inspect: { readonly args: [input: string]; readonly result: MediaDescription };
  readonly compare: { readonly args: [options: CompareOptions]; readonly result: Comparison };
  readonly tryFile: { readonly args: [options: TryOptions]; readonly result: Trial };
}

/** A call by name. */
export type CallName = keyof Calls;

/** To the engine's process. */
export type Request =
  | {
      [N in CallName]: {
        readonly kind: "call";
        readonly id: number;
        readonly name: N;
        readonly args: Calls[N]["args"];
      };
    }[CallName]
  | { readonly kind: "abort" }
  /** Where the system cannot stop a process. */
  | { readonly kind: "pause"; readonly isPaused: boolean };

/** From the engine's process. */
export type Reply =
  | { readonly kind: "result"; readonly id: number; readonly value: unknown }
  | { readonly kind: "error"; readonly id: number; readonly error: WireError }
  | { readonly kind: "progress"; readonly id: number; readonly progress: Progress | ProgressLine };

/** An error on its way: a TatamiError whole, anything else by its stack. */
export type WireError =
  | { readonly tatami: SerializedTatamiError }
  | { readonly message: string; readonly stack?: string | undefined };

/** One end of the line: what goes out, and what comes in. */
export interface Line<Out, In> {
  send(message: Out): void;
  onMessage(listener: (message: In) => void): void;
}
