/** Two networks one after the other, for sizes that one does not reach. */

import type { Frame, Size } from "@tatami/core";
import { checkReach, invalidOption, scaleSize } from "@tatami/core";
import type { FrameOptions, SecondNetwork, Upscaler } from "../options.ts";

/** What has to be reached, and with what. */
export interface RowInit {
  readonly source: Size;
  /** None: what the networks give. */
  readonly target: Size | undefined;
  /** What follows where the first does not reach the target, or there is none. */
  readonly second: SecondNetwork | undefined;
}

/** What reaches the size. */
export interface Reached {
  readonly upscaler: Upscaler;
  /** The second's own, to be disposed of; absent where one network reaches. */
  readonly second?: Upscaler;
}

/**
 * The upscaler alone where it reaches the target, else followed by the second network.
 *
 * @throws TatamiError `invalid-option` where the target is not reached, or the upscaler cannot be followed by another.
 */
export async function reach(first: Upscaler, { source, target, second }: RowInit): Promise<Reached> {
  const reached = scaleSize(source, first.scale);
  const isReached = target
    ? target.width <= reached.width && target.height <= reached.height
    : second === undefined;
  if (isReached) return { upscaler: first };
  if (second === undefined) {
    checkReach(source, target!, first.scale);
    return { upscaler: first };
  }
  if (!first.another) {
    throw invalidOption(
      "options.second",
      "left out beside an upscaler that works in a worker",
      "a second network",
      "Upscale twice, or give the model itself in place of the upscaler.",
    );
  }
  const model = typeof second === "function" ? await second() : second;
  const own = await first.another(model);
  const row = inARow(first, own);
  try {
    if (target) checkReach(source, target, row.scale);
  } catch (error) {
    await own[Symbol.asyncDispose]();
    throw error;
  }
  return { upscaler: row, second: own };
}

/**
 * What the first has made is enlarged by the second, a frame at a time: of the second's size, which is many times the source's, no
 * more than one is held inside. Fusing, routing and a rate to keep are the first one's. Disposing of it disposes of the first alone.
 */
export function inARow(first: Upscaler, second: Upscaler): Upscaler {
  const between = (size: Size): Size => scaleSize(size, first.scale);
  const later = (given: FrameOptions): FrameOptions => ({ ...given, fusion: undefined, isPaced: false });
  const frame = async (source: Frame, given: FrameOptions = {}): Promise<Frame> =>
    second.frame(await first.frame(source, given), later(given));
  const own = {
    scale: first.scale * second.scale,
    second: second.model,
    rejected: [...first.rejected, ...second.rejected],
    frame,
    frames: (source: AsyncIterable<Frame>, given: FrameOptions = {}) =>
      second.frames(first.frames(source, given), later(given)),
    patchesPerFrame: (size: Size) => first.patchesPerFrame(size) + second.patchesPerFrame(between(size)),
    macsPerFrame: (size: Size) => first.macsPerFrame(size) + second.macsPerFrame(between(size)),
    setStrength: (strength: number) => {
      first.setStrength(strength);
      second.setStrength(strength);
    },
    reset: async () => {
      await first.reset();
      await second.reset();
    },
  };
  return Object.create(
    first,
    Object.fromEntries(Object.entries(own).map(([name, value]) => [name, { value, enumerable: true }])),
  ) as Upscaler;
}
