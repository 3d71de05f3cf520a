/** What callers may ask for. Everything is flat and optional but the model. */

import type {
  Closable,
  CodecDriver,
  debugViews,
  Deinterlace,
  EncodeOptions,
  Frame,
  MediaOutput,
  Picture,
  Rejection,
  Size,
  TargetSize,
} from "@tatami/core";
import type { BackendName, Model, ModelChooser } from "@tatami/graph";
import type {
  FuseMode,
  FuseOptions,
  FusionSummary,
  ReuseBounds,
  ReuseOptions,
  StreamFusion,
} from "@tatami/patches";
import type { FrameRateGoal, Pace } from "./pace/pace.ts";
import type { WithResume, WithSegments } from "./segments/resume.ts";

/** What may be shown of how a picture came about. */
export type DebugView = (typeof debugViews)[number];

/** Options of {@link createUpscaler}. */
export interface UpscalerOptions extends ReuseOptions, FuseOptions {
  /**
   * Required: nothing is downloaded on its own. `loadModel("m5-x2")` of `@tatami/zoo` gives one. Two or three of one scale,
   * in any order, share every frame: the smallest computes it, larger ones compute anew what needs them (see `routingLoss`).
   */
  readonly model: Model | (() => Promise<Model>) | readonly (Model | (() => Promise<Model>))[];
  /** Engines tried in order. @defaultValue ["webgpu", "onnx-webgpu", "wasm", "onnx-wasm", "cpu"] */
  readonly backends?: readonly BackendName[];
  /** Threads of the CPU engines. @defaultValue what the environment allows, up to 8 */
  readonly threads?: number;
  /**
   * Where the engine's WebAssembly files are served from: a folder URL, or each file's.
   * @defaultValue beside the library; a bundler finds them by itself
   */
  readonly wasmPaths?: string | { readonly mjs?: string; readonly wasm?: string };
  /**
   * Longest side of a patch in input pixels, its halo included; rounded down to the model's alignment.
   * @defaultValue up to 384, and small enough that every thread has patches of its own; smaller while patches are
   * reused. A stream's first frames are preceded by a measurement of up to some seconds, which may find a quicker size.
   */
  readonly patchSize?: number;
  /** Patches handed to the engine at once. @defaultValue 1; in a stream what was measured to be quickest */
  readonly batchSize?: number;
  /**
   * Whether the engine `webgpu` may compute on 8-bit integers, where they are measured to be quicker on this machine: they
   * cost a few hundredths of a decibel (the README of `@tatami/runtime` has the figures).
   * @defaultValue false
   */
  readonly integers?: boolean;
  /**
   * How much of what the network adds to the bicubic filter is used, from 0 (the filter) over 1 (the network as it is) to
   * 1.5: luma is filter + strength · (network − filter). Less is right where a network sharpens too much, on soft footage;
   * it costs some hundredths of a small network's time. May be changed at any time: {@link Upscaler.setStrength}.
   * @defaultValue 1
   */
  readonly strength?: number;
  /**
   * Decibels of PSNR, 0 to Infinity, that patches given to smaller networks may cost below the largest one alone, in the
   * mean of the pictures that this was calibrated on; with one model it means nothing. May be changed at any time:
   * {@link Upscaler.setRoutingLoss}.
   * @defaultValue 0.02
   */
  readonly routingLoss?: number;
  /**
   * Frames a second that are kept up on this machine, by what is computed: less goes to larger networks, and patches that
   * changed a little more are carried over, a step at a time and back again as soon as there is room. No frame is left out. "max"
   * is as quick as that gets, "off" as good as it gets. Unless `reuse` says otherwise, it is "bounded" then.
   * {@link Upscaler.pace} tells what was given.
   * @defaultValue "off"
   */
  readonly framesPerSecond?: FrameRateGoal;
  /** Frames of a stream that may wait for one another, so that their patches are computed at once. @defaultValue 4 */
  readonly maxLatencyFrames?: number;
  /**
   * Shows how the picture came about: "reuse" tints patches that were not computed, "routing" cells by the network that made
   * them, those of the smallest not at all, "fusion" pixels by how many frames they rest on. @defaultValue nothing
   */
  readonly debugView?: DebugView;
  readonly signal?: AbortSignal;
}

/** Options of one frame, or of one stream of frames. */
export interface FrameOptions {
  readonly signal?: AbortSignal | undefined;
  /** The strength of these frames, whatever it is of others. @defaultValue the upscaler's, as it is then */
  readonly strength?: number | undefined;
  /**
   * What is known of the stream these frames are of, where they are fused: for callers that carry it from one stretch of a stream to
   * the next. @defaultValue the upscaler's own, by its `fuse`
   */
  readonly fusion?: StreamFusion | undefined;
  /** Told how many milliseconds a stage took. */
  readonly onStage?: ((stage: Stage, milliseconds: number) => void) | undefined;
  /**
   * Told how many patches of a frame were computed, and how many reused; of several networks also how many cells of 8×8 pixels
   * each of them made, the smallest first.
   */
  readonly onPatches?: ((computed: number, reused: number, cells?: readonly number[]) => void) | undefined;
  /**
   * Whether a rate to keep goes by what these frames take here; false where the caller tells {@link Upscaler.pace} what they take
   * from one end to the other, as `upscale()` does.
   * @defaultValue true
   */
  readonly isPaced?: boolean | undefined;
}

/** A loaded model on a chosen engine. Close it, or dispose of it. */
export interface Upscaler extends Closable {
  readonly backend: BackendName;
  /** What the engine runs on, for people. */
  readonly description: string;
  /** Of several networks the largest. */
  readonly model: Model;
  /** All networks that share frames, the smallest first. @defaultValue the model alone */
  readonly models?: readonly Model[];
  readonly scale: number;
  /** Engines tried before it and why they were set aside. */
  readonly rejected: readonly Rejection<BackendName>[];
  /** How a rate is kept, where one was asked for: see {@link UpscalerOptions.framesPerSecond}. @defaultValue none is */
  readonly pace?: Pace;
  /** Patches that the engine computes at once, each on a thread of its own. @defaultValue 1 */
  readonly parallelPatches?: number;
  /** Patches that one frame of this size is cut into when all of them are computed. */
  patchesPerFrame(size: Size): number;
  /** Multiply-accumulates spent on one frame of this size, the halo's overlap included. */
  macsPerFrame(size: Size): number;
  /**
   * Upscales one picture. Takes it (and closes it, whatever happens); the result is the caller's to close.
   * A `VideoFrame` in gives a `VideoFrame` out: on the engine `webgpu` one of R′G′B′ that never left the GPU, on others
   * one of the source's own colours.
   */
  frame<P extends Picture>(picture: P, options?: FrameOptions): Promise<P>;
  /**
   * Upscales a stream, in order: as many frames out as in. Takes each frame; the results are the caller's to close.
   * Patches are reused within the stream, and computed for up to `maxLatencyFrames` frames at once.
   */
  frames(source: AsyncIterable<Frame>, options?: FrameOptions): AsyncGenerator<Frame, void, undefined>;
  /** How much of what the network adds to the bicubic filter is used: see {@link UpscalerOptions.strength}. */
  readonly strength: number;
  /**
   * Sets the strength of frames from the next one that is begun on. Nothing is prepared anew; patches that were kept are
   * of another strength, and are computed again.
   *
   * @throws TatamiError `invalid-option` beyond 0 to 1.5.
   */
  setStrength(strength: number): void;
  /** Decibels that routing may cost: see {@link UpscalerOptions.routingLoss}. */
  readonly routingLoss: number;
  /**
   * Sets what routing may cost in frames from the next one that is begun on: 0 gives everything to the largest network,
   * `Infinity` everything to the smallest, without a step between. Nothing is prepared anew, and what was kept for reuse
   * stays as it was computed. No effect with one model.
   *
   * @throws TatamiError `invalid-option` below 0.
   */
  setRoutingLoss(decibels: number): void;
  /** How little patches may have changed to be reused, as it is now. */
  readonly reuseBounds: Required<ReuseBounds>;
  /**
   * Moves the bounds of reuse for frames from the next one that is begun on; what is not given stays, and so does what
   * was kept. No effect but with `reuse: "bounded"`; bounds of 0 are those of `exact`.
   *
   * @throws TatamiError `invalid-option`; nothing was moved then.
   */
  setReuseBounds(bounds: ReuseBounds): void;
  /** What enlarges further what `model` has made, where two networks are in a row. @defaultValue nothing */
  readonly second?: Model;
  /** Opens an engine like this one's for another network, which works on single frames of its own stream. @defaultValue that cannot be done here */
  another?(model: Model): Promise<Upscaler>;
  /** Whether frames are fused with those before them. @defaultValue "off" */
  readonly fuse?: FuseMode;
  /** What fusing the frames given to `frame` came to, so far. @defaultValue they are not fused */
  readonly fusion?: FusionSummary | undefined;
  /** Forgets what `frame` kept from earlier frames: after a seek. */
  reset(): Promise<void>;
}

/** Stages of the pipeline, in order. */
export type Stage = "decode" | "split" | "infer" | "assemble" | "encode";

/** How far a job has come. */
export interface Progress extends WithSegments {
  readonly framesDone: number;
  /** Absent when the container does not say. */
  readonly framesTotal?: number;
  /** Frames a second since the start. */
  readonly framesPerSecond: number;
  /** Seconds to go; absent when not known. */
  readonly secondsLeft?: number;
  readonly patchesComputed: number;
  /** Patches that had not changed, or by so little that the change was carried over. */
  readonly patchesReused: number;
  /** Cells of 8×8 pixels that each network made, the smallest network first; absent where there is one. */
  readonly cellsByNetwork?: readonly number[];
  /**
   * Mean milliseconds a frame, by stage: the slowest is the bottleneck. Decoding runs ahead, so its time
   * is what the next stage waited for it.
   */
  readonly stageMs: Readonly<Record<Stage, number>>;
}

/** A network that is loaded when it is needed. */
export type SecondNetwork = Model | (() => Promise<Model>);

/** Options of {@link upscale} and {@link plan}. */
export interface UpscaleOptions extends Omit<UpscalerOptions, "model">, EncodeOptions, WithResume {
  /**
   * A model; an upscaler to share, which is left open; or a chooser (`chooseModel()` of `@tatami/zoo`): some frames of the file
   * are looked at, and it says with which model and strength, and how patches are reused, where that is not given here.
   */
  readonly model: UpscalerOptions["model"] | ModelChooser | Upscaler;
  /**
   * The result's size, where it is not to be the model's scale times the input's: enlarged by a model that reaches it, then made
   * smaller by an antialiased cubic filter. A chooser takes the smallest scale that does, and two networks in a row beyond four
   * times, up to eight. Sizes keep the input's shape.
   * @defaultValue scale times the input's
   */
  readonly size?: TargetSize;
  /**
   * A network that enlarges further what `model` has made: 2 and 4 in a row give eight times. With `size`, only where `model` alone
   * does not reach it. @defaultValue a chooser's own, where it takes one
   */
  readonly second?: SecondNetwork;
  /** Where the result goes. @defaultValue a Blob in the report */
  readonly output?: MediaOutput;
  /** Seconds of the input to begin at. @defaultValue its first frame */
  readonly start?: number;
  /** Seconds of the input to end before. @defaultValue its end */
  readonly end?: number;
  /**
   * Convert 10-bit and HDR input to 8-bit SDR. Without it Node keeps ten bits and what of HDR is stated; in a browser such
   * input is refused. @defaultValue false
   */
  readonly toSdr?: boolean;
  /** "auto" makes whole pictures of interlaced ones; "off" takes them as they are. @defaultValue "auto" */
  readonly deinterlace?: Deinterlace;
  /** Pictures a second of inputs that do not state it: numbered pictures. @defaultValue 25 */
  readonly frameRate?: number;
  /** Read an MP4 whose index is missing (a recording that was cut off) from its raw stream. @defaultValue false */
  readonly recover?: boolean;
  /**
   * Whether the first place that cannot be decoded ends the job with `damaged-input`. Otherwise it is left out, the
   * rest is upscaled, and the report's `damaged` says where. @defaultValue false
   */
  readonly strict?: boolean;
  /**
   * Drivers tried in order; the next is asked when one refuses, or cannot read on.
   * @defaultValue the environment's own: mediabunny, and in Node FFmpeg after it
   */
  readonly codecs?: readonly CodecDriver[];
  /** Called after each frame, at most some ten times a second, and once at the end. */
  readonly onProgress?: (progress: Progress) => void;
}
