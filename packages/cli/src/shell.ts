/** The outside world, passed in, so that every command is tested without a process. */

import type { RawVideo } from "@tatami/codecs/node";
import type { Changed, LeftOut, MediaDescription } from "@tatami/core";
import type { Model } from "@tatami/graph";
import type { Progress, UpscaleOptions, UpscalePlan, UpscaleReport, UpscalerOptions } from "@tatami/upscale";
import type { ChooseModelOptions, ModelCard } from "@tatami/zoo";
import type { CompareOptions, Comparison } from "./compare/options.ts";
import type { ProgressLine } from "./display/progress-line.ts";
import type { OutputForm } from "./pictures/output-form.ts";
import type { Terminal } from "./terminal/keys.ts";
import type { Trial, TryOptions } from "./try/options.ts";

/** 0 done, 1 failed, 2 wrong usage, 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 130;

/** Where text goes. `process.stdout` and `process.stderr` are two. */
export interface Output extends NodeJS.WritableStream {
  /** Whether people read it as it is written: a progress bar and colours make sense. */
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** One file's job, without what the engine is. */
export type JobOptions = Omit<UpscaleOptions, keyof UpscalerOptions | "codecs"> & {
  /** A path, a pattern of numbered pictures, or `-` for standard output. */
  readonly output: string;
  /** What is written. @defaultValue video */
  readonly form?: OutputForm;
  /** Files that follow the input in the same video. @defaultValue none */
  readonly followedBy?: readonly string[];
  /** What the input is, where it has no header. @defaultValue it has one */
  readonly raw?: RawVideo;
};

/** How an engine is made. */
export type EngineOptions = Omit<UpscalerOptions, "model" | "wasmPaths" | "signal">;

/** A model that is chosen for each file by what it looks like: what `chooseModel` of `@tatami/zoo` is given. */
export type AutomaticModel = ChooseModelOptions & { readonly scale: number };

/** A model made ready, and the jobs it does. Dispose of it. */
export interface Engine extends AsyncDisposable {
  plan(input: string, options: JobOptions): Promise<JobPlan>;
  upscale(input: string, options: JobOptions): Promise<JobReport>;
  /** Holds all work, and lets it go on. Absent where that cannot be done. */
  setPaused?(isPaused: boolean): void;
}

/** What would be done where no file of video is written: pictures, animations, raw video. */
export interface FramesPlan extends Pick<
  UpscalePlan,
  "input" | "output" | "model" | "strength" | "rejected"
> {
  readonly backend: string;
  /** What is written, for people: `png`, `y4m, 25 a second`. */
  readonly written: string;
  readonly leftOut: readonly LeftOut[];
  readonly changed: readonly Changed[];
  readonly choice?: UpscalePlan["choice"];
  readonly backendDescription?: string;
  /** Absent of a still picture. */
  readonly media?: MediaDescription;
}

/** What was done where no file of video was written. */
export interface FramesReport extends FramesPlan, Pick<UpscaleReport, "damaged" | "frames" | "size"> {
  /** Absent of a still picture. */
  readonly progress?: Progress;
  readonly pace?: UpscaleReport["pace"];
  readonly fusion?: UpscaleReport["fusion"];
}

/** What a job would do, whatever it writes. */
export type JobPlan = UpscalePlan | FramesPlan;

/** What a job did, whatever it wrote. */
export type JobReport = UpscaleReport | FramesReport;

/** The trainer: all that `@tatami/train` exports. */
export type TrainingLibrary = typeof import("@tatami/train");

/** What the commands are made of, so that tests can put their own in its place. All heed the shell's signal. */
export interface Library {
  listModels(): readonly ModelCard[];
  loadModel(name: string, options?: { readonly denoise?: number }): Promise<Model>;
  /** A model from an ONNX file's bytes. */
  readModel(bytes: Uint8Array): Promise<Model>;
  createEngine(model: Model | readonly Model[] | AutomaticModel, options: EngineOptions): Promise<Engine>;
  inspect(input: string): Promise<MediaDescription>;
  /** Scores videos frame by frame. */
  compare(options: CompareOptions, onProgress: (progress: ProgressLine) => void): Promise<Comparison>;
  /** Enlarges some moments of a file by several networks. */
  tryFile(options: TryOptions, onProgress: (progress: ProgressLine) => void): Promise<Trial>;
  /** Loaded when first asked for: it brings a picture decoder and kernels. */
  loadTrainer(): Promise<TrainingLibrary>;
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
  /** Where keys are typed. @defaultValue nowhere */
  readonly terminal?: Terminal | undefined;
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal;
  /** Milliseconds since some moment. */
  now(): number;
  readonly library: Library;
}
