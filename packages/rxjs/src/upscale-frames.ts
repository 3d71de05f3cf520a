/** The operator: frames in, larger frames out. */

import type { OptionRules, OverflowOptions, Picture } from "@tatami/core";
import { invalidOption, overflowRules, ownRule, resolveOverflow } from "@tatami/core";
import type { FrameOptions, Upscaler, UpscalerOptions } from "@tatami/upscale";
import { createUpscaler, eitherUpscaler, isUpscaler, upscalerRules } from "@tatami/upscale";
import type { MonoTypeOperatorFunction } from "rxjs";
import { inOrder } from "./in-order.ts";
import { takePlace } from "./window-place.ts";

/** The operator makes an upscaler of its own at each subscription, and disposes of it at the end. */
export interface OwnUpscalerOptions extends UpscalerOptions, OverflowOptions {
  readonly upscaler?: undefined;
  readonly signal?: AbortSignal;
}

/** The operator uses an upscaler it is given. */
export interface GivenUpscalerOptions extends OverflowOptions {
  /** One to share, which is left open; or a function that makes one at each subscription, which is disposed of. */
  readonly upscaler: Upscaler | (() => Promise<Upscaler>);
  /**
   * How much of what the network adds to the bicubic filter is used in this stream, 0 to 1.5, whatever it is of others who
   * share the upscaler. To change it in mid-stream leave it out, and call `upscaler.setStrength`.
   * @defaultValue the upscaler's
   */
  readonly strength?: number;
}

/** Options of {@link upscaleFrames}. */
export type UpscaleFramesOptions = OwnUpscalerOptions | GivenUpscalerOptions;

/**
 * Enlarges each frame: as many out as in, in order, but for those it is told to drop.
 *
 * It takes its source's frames and closes them; the results are the subscriber's to close. One frame is worked on at a
 * time, `capacity` more may wait, and what is one too many ends the stream or is dropped, as `overflow` says. A source
 * that comes from `fromVideoFile` waits instead: a result keeps the place its source had in the window.
 *
 * ```text
 * source          --a--b--c-------|
 *                   upscaleFrames()
 * result          ----A-----B---C-|
 * ```
 *
 * @example
 * ```ts
 * fromVideoFile("in.mp4")
 *   .pipe(upscaleFrames({ model: await loadModel("m5-x2") }), toVideoFile("out.mp4", { like: "in.mp4" }))
 *   .subscribe(({ frames }) => console.log(`${frames} frames written`));
 * ```
 *
 * @param options a model and how to run it, or an upscaler; and what to do when frames come too fast.
 * @returns an operator of `VideoFrame`s to `VideoFrame`s and of Tatami's frames to such. It ends with
 * `queue-overflow`, with what `createUpscaler` and `Upscaler.frame` throw, or with `signal.reason` as it is.
 * @throws TatamiError `invalid-option`; options of the upscaler are checked at subscription.
 */
export function upscaleFrames<P extends Picture = VideoFrame>(
  options: UpscaleFramesOptions,
): MonoTypeOperatorFunction<P> {
  const openUpscaler = resolveUpscaler(options);
  const overflow = resolveOverflow(options);
  const { strength } = options;
  return inOrder<P, P>({
    name: "upscaleFrames",
    overflow,
    discard: (picture) => picture.close(),
    open: async (signal) => {
      const { upscaler, isOwned } = await openUpscaler(signal);
      return {
        take: (picture) => enlarge(upscaler, picture, { signal, strength }),
        close: async () => {
          if (isOwned) await upscaler[Symbol.asyncDispose]();
        },
      };
    },
  });
}

const limitsRules: OptionRules<OverflowOptions & Pick<GivenUpscalerOptions, "strength">> = {
  ...overflowRules,
  strength: upscalerRules.strength,
};
const upscalerRule = ownRule((path, value) => {
  if (typeof value !== "function" && !isUpscaler(value))
    throw invalidOption(path, "an upscaler or a function that makes one", value);
});

/** An upscaler, and whether the operator disposes of it. */
interface Opened {
  readonly upscaler: Upscaler;
  readonly isOwned: boolean;
}

function resolveUpscaler(options: UpscaleFramesOptions): (signal: AbortSignal) => Promise<Opened> {
  const { own, shared } = eitherUpscaler(options, limitsRules, upscalerRule);
  // the subscription's own signal, which follows the caller's
  if (own) return async (signal) => ({ upscaler: await createUpscaler({ ...own, signal }), isOwned: true });
  if (typeof shared !== "function") return async () => ({ upscaler: shared!, isOwned: false });
  return async () => {
    const upscaler = await shared();
    if (!isUpscaler(upscaler)) throw invalidOption("options.upscaler()", "an upscaler", upscaler);
    return { upscaler, isOwned: true };
  };
}

async function enlarge<P extends Picture>(upscaler: Upscaler, picture: P, options: FrameOptions): Promise<P> {
  const place = takePlace(picture);
  try {
    const result = await upscaler.frame(picture, options);
    place(result);
    return result;
  } catch (error) {
    place();
    throw error;
  }
}
