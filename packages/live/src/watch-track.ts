/** The frames of a live track. */

import { abortable, checkByRules, choiceRule, invalidOption, throwIfAborted } from "@tatami/core";
import { toDisplaySize } from "./display-size.ts";
import type { ReadWay } from "./insertable.ts";
import { chooseWay, insertable, liveSupport, readWays } from "./insertable.ts";
import type { WatchOptions } from "./watch-video.ts";
import { watchVideo } from "./watch-video.ts";

/** Options of {@link watchTrack}. */
export interface WatchTrackOptions extends WatchOptions {
  /** How to read. @defaultValue the first of {@link liveSupport} */
  readonly via?: ReadWay | undefined;
}

/**
 * Hands over each frame of a track as it comes, of the size at which it is shown. Nothing waits here: whoever takes frames decides what becomes of those
 * that are too many. The track stays the caller's and is not stopped.
 *
 * @param take is given the frame to own; what it throws ends the watch.
 * @returns a promise that resolves when the track has ended, and rejects with `signal.reason` or what was thrown.
 * @throws TatamiError `invalid-option`; `unsupported-environment` where no way to read is there, or not the one asked for.
 */
export async function watchTrack(
  track: MediaStreamTrack,
  take: (frame: VideoFrame) => void,
  options: WatchTrackOptions = {},
): Promise<void> {
  if (typeof track !== "object" || track?.kind !== "video")
    throw invalidOption("track", "a video track", track?.kind ?? track);
  checkByRules("options", options, { via: choiceRule(readWays), signal: { kind: "signal" } });
  const way = chooseWay("Reading a track", options.via, liveSupport().read);
  throwIfAborted(options.signal);
  await (way === "track-processor" ? byProcessor : byElement)(track, take, options.signal);
}

async function byProcessor(
  track: MediaStreamTrack,
  take: (frame: VideoFrame) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const reader = new (insertable().MediaStreamTrackProcessor!)({ track }).readable.getReader();
  // a cancelled stream closes what it holds, and ends the read under way
  const stop = (): void => void reader.cancel(signal?.reason).catch(() => undefined);
  signal?.addEventListener("abort", stop, { once: true });
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      if (signal?.aborted) next.value.close();
      throwIfAborted(signal);
      take(toDisplaySize(next.value));
    }
    throwIfAborted(signal);
  } finally {
    signal?.removeEventListener("abort", stop);
    await reader.cancel().catch(() => undefined);
  }
}

async function byElement(
  track: MediaStreamTrack,
  take: (frame: VideoFrame) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (track.readyState === "ended") return;
  const video = Object.assign(document.createElement("video"), { muted: true, playsInline: true });
  video.srcObject = new MediaStream([track]);
  const ends = new AbortController();
  const end = (): void => ends.abort();
  const { promise: ended, resolve } = endOf();
  track.addEventListener("ended", resolve);
  // a track that its own page stops tells nobody, but its element is told that the media is over
  video.addEventListener("ended", resolve);
  try {
    const watching = watchVideo(video, take, { signal: ends.signal });
    // a pause asked for by the browser, of a page not seen, is no failure: the element goes on by itself
    void video.play().catch(() => undefined);
    await abortable(Promise.race([ended, watching]), signal);
  } finally {
    end();
    track.removeEventListener("ended", resolve);
    video.pause();
    video.srcObject = null;
  }
}

function endOf(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((tell) => (resolve = tell));
  return { promise, resolve };
}
