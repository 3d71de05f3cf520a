/** The loop of one video on one upscaler: the newest frame is enlarged, those that come meanwhile are dropped. */

import { throwIfAborted } from "@tatami/core";
import { grabFrame, watchVideo } from "@tatami/live";
import type { LiveCounter, Upscaler } from "@tatami/upscale";
import { createLiveQueue } from "@tatami/upscale";

/** What {@link enlargeVideo} works with. */
export interface EnlargeVideoOptions {
  readonly video: HTMLVideoElement;
  readonly upscaler: Upscaler;
  readonly counter: LiveCounter;
  /** Is given both frames to own, the video's and the larger one made of it, and the milliseconds that took. */
  readonly show: (before: VideoFrame, after: VideoFrame, cost: number) => void;
  /** Of the next frame; none: the upscaler's own. */
  readonly strength: () => number | undefined;
  /** Its event `change` says that a frame that stands is to be made again. */
  readonly settings: EventTarget;
  /** Whether a frame is worth its time now; one that is not is closed. */
  readonly isWanted: () => boolean;
  readonly signal: AbortSignal;
}

/** Whether anything was given to play: an address, a stream, or what a script feeds. */
export function hasSource(video: HTMLVideoElement): boolean {
  return video.srcObject !== null || video.hasAttribute("src");
}

const resets = ["seeking", "emptied"];

/** Milliseconds between looks at a video that shows nothing yet. */
const retryMs = 100;

/**
 * Runs until it is aborted, with every frame inside closed then.
 *
 * @throws `signal.reason`, or what reading the video or the upscaler threw.
 */
export async function enlargeVideo(options: EnlargeVideoOptions): Promise<never> {
  const { video, upscaler, counter, show, isWanted, settings } = options;
  const ends = new AbortController();
  const signal = AbortSignal.any([options.signal, ends.signal]);
  const queue = createLiveQueue<VideoFrame>({
    name: "presented",
    capacity: 1,
    overflow: "drop-oldest",
    counter,
  });
  // frames of a video that has been taken away are not shown, wherever they are by then
  let source = {};
  const sources = new WeakMap<VideoFrame, object>();
  const take = (frame: VideoFrame): void => {
    clearTimeout(retry);
    if (!isWanted()) return frame.close();
    sources.set(frame, source);
    queue.push(frame);
  };
  // what stands is presented no more: as the loop begins, and where the video was paused while no frame was wanted
  let retry: ReturnType<typeof setTimeout> | undefined;
  const takeCurrent = (): void => {
    clearTimeout(retry);
    try {
      const frame = video.seeking ? undefined : grabFrame(video);
      if (frame) take(frame);
      // decoded, perhaps, and not yet on the page; the first frame presented ends the waiting
      else retry = setTimeout(takeCurrent, retryMs);
    } catch (error) {
      queue.destroy(error);
    }
  };
  const watching = watchVideo(video, take, { signal }).catch((error: unknown) => queue.destroy(error));
  // what was seen before a seek has nothing to do with what comes after it
  const onSeek = (): void => void upscaler.reset().catch(() => undefined);
  for (const name of resets) video.addEventListener(name, onSeek);
  const onEmptied = (): void => void (source = {});
  video.addEventListener("emptied", onEmptied);
  video.addEventListener("pause", takeCurrent);
  const onChange = (): void => {
    if (video.paused) takeCurrent();
  };
  settings.addEventListener("change", onChange);
  takeCurrent();
  try {
    for (;;) {
      const frame = (await queue.next())!;
      const { timestamp } = frame;
      const of = sources.get(frame);
      if (of !== source) {
        frame.close();
        continue;
      }
      const before = frame.clone();
      const start = performance.now();
      try {
        const after = await upscaler.frame(frame, { signal, strength: options.strength() });
        if (signal.aborted) after.close();
        throwIfAborted(signal);
        if (of === source) show(before, after, performance.now() - start);
        else for (const stale of [before, after]) stale.close();
      } catch (error) {
        before.close();
        throw error;
      }
      queue.went(timestamp);
    }
  } finally {
    clearTimeout(retry);
    for (const name of resets) video.removeEventListener(name, onSeek);
    video.removeEventListener("emptied", onEmptied);
    video.removeEventListener("pause", takeCurrent);
    settings.removeEventListener("change", onChange);
    ends.abort();
    queue.destroy(signal.reason);
    await watching;
  }
}
