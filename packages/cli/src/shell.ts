/** The outside world, passed in, so that every command is tested without a process. */

import type { MediaDescription } from "@tatami/core";
import type { Model } from "@tatami/graph";
import type { UpscaleOptions, UpscalePlan, Upscaler, UpscaleReport, UpscalerOptions } from "@tatami/upscale";
import type { LoadModelOptions, ModelCard } from "@tatami/zoo";

/** 0 done, 1 failed, 2 wrong usage, 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 130;

/** Where text goes. `process.stdout` and `process.stderr` are two. */
export interface Output extends NodeJS.WritableStream {
  /** Whether people read it as it is written: a progress bar and colours make sense. */
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** What the commands are made of, so that tests can put their own in its place. */
export interface Library {
  listModels(): readonly ModelCard[];
  loadModel(name: string, options?: LoadModelOptions): Promise<Model>;
  /** A model from an ONNX file's bytes. */
  readModel(bytes: Uint8Array): Promise<Model>;
  createUpscaler(options: UpscalerOptions): Promise<Upscaler>;
  plan(input: string, options: UpscaleOptions): Promise<UpscalePlan>;
  upscale(input: string, options: UpscaleOptions): Promise<UpscaleReport>;
  inspect(input: string, options: { readonly signal: AbortSignal }): Promise<MediaDescription>;
}

/** Everything a command may touch. */
export interface Shell {
  /** What was typed after `tatami`. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that relative paths begin at. */
  readonly cwd: string;
  /** Data: what a program would read. */
  readonly stdout: Output;
  /** Talk: progress, warnings, errors. */
  readonly stderr: Output;
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal;
  /** Milliseconds since some moment. */
  now(): number;
  readonly library: Library;
}
