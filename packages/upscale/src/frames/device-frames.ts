/** VideoFrames through an engine that keeps them on its device. */

import type { ReuseBounds } from "@tatami/patches";
import { TatamiError, throwIfAborted } from "@tatami/core";
import type { Engine, FrameProcessor } from "@tatami/runtime";
import type { FrameOptions } from "../options.ts";
import { timed } from "../progress/stage-timer.ts";

/** Formats whose pixels the device reads as they are; those of more bits, or with alpha, take the way of planes. */
const formats: readonly (VideoPixelFormat | null)[] = [
  "I420",
  "I422",
  "I444",
  "NV12",
  "RGBX",
  "BGRX",
  "RGBA",
  "BGRA",
  null,
];

/** VideoFrames of one caller, on the engine's device. */
export interface DeviceFrames {
  /**
   * Enlarges a frame, which stays open. When the device fails, the engine's next choice is asked.
   *
   * @returns nothing where the engine keeps no frames, or not such ones.
   * @throws TatamiError `unsupported-environment` when no engine is left; `signal.reason` as it is on an abort.
   */
  enlarge(
    source: VideoFrame,
    options: FrameOptions & { readonly strength: number },
  ): Promise<VideoFrame | undefined>;
  /** Moves the bounds of reuse, see `Upscaler.setReuseBounds`. */
  setReuseBounds(bounds: ReuseBounds): void;
  /** Forgets earlier frames. */
  reset(): void;
}

/**
 * Opens nothing before the first frame.
 *
 * @param factorsNow how much energy sends cells to each larger network, see `routingFactors`; asked for with every frame
 */
export function createDeviceFrames(engine: Engine, factorsNow: () => readonly number[]): DeviceFrames {
  let processor: FrameProcessor | undefined;
  // a processor that is opened later, or anew, is told too
  let bounds: ReuseBounds = {};
  const enlargeOnce = async (
    on: FrameProcessor,
    source: VideoFrame,
    { signal, strength, onStage, onPatches }: Parameters<DeviceFrames["enlarge"]>[1],
  ): Promise<VideoFrame> => {
    const before = onPatches && (await on.patches());
    on.setFactors(factorsNow());
    const larger = await timed(onStage, "infer", () => on.toVideoFrame(source, strength));
    if (signal?.aborted) larger.close();
    throwIfAborted(signal);
    if (before) {
      const { computed, reused } = await on.patches();
      onPatches(computed - before.computed, reused - before.reused);
    }
    return larger;
  };
  return {
    async enlarge(source, options) {
      if (!formats.includes(source.format)) return undefined;
      for (;;) {
        throwIfAborted(options.signal);
        const opened = await engine.frames();
        if (opened !== processor) opened?.setReuseBounds(bounds);
        processor = opened;
        if (!processor) return undefined;
        const { backend } = engine;
        try {
          return await enlargeOnce(processor, source, options);
        } catch (cause) {
          throwIfAborted(options.signal);
          if (!TatamiError.is(cause) || cause.code === "invalid-option") throw cause;
          await engine.fallBack(backend, cause);
        }
      }
    },
    setReuseBounds(moved) {
      bounds = { ...bounds, ...moved };
      processor?.setReuseBounds(bounds);
    },
    reset: () => processor?.reset(),
  };
}
