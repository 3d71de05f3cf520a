/** What a `<tatami-video>` can be asked and told. */

import type { TatamiError } from "@tatami/core";
import type { LiveStats, Upscaler } from "@tatami/upscale";

/**
 * `empty`: no source. `loading`: the plain video plays while the engine is being made ready. `upscaling`: the larger
 * picture is shown. `slow`: too few larger pictures a second, so the plain video is shown while it plays and the larger
 * picture while it stands. `plain`: nothing could run, the reason is in the event. `failed`: the video itself cannot
 * be played.
 */
export type TatamiVideoState = "empty" | "loading" | "upscaling" | "slow" | "plain" | "failed";

/** The events of a {@link TatamiVideo}. */
export interface TatamiVideoEvents {
  /** The state has changed; `error` says why it is `plain` or `failed`. */
  readonly statechange: CustomEvent<{ readonly state: TatamiVideoState; readonly error?: TatamiError }>;
}

/**
 * The element. Attributes `src`, `model`, `compare`, `debug`, `poster`, `loop`, `muted`, `autoplay`, `crossorigin`,
 * `strength`, `min-rate`, `fuse`; and `restorer`, the address of a restorer's ONNX file, with which there is a button that restores the
 * still that is seen.
 */
export interface TatamiVideo extends HTMLElement {
  /** URL of the video. */
  src: string;
  /** A live stream in place of `src`, as of `<video>`: a camera, a screen, a peer's. @defaultValue null */
  srcObject: MediaProvider | null;
  /** A model of `@tatami/zoo` by name, or two or three with commas, which share every picture. @defaultValue "m5-x2" */
  model: string;
  /**
   * How much of what the model adds to the bicubic filter is used: 0 is the filter, 1 the model as it is, 1.5 the most.
   * Live: the next picture has it, and one that stands is made again. Other numbers are taken for the nearest of these.
   * @defaultValue 1, or that of the upscaler given
   */
  strength: number;
  /** Whether the picture is split into before and after. @defaultValue false */
  compare: boolean;
  /** Whether a line over the picture tells what is done, and how quickly. @defaultValue false */
  debug: boolean;
  /** Pictures a second below which the plain video is shown while it plays. @defaultValue 8 */
  minRate: number;
  /**
   * An upscaler to use in place of one made here in a worker: one to share, which is left open, or a function that makes one, for
   * instance in a worker, which is disposed of when the element leaves its page or is given another.
   */
  upscaler: Upscaler | (() => Promise<Upscaler>) | undefined;
  readonly state: TatamiVideoState;
  /** The element that plays, for what is not offered here: rate, tracks, what feeds it by Media Source Extensions. */
  readonly video: HTMLVideoElement;
  play(): Promise<void>;
  pause(): void;
  /** Figures since the engine was made ready. */
  stats(): LiveStats;
  addEventListener<Name extends keyof TatamiVideoEvents>(
    name: Name,
    listener: (event: TatamiVideoEvents[Name]) => void,
    options?: AddEventListenerOptions | boolean,
  ): void;
  addEventListener(
    name: string,
    listener: EventListenerOrEventListenerObject,
    options?: AddEventListenerOptions | boolean,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "tatami-video": TatamiVideo;
  }
}
