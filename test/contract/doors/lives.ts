/** Single lives of a door, driven by hand: what a state machine does to them. */

import type { Frame } from "@tatami/core";
import { createFrameQueue } from "@tatami/core";
import { upscaleFrames } from "@tatami/rxjs";
import type { Upscaler } from "@tatami/upscale";
import { UpscaleStream } from "@tatami/upscale";
import { Subject } from "rxjs";

/** One stream through a door, from its opening to its end. */
export interface Life {
  /** Hands a frame over. */
  write(frame: Frame): void;
  /** The next larger frame; nothing at the end. Rejects with what ended the life otherwise. */
  read(): Promise<Frame | undefined>;
  /** No more frames. */
  finish(): void;
  /** The source fails. */
  fail(reason: Error): void;
  /** The life's signal aborts. */
  abort(reason: Error): void;
  /** The reader has had enough. Resolves when it is known. */
  leave(): Promise<void>;
}

/** Frames that may be inside a life at once in these tests; none waits longer, none overflows. */
export const most = 6;

/** A Web Stream on a shared upscaler. */
export function streamLife(upscaler: Upscaler): Life {
  const controller = new AbortController();
  const { signal } = controller;
  const stream = new UpscaleStream<Frame>({ upscaler, signal, highWaterMark: most });
  const writer = stream.writable.getWriter();
  const reader = stream.readable.getReader();
  // both sides fail with the reason; what is read here is what is judged
  const ignore = (): undefined => undefined;
  writer.closed.catch(ignore);
  reader.closed.catch(ignore);
  return {
    write: (frame) => void writer.write(frame).catch(ignore),
    read: async () => (await reader.read()).value,
    finish: () => void writer.close().catch(ignore),
    fail: (reason) => void writer.abort(reason).catch(ignore),
    abort: (reason) => controller.abort(reason),
    leave: () => reader.cancel(new Error("left")),
  };
}

/** A subscription to the RxJS operator on a shared upscaler. */
export function operatorLife(upscaler: Upscaler): Life {
  const controller = new AbortController();
  const { signal } = controller;
  const input = new Subject<Frame>();
  const larger = createFrameQueue<Frame>({
    name: "larger",
    capacity: most,
    overflow: "error",
    onDrop: () => undefined,
  });
  const subscription = input.pipe(upscaleFrames<Frame>({ upscaler, signal, capacity: most })).subscribe({
    next: (frame) => larger.push(frame),
    error: (error: unknown) => {
      // as a stream does it: what was enlarged and not read is gone with the life
      larger.destroy(error);
    },
    complete: () => larger.end(),
  });
  return {
    write: (frame) => {
      if (input.observed) input.next(frame);
      else frame.close();
    },
    read: () => larger.next(),
    finish: () => input.complete(),
    fail: (reason) => input.error(reason),
    abort: (reason) => controller.abort(reason),
    leave: async () => {
      subscription.unsubscribe();
      larger.destroy(new Error("left"));
    },
  };
}
