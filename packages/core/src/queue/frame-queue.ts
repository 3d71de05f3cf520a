/** The queue of frames whose source cannot wait: bounded, named, and it closes what it held. */

import { TatamiError } from "../errors/errors.ts";
import type { ResolvedOverflow } from "./overflow.ts";

/** What may wait: a frame of either kind. */
export interface Queued {
  readonly timestamp: number;
  close(): void;
}

/** How a queue is bounded. */
export interface FrameQueueOptions extends Pick<ResolvedOverflow, "capacity" | "overflow" | "onDrop"> {
  /** Who it belongs to, as errors call it. */
  readonly name: string;
}

/** Frames that wait, in order. Unlike a bounded queue's its producer cannot wait: one too many is a decision. */
export interface FrameQueue<P extends Queued> {
  /**
   * Takes a frame, which is closed when it or the queue is no longer wanted.
   *
   * @throws TatamiError `queue-overflow` when there is no room and nothing may be dropped.
   */
  push(picture: P): void;
  /** No more frames; with a failure, `next` rejects with it after the last one. */
  end(failure?: { readonly error: unknown }): void;
  /** The next frame, which becomes the caller's; nothing at the end. One call at a time. */
  next(): Promise<P | undefined>;
  /** Closes every frame held; `next` rejects with `reason`. */
  destroy(reason: unknown): void;
}

/** Makes a {@link FrameQueue}. */
export function createFrameQueue<P extends Queued>(options: FrameQueueOptions): FrameQueue<P> {
  const { name, capacity, overflow, onDrop } = options;
  const waiting: P[] = [];
  let ended: { readonly failure: { readonly error: unknown } | undefined } | undefined;
  let destroyed: { readonly reason: unknown } | undefined;
  let consumer: Asking<P> | undefined;

  const takeConsumer = (): Asking<P> | undefined => {
    const asking = consumer;
    consumer = undefined;
    return asking;
  };
  const drop = (picture: P, reason: "drop-oldest" | "drop-newest"): void => {
    const { timestamp } = picture;
    picture.close();
    onDrop(timestamp, reason);
  };
  return {
    push(picture) {
      if (destroyed || ended) {
        picture.close();
        return;
      }
      const asking = takeConsumer();
      if (asking) asking.resolve(picture);
      else if (waiting.length < capacity) waiting.push(picture);
      else if (overflow === "drop-oldest") {
        waiting.push(picture);
        drop(waiting.shift()!, overflow);
      } else if (overflow === "drop-newest") drop(picture, overflow);
      else {
        const { timestamp } = picture;
        picture.close();
        throw overflowError(name, capacity, timestamp);
      }
    },
    end(failure) {
      if (destroyed || ended) return;
      ended = { failure };
      const asking = takeConsumer();
      if (failure) asking?.reject(failure.error);
      else asking?.resolve(undefined);
    },
    async next() {
      if (destroyed) throw destroyed.reason;
      if (waiting.length > 0) return waiting.shift();
      if (ended?.failure) throw ended.failure.error;
      if (ended) return undefined;
      return new Promise((resolve, reject) => (consumer = { resolve, reject }));
    },
    destroy(reason) {
      if (destroyed) return;
      destroyed = { reason };
      for (const picture of waiting.splice(0)) picture.close();
      takeConsumer()?.reject(reason);
    },
  };
}

/** A consumer that waits for a frame. */
interface Asking<P> {
  resolve(picture: P | undefined): void;
  reject(reason: unknown): void;
}

function overflowError(name: string, capacity: number, timestamp: number): TatamiError<"queue-overflow"> {
  return new TatamiError({
    code: "queue-overflow",
    message: `${name}: a frame came while ${capacity} were waiting, and none may be dropped.`,
    fix: 'Set options.overflow to "drop-oldest" or "drop-newest", raise options.capacity, or read files with fromVideoFile, which waits.',
    detail: { queue: name, capacity, timestamp },
  });
}
