/** The one queue of the pipeline: bounded, named, abortable, and it gives back what it held. */

import { TatamiError } from "../errors/errors.ts";

/** How a queue is bounded. */
export interface BoundedQueueOptions<T> {
  /** Named in errors and progress. */
  readonly name: string;
  /** Items held at most; a push beyond it waits. */
  readonly capacity: number;
  /** Told of every item still held when the queue is destroyed, so that it can be freed. */
  readonly onDiscard?: (item: T) => void;
}

/** A first-in, first-out queue whose producer waits while it is full. One producer, one consumer. */
export interface BoundedQueue<T> extends AsyncIterable<T> {
  readonly name: string;
  readonly size: number;
  /** Hands an item over; resolves when there is room for the next. Rejects, discarding it, once destroyed. */
  push(item: T): Promise<void>;
  /** No more items: the consumer ends after the last one. */
  end(): void;
  /** Discards what is held; both sides reject with `reason`. */
  destroy(reason: unknown): void;
}

/** Makes a {@link BoundedQueue}. Leaving its iteration early destroys it. */
export function createBoundedQueue<T>(options: BoundedQueueOptions<T>): BoundedQueue<T> {
  const { name, capacity, onDiscard } = options;
  if (!Number.isInteger(capacity) || capacity < 1) {
    throw new TatamiError({
      code: "invalid-option",
      message: `Queue "${name}": capacity must be a positive whole number, not ${capacity}.`,
      fix: "Give a capacity of 1 or more.",
    });
  }
  const items: T[] = [];
  let ended = false;
  let destroyed: { readonly reason: unknown } | undefined;
  let wake: (() => void)[] = [];

  const notify = (): void => {
    const waiting = wake;
    wake = [];
    for (const resume of waiting) resume();
  };
  const change = (): Promise<void> => new Promise((resolve) => wake.push(resolve));
  const throwIfDestroyed = (): void => {
    if (destroyed) throw destroyed.reason;
  };
  const queue: BoundedQueue<T> = {
    name,
    get size() {
      return items.length;
    },
    async push(item) {
      if (destroyed) {
        onDiscard?.(item);
        throw destroyed.reason;
      }
      items.push(item);
      notify();
      while (items.length >= capacity) {
        await change();
        throwIfDestroyed();
      }
    },
    end() {
      ended = true;
      notify();
    },
    destroy(reason) {
      if (destroyed) return;
      destroyed = { reason };
      for (const item of items.splice(0)) onDiscard?.(item);
      notify();
    },
    async *[Symbol.asyncIterator]() {
      try {
        for (;;) {
          throwIfDestroyed();
          if (items.length > 0) {
            const item = items.shift() as T;
            notify();
            yield item;
          } else if (ended) return;
          else await change();
        }
      } finally {
        queue.destroy(new DOMException(`Queue "${name}" is no longer read.`, "AbortError"));
      }
    },
  };
  return queue;
}

/**
 * Reads `source` ahead of its consumer, holding at most `capacity` items: this is what lets two stages
 * work at the same time. An error of the source reaches the consumer after the items before it.
 */
export async function* readAhead<T>(
  source: AsyncIterable<T>,
  options: BoundedQueueOptions<T>,
): AsyncGenerator<T, void, undefined> {
  const queue = createBoundedQueue(options);
  let failure: { readonly error: unknown } | undefined;
  const pump = (async () => {
    try {
      for await (const item of source) await queue.push(item);
    } catch (error) {
      failure = { error };
    } finally {
      queue.end();
    }
  })();
  try {
    yield* queue;
    await pump;
    if (failure) throw failure.error;
  } finally {
    queue.destroy(new DOMException(`Queue "${options.name}" is no longer read.`, "AbortError"));
    await pump;
  }
}
