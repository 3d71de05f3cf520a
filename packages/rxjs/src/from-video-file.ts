/** A file's frames as an observable that waits for those who use them. */

import type {
  Changed,
  CodecDriver,
  Damage,
  Deinterlace,
  Frame,
  MediaInput,
  OptionRules,
  ReadOptions,
} from "@tatami/core";
import { checkByRules, integerRule, invalidOption, throwIfAborted } from "@tatami/core";
import { openMedia, readFrames, upscaleRules } from "@tatami/upscale";
import { Observable } from "rxjs";
import { createFrameWindow } from "./frame-window.ts";

/** Options of {@link fromVideoFile}. */
export interface FromVideoFileOptions {
  /**
   * Frames that may be open at once, with what operators of this package made of them. Keep it at or below the
   * `capacity` of every operator after it, and none overflows. @defaultValue 4
   */
  readonly window?: number;
  /** Seconds of the input to begin at. @defaultValue its first frame */
  readonly start?: number;
  /** Seconds of the input to end before. @defaultValue its end */
  readonly end?: number;
  /** Convert 10-bit and HDR input to 8-bit SDR; without it such input is refused. @defaultValue false */
  readonly toSdr?: boolean;
  /** "auto" makes whole pictures of interlaced ones; "off" takes them as they are. @defaultValue "auto" */
  readonly deinterlace?: Deinterlace;
  /**
   * Told of every place that cannot be decoded, which is then left out; another driver reads on after it where it can.
   * @defaultValue the first such place ends the stream with `damaged-input`
   */
  readonly onDamaged?: (damage: Damage) => void;
  /** Told of what is made otherwise while reading, for instance times that are made to rise. @defaultValue nobody */
  readonly onChanged?: (changed: Changed) => void;
  /** Drivers tried in order. @defaultValue the environment's own: mediabunny, and in Node FFmpeg after it */
  readonly codecs?: readonly CodecDriver[];
  /** Ends the stream with `signal.reason`. */
  readonly signal?: AbortSignal;
}

const rules: OptionRules<FromVideoFileOptions> = {
  start: upscaleRules.start,
  end: upscaleRules.end,
  toSdr: upscaleRules.toSdr,
  deinterlace: upscaleRules.deinterlace,
  codecs: upscaleRules.codecs,
  signal: upscaleRules.signal,
  window: integerRule(1, 4096),
  onDamaged: { kind: "function" },
  onChanged: { kind: "function" },
};

/**
 * Every frame of a file, in the order it is shown; each is the subscriber's to close.
 *
 * Like water from a tap with a full glass under it, it waits: when `window` frames are open nothing is read until one
 * is closed. `upscaleFrames` passes a frame's place on to its result, so the window spans the pipeline, and a slow
 * writer slows the reader. Who never closes frames gets `window` of them and no more.
 *
 * ```text
 * fromVideoFile(input, { window: 2 })   a-b-------c--------d-|
 * frames closed                         --------a------b-----
 * ```
 *
 * Cold: the file is opened at each subscription, and closed at its end. A `ReadableStream` can be read but once.
 *
 * @example
 * ```ts
 * fromVideoFile("in.mp4", { end: 10 }).subscribe((frame) => {
 *   console.log(frame.timestamp);
 *   frame.close();
 * });
 * ```
 *
 * @returns an observable that ends with what the driver's `open` and `frames` throw, for instance `input-not-found` or
 * `damaged-input`, after the frames before it; or with `signal.reason` as it is.
 * @throws TatamiError `invalid-option`
 */
export function fromVideoFile(input: MediaInput, options: FromVideoFileOptions = {}): Observable<Frame> {
  checkByRules("options", options, rules);
  const { window: size = 4, start, end, toSdr, deinterlace, onDamaged, onChanged, codecs } = options;
  const { signal: outer } = options;
  if (end !== undefined && end <= (start ?? 0))
    throw invalidOption("options.end", `above options.start (${start ?? 0})`, end);

  return new Observable<Frame>((destination) => {
    const controller = new AbortController();
    const { signal } = controller;
    const onAbort = (): void => controller.abort(outer?.reason);
    if (outer?.aborted) onAbort();
    else outer?.addEventListener("abort", onAbort, { once: true });
    destination.add(() => {
      outer?.removeEventListener("abort", onAbort);
      controller.abort(new DOMException("fromVideoFile was unsubscribed from.", "AbortError"));
    });
    const read: ReadOptions = {
      ...(start === undefined ? {} : { start }),
      ...(end === undefined ? {} : { end }),
      ...(onDamaged ? { onDamaged } : {}),
      ...(onChanged ? { onChanged } : {}),
      signal,
    };
    const open = { toSdr: toSdr ?? false, ...(deinterlace ? { deinterlace } : {}), signal };
    const run = async (): Promise<void> => {
      throwIfAborted(signal);
      const media = await openMedia(input, codecs, open);
      try {
        const places = createFrameWindow(size);
        for await (const frame of readFrames({ input, media, open, read })) {
          if (signal.aborted) frame.close();
          throwIfAborted(signal);
          places.enter(frame);
          destination.next(frame);
          await places.room(signal);
        }
        throwIfAborted(signal);
      } finally {
        await media.reader[Symbol.asyncDispose]();
      }
    };
    run().then(
      () => destination.complete(),
      (error: unknown) => destination.error(error),
    );
  });
}
