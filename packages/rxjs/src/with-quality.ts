/** Frames with how near they come to a reference. */

import type { OverflowOptions, Picture, Plane } from "@tatami/core";
import {
  checkByRules,
  createFrameQueue,
  integerRule,
  invalidOption,
  isVideoFrame,
  overflowRules,
  psnr,
  resolveOverflow,
  ssim,
} from "@tatami/core";
import type { Observable, OperatorFunction } from "rxjs";
import { Subject, takeUntil } from "rxjs";
import { inOrder } from "./in-order.ts";
import { readLuma } from "./read-luma.ts";

/** Options of {@link withQuality}; `capacity` and `overflow` hold for the frames and for the reference's. */
export interface WithQualityOptions extends OverflowOptions {
  /** Pixels left out on every side; by custom the scale. @defaultValue 0 */
  readonly shave?: number;
}

/** How near a frame comes to the reference's frame of the same time, in luma. */
export interface Quality {
  /** Decibels; infinite for equal frames. */
  readonly psnr: number;
  /** At most 1; not a number for pictures under 11 pixels either way. */
  readonly ssim: number;
}

/** A frame, its quality, and that of all frames so far. */
export interface QualityFrame<P extends Picture> {
  /** The frame as it came; the subscriber's to close. */
  readonly frame: P;
  /** Absent where the reference has no frame of the same time. */
  readonly quality?: Quality;
  /** Of all frames compared so far: PSNR of their mean squared error, and mean SSIM; absent before the first. */
  readonly running?: Quality;
  /** Frames compared so far. */
  readonly compared: number;
}

/**
 * Adds to each frame its PSNR and SSIM against the reference's frame of the same timestamp, and their running values.
 *
 * Frames wait for the reference; the reference's frames belong to the operator, which closes them. Both must come in
 * the order of their timestamps, which are the same when they differ by no more than a microsecond.
 *
 * ```text
 * source       --a-----b--c-----|
 * reference    a---b-----c---|
 *                withQuality(reference)
 * result       --A-----B--C-----|
 * ```
 *
 * @example
 * ```ts
 * fromVideoFile("small.mp4")
 *   .pipe(upscaleFrames({ model }), withQuality(fromVideoFile("original.mp4")))
 *   .subscribe(({ frame, running }) => {
 *     console.log(running?.psnr);
 *     frame.close();
 *   });
 * ```
 *
 * @param reference subscribed to when the result is, and left when it ends.
 * @returns an operator that ends with `queue-overflow`, with the reference's error, or with `invalid-option` when
 * frames of the same time differ in size.
 * @throws TatamiError `invalid-option`
 */
export function withQuality<P extends Picture>(
  reference: Observable<Picture>,
  options: WithQualityOptions = {},
): OperatorFunction<P, QualityFrame<P>> {
  if (typeof reference?.subscribe !== "function")
    throw invalidOption(
      "reference",
      "an observable of frames",
      reference,
      'Pass fromVideoFile("original.mp4").',
    );
  checkByRules("options", options, { ...overflowRules, shave: integerRule(0) });
  const { shave = 0 } = options;
  const overflow = resolveOverflow(options);
  return inOrder<P, QualityFrame<P>>({
    name: "withQuality",
    overflow,
    discard: ({ frame }) => frame.close(),
    open: async (signal) => {
      const truths = openReference(reference, overflow, signal);
      let [compared, squares, similarity] = [0, 0, 0];
      const measure = async (frame: P): Promise<Omit<QualityFrame<P>, "frame">> => {
        const truth = await truths.at(secondsOf(frame));
        let quality: Quality | undefined;
        if (truth) {
          const score = async (a: Plane, b: Plane): Promise<Quality> => ({
            psnr: psnr(a, b, shave),
            ssim: ssim(a, b, shave),
          });
          quality = await readLuma(frame, (a) => readLuma(truth, (b) => score(a, b)));
          compared++;
          squares += 10 ** (-quality.psnr / 10);
          similarity += quality.ssim;
        }
        const running = { psnr: -10 * Math.log10(squares / compared), ssim: similarity / compared };
        return { ...(quality ? { quality } : {}), ...(compared > 0 ? { running } : {}), compared };
      };
      return {
        take: async (frame) => {
          try {
            return { frame, ...(await measure(frame)) };
          } catch (error) {
            frame.close();
            throw error;
          }
        },
        close: async () => truths.close(),
      };
    },
  });
}

/** The reference's frames, asked for by time. */
interface Reference {
  /** Waits for the frame at that time, in seconds; nothing when there is none. It stays the reference's. */
  at(seconds: number): Promise<Picture | undefined>;
  close(): void;
}

/** Half a microsecond is what a VideoFrame's timestamp is rounded by; two may be compared. */
const sameTime = 1.01e-6;

function openReference(
  reference: Observable<Picture>,
  overflow: ReturnType<typeof resolveOverflow>,
  signal: AbortSignal,
): Reference {
  const queue = createFrameQueue<Picture>({ ...overflow, name: "withQuality's reference" });
  const left = new Subject<void>();
  let held: Picture | undefined;
  const leave = (reason: unknown): void => {
    queue.destroy(reason);
    left.next();
  };
  const onAbort = (): void => leave(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  reference.pipe(takeUntil(left)).subscribe({
    next: (picture) => {
      try {
        queue.push(picture);
      } catch (error) {
        leave(error);
      }
    },
    error: (error: unknown) => queue.end({ error }),
    complete: () => queue.end(),
  });
  return {
    async at(seconds) {
      for (;;) {
        held ??= await queue.next();
        if (!held || secondsOf(held) > seconds + sameTime) return undefined;
        if (secondsOf(held) >= seconds - sameTime) return held;
        held.close();
        held = undefined;
      }
    },
    close() {
      signal.removeEventListener("abort", onAbort);
      leave(new DOMException("withQuality has ended.", "AbortError"));
      held?.close();
    },
  };
}

function secondsOf(picture: Picture): number {
  return isVideoFrame(picture) ? picture.timestamp / 1e6 : picture.timestamp;
}
