/** An upscaler whose work takes as long as a test says, and which notes what becomes of it. */

import type { Frame } from "@tatami/core";
import { abortable, throwIfAborted } from "@tatami/core";
import type { FrameOptions, Upscaler } from "@tatami/upscale";
import { frameAt } from "./frames.ts";

/** The upscaler, and what became of it. */
export interface FakeUpscaler extends Upscaler {
  /** How often it was disposed of. */
  readonly disposals: number;
  /** The most frames it was given at once. */
  readonly mostAtOnce: number;
}

/** Gives frames of double size, each after `work` has settled; a rejection is its failure. */
export function fakeUpscaler(work: (frame: Frame) => Promise<void>): FakeUpscaler {
  let disposals = 0;
  let running = 0;
  let mostAtOnce = 0;
  const frame = async (source: Frame, { signal }: FrameOptions = {}): Promise<Frame> => {
    running++;
    mostAtOnce = Math.max(mostAtOnce, running);
    const { timestamp, size } = source;
    try {
      throwIfAborted(signal);
      await abortable(work(source), signal);
      return frameAt(timestamp, { width: 2 * size.width, height: 2 * size.height });
    } finally {
      running--;
      source.close();
    }
  };
  const upscaler: Partial<FakeUpscaler> = {
    backend: "cpu",
    scale: 2,
    frame: frame as Upscaler["frame"],
    get disposals() {
      return disposals;
    },
    get mostAtOnce() {
      return mostAtOnce;
    },
    [Symbol.asyncDispose]: async () => void disposals++,
  };
  return upscaler as FakeUpscaler;
}
