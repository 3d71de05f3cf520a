/** The live door: a camera's track in, a larger track out, late frames dropped instead of queued. */

import type { Closable, OptionRules, OverflowOptions } from "@tatami/core";
import {
  checkStrength,
  choiceRule,
  closable,
  invalidOption,
  overflowRules,
  resolveOverflow,
  TatamiError,
} from "@tatami/core";
import type { FrameTrack, ReadWay, WriteWay } from "@tatami/live";
import { createTrack, readWays, watchTrack, writeWays } from "@tatami/live";
import type { LiveQueue } from "./live-queue.ts";
import { createLiveQueue } from "./live-queue.ts";
import type { LiveStats } from "./live-stats.ts";
import type { Upscaler, UpscalerOptions } from "../options.ts";
import { eitherUpscaler, upscalerRules } from "../option-rules.ts";
import { resolveUpscalerOptions } from "../resolve-options.ts";
import { openUpscaler } from "../upscaler.ts";

export type { LiveStats } from "./live-stats.ts";

/** How a live stream is bounded, read and written. */
export interface UpscaleTrackLimits extends OverflowOptions {
  /** Frames that may wait, beside the one at work. Each one more adds its time to the latency. @defaultValue 1 */
  readonly capacity?: number;
  /** What becomes of one more. @defaultValue "drop-oldest": what is shown is as new as it can be */
  readonly overflow?: NonNullable<OverflowOptions["overflow"]>;
  /** Of this track's frames, whatever it is of others who share the upscaler. @defaultValue the upscaler's */
  readonly strength?: number;
  /** How frames are read. @defaultValue the first of `liveSupport().read` */
  readonly readVia?: ReadWay;
  /** How the larger track is written. @defaultValue the first of `liveSupport().write` */
  readonly writeVia?: WriteWay;
}

const limitsRules: OptionRules<UpscaleTrackLimits> = {
  ...overflowRules,
  strength: upscalerRules.strength,
  readVia: choiceRule(readWays),
  writeVia: choiceRule(writeWays),
};

/** Options of {@link upscaleTrack}: those of an upscaler of its own, or one to share, which is left open. */
export type UpscaleTrackOptions = UpscaleTrackLimits &
  (UpscalerOptions | { readonly upscaler: Upscaler; readonly model?: never });

/** A larger track. Disposing of it ends that track; the source's is left running. */
export interface UpscaledTrack extends Closable {
  readonly track: MediaStreamTrack;
  readonly upscaler: Upscaler;
  /** How its frames are written. */
  readonly writeVia: WriteWay;
  /** Resolves when the source has ended or this is disposed of; rejects with what ended it otherwise. */
  readonly ended: Promise<void>;
  /** Sets the strength of frames from the next one that is begun on. @throws TatamiError `invalid-option` beyond 0 to 1.5. */
  setStrength(strength: number): void;
  stats(): LiveStats;
}

/**
 * Enlarges a live track: a camera, a screen, a peer's video. One frame is worked on at a time and the newest one waits;
 * what comes meanwhile is dropped and counted, never queued. Works in a page and, where tracks can be read there, in a
 * worker; a page that must stay responsive passes the upscaler of `connectUpscaler`.
 *
 * @returns once the engine is ready.
 * @throws TatamiError `invalid-option`, `unsupported-environment`, and what `createUpscaler` throws.
 */
export async function upscaleTrack(
  source: MediaStreamTrack,
  options: UpscaleTrackOptions,
): Promise<UpscaledTrack> {
  if (typeof source !== "object" || source?.kind !== "video")
    throw invalidOption("track", "a video track", source?.kind ?? source);
  const { own, shared } = eitherUpscaler(options, limitsRules);
  const { capacity = 1, overflow = "drop-oldest", onDrop, signal, readVia, writeVia, strength } = options;
  const setting = { strength };
  const limits = resolveOverflow({ capacity, overflow, ...(onDrop ? { onDrop } : {}) });

  const stops = new AbortController();
  const stop = (): void => stops.abort(signal?.reason);
  if (signal?.aborted) stop();
  else signal?.addEventListener("abort", stop, { once: true });
  const larger = createTrack({ via: writeVia });
  let upscaler: Upscaler;
  try {
    upscaler = shared ?? (await openUpscaler(resolveUpscalerOptions({ ...own!, signal: stops.signal })));
  } catch (error) {
    signal?.removeEventListener("abort", stop);
    await larger[Symbol.asyncDispose]();
    throw error;
  }
  const queue = createLiveQueue<VideoFrame>({ name: "live", ...limits });
  const running = run({ source, larger, upscaler, queue, readVia, setting, stops }).finally(async () => {
    signal?.removeEventListener("abort", stop);
    await larger[Symbol.asyncDispose]();
    if (!shared) await upscaler[Symbol.asyncDispose]();
  });
  const ended = running.catch((error: unknown) => {
    if (error !== disposed) throw error;
  });
  // whoever does not ask how it ended must not be ended by it
  ended.catch(() => undefined);
  return {
    track: larger.track,
    upscaler,
    writeVia: larger.via,
    ended,
    setStrength: (value) => void (setting.strength = checkStrength("strength", value)),
    stats: () => queue.stats(),
    ...closable(async () => {
      stops.abort(disposed);
      await ended.catch(() => undefined);
    }),
  };
}

/** Why it stops where nothing went wrong. */
const disposed = new Error("The upscaled track was disposed of.");

interface Running {
  readonly source: MediaStreamTrack;
  readonly larger: FrameTrack;
  readonly upscaler: Upscaler;
  readonly queue: LiveQueue<VideoFrame>;
  readonly readVia: ReadWay | undefined;
  readonly setting: { readonly strength: number | undefined };
  readonly stops: AbortController;
}

async function run({ source, larger, upscaler, queue, readVia, setting, stops }: Running): Promise<void> {
  const { signal } = stops;
  signal.addEventListener("abort", () => queue.destroy(signal.reason), { once: true });
  const reading = watchTrack(source, queue.push, { via: readVia, signal }).then(
    () => queue.end(),
    (error: unknown) => queue.end({ error }),
  );
  try {
    for (let frame = await queue.next(); frame; frame = await queue.next()) {
      const { timestamp } = frame;
      const { strength } = setting;
      await larger.write(await upscaler.frame(frame, { signal, strength }));
      queue.went(timestamp);
    }
  } catch (error) {
    // stopping the larger track is how whoever was given it says that it is enough
    const isEnough = TatamiError.is(error, "output-failed") && !signal.aborted;
    stops.abort(isEnough ? disposed : error);
    await reading;
    throw signal.reason;
  }
  await reading;
}
