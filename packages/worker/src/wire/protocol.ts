/** What is said between a page and its worker: plain data, every failure a value, every picture transferred. */

import type { AnyPlanes, ColorSpace, SerializedTatamiError } from "@tatami/core";
import type { BackendName, Model } from "@tatami/graph";
import type { ReuseBounds } from "@tatami/patches";
import type { PaceSummary, Stage, UpscalerOptions } from "@tatami/upscale";

/** An error on its way: Tatami's with all it says, any other with its name, message and stack. */
export type WireError =
  | { readonly kind: "tatami"; readonly error: SerializedTatamiError }
  | { readonly kind: "other"; readonly name: string; readonly message: string; readonly stack?: string };

/** What became of a request: Comlink by itself would strip an error of its code and its fix. */
export type Answer<T> = { readonly value: T } | { readonly error: WireError };

/** A picture on its way. Its buffers, or the VideoFrame itself, are transferred with it. */
export type WirePicture =
  | {
      readonly kind: "frame";
      readonly planes: AnyPlanes;
      readonly timestamp: number;
      readonly duration: number;
      readonly color: ColorSpace;
    }
  | { readonly kind: "video-frame"; readonly frame: VideoFrame };

/** What may change of an upscaler while it works. */
export interface EngineState {
  readonly backend: BackendName;
  readonly description: string;
  readonly parallelPatches: number;
  /** How a rate is kept, where one was asked for. */
  readonly pace?: PaceSummary | undefined;
  readonly rejected: readonly { readonly candidate: BackendName; readonly error: SerializedTatamiError }[];
}

/** What was told to `onStage` and `onPatches` since the last answer. */
export interface Told {
  readonly stages: readonly (readonly [stage: Stage, milliseconds: number])[];
  readonly patches: readonly (readonly [
    computed: number,
    reused: number,
    cells?: readonly number[] | undefined,
  ])[];
}

/** A larger picture; none where the stream is at its end. */
export interface Enlarged {
  readonly picture?: WirePicture;
  readonly told: Told;
  readonly engine: EngineState;
}

/** What crosses to the worker of an upscaler's options. */
export type SentOptions = Omit<UpscalerOptions, "model" | "signal">;

/**
 * Exactly what is exposed through Comlink. Upscalers, calls and streams are named by numbers that the caller gives, so
 * that several callers can share a worker and a call can be cancelled.
 */
export interface UpscalerEndpoint {
  open(upscaler: number, models: readonly Model[], options: SentOptions): Promise<Answer<EngineState>>;
  frame(upscaler: number, call: number, picture: WirePicture, strength: number): Promise<Answer<Enlarged>>;
  /** Aborts a call of `frame`. */
  cancel(upscaler: number, call: number): void;
  /** @param strength of this stream; none: the upscaler's, as it changes */
  openStream(
    upscaler: number,
    stream: number,
    capacity: number,
    strength: number | undefined,
  ): Promise<Answer<null>>;
  /** One more picture of a stream. The caller keeps count: it never has more than `capacity` there. */
  push(upscaler: number, stream: number, picture: WirePicture): void;
  /** The stream's source has ended. */
  endStream(upscaler: number, stream: number): void;
  /** The next picture of a stream. */
  pull(upscaler: number, stream: number): Promise<Answer<Enlarged>>;
  /** Aborts a stream, and answers when all of it is closed. */
  closeStream(upscaler: number, stream: number): Promise<Answer<null>>;
  /** The strength of streams that have none of their own, from the next frames that are begun on. */
  setStrength(upscaler: number, strength: number): void;
  /** What routing may cost, from the next frames that are begun on. */
  setRoutingLoss(upscaler: number, decibels: number): void;
  /** How little may have changed of what is reused, from the next frames that are begun on. */
  setReuseBounds(upscaler: number, bounds: ReuseBounds): void;
  reset(upscaler: number): Promise<Answer<null>>;
  /** Aborts what an upscaler does, disposes of it, and answers when all of it is closed. */
  close(upscaler: number): Promise<Answer<null>>;
}
