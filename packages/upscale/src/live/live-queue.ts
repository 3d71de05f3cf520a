/** A live source's frames on their way to the engine: bounded, what is late dropped, everything counted and timed. */

import type { FrameQueue, FrameQueueOptions, OptionRules, Queued } from "@tatami/core";
import {
  checkByRules,
  checkOptions,
  createFrameQueue,
  overflowRules,
  uncheckedRule,
  withoutUndefined,
} from "@tatami/core";
import type { LiveCounter, LiveStats } from "./live-stats.ts";
import { createLiveCounter } from "./live-stats.ts";

/** How a live queue is bounded, and who counts. */
export interface LiveQueueOptions extends Omit<FrameQueueOptions, "onDrop"> {
  /** Told of every frame that was closed because others were waiting. @defaultValue nobody */
  readonly onDrop?: FrameQueueOptions["onDrop"];
  /** Counts on where another queue of the same stream stopped. @defaultValue from nothing */
  readonly counter?: LiveCounter;
}

const rules: OptionRules<LiveQueueOptions> = {
  name: { kind: "text" },
  capacity: overflowRules.capacity,
  overflow: overflowRules.overflow,
  onDrop: overflowRules.onDrop,
  counter: uncheckedRule,
};

/** A {@link FrameQueue} that knows how late its frames leave. */
export interface LiveQueue<P extends Queued> extends FrameQueue<P> {
  /** The larger frame of the one with this timestamp went out. */
  went(timestamp: number): void;
  stats(): LiveStats;
}

/** Makes a {@link LiveQueue}. `now` gives milliseconds. */
export function createLiveQueue<P extends Queued>(
  options: LiveQueueOptions,
  now: () => number = () => performance.now(),
): LiveQueue<P> {
  // what a resolved overflow has beside, its signal, is another's
  checkByRules<object>("options", withoutUndefined(checkOptions("options", options)), rules);
  const { onDrop, counter = createLiveCounter(now), ...limits } = options;
  /** When the frames inside came, by their timestamps: the larger frame has nothing else in common with its source. */
  const arrivals = new Map<number, number>();
  let isRefused = false;
  const queue = createFrameQueue<P>({
    ...limits,
    onDrop: (timestamp, reason) => {
      if (reason === "drop-newest") isRefused = true;
      else arrivals.delete(timestamp);
      counter.dropped();
      onDrop?.(timestamp, reason);
    },
  });
  return {
    ...queue,
    push(frame) {
      const { timestamp } = frame;
      const since = now();
      counter.came();
      isRefused = false;
      queue.push(frame);
      // after the push, which may drop an older frame of the same time
      if (!isRefused) arrivals.set(timestamp, since);
    },
    destroy(reason) {
      queue.destroy(reason);
      arrivals.clear();
    },
    went(timestamp) {
      const since = arrivals.get(timestamp);
      arrivals.delete(timestamp);
      if (since !== undefined) counter.went(since);
    },
    stats: () => counter.stats(),
  };
}
