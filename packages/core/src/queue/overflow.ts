/** What becomes of frames that come faster than they are worked on, from a source that cannot be asked to wait. */

import { checkInteger, checkOneOf, invalidOption } from "../options.ts";

/** `error` ends the stream; the others close a frame that waits, or the one that has just come. */
export type OverflowPolicy = "error" | "drop-oldest" | "drop-newest";

/** Why a frame was dropped. */
export type DropReason = Exclude<OverflowPolicy, "error">;

/** Options of whatever works on frames that come by themselves. */
export interface OverflowOptions {
  /** Frames that may wait, beside the one that is worked on. @defaultValue 4 */
  readonly capacity?: number;
  /** What becomes of one frame more. @defaultValue "error": a TatamiError `queue-overflow` */
  readonly overflow?: OverflowPolicy;
  /**
   * Told of each frame dropped, which is closed already: its timestamp in its own unit (seconds of a `Frame`,
   * microseconds of a `VideoFrame`). What it throws ends the stream.
   */
  readonly onDrop?: (timestamp: number, reason: DropReason) => void;
  /** Ends the stream with `signal.reason`. */
  readonly signal?: AbortSignal;
}

/** {@link OverflowOptions} with nothing left open. */
export interface ResolvedOverflow {
  readonly capacity: number;
  readonly overflow: OverflowPolicy;
  readonly onDrop: (timestamp: number, reason: DropReason) => void;
  readonly signal: AbortSignal | undefined;
}

/** Names of {@link OverflowOptions}, for refusing others. */
export const overflowKeys: readonly string[] = ["capacity", "overflow", "onDrop", "signal"];

const policies: readonly OverflowPolicy[] = ["error", "drop-oldest", "drop-newest"];

/** @throws TatamiError `invalid-option` with the option's path, the rule and the value seen. */
export function resolveOverflow(options: OverflowOptions): ResolvedOverflow {
  const { capacity, overflow, onDrop, signal } = options;
  if (onDrop !== undefined && typeof onDrop !== "function")
    throw invalidOption("options.onDrop", "a function", onDrop);
  return {
    capacity: checkInteger("options.capacity", capacity ?? 4, 1, 4096),
    overflow: checkOneOf("options.overflow", overflow ?? "error", policies),
    onDrop: onDrop ?? (() => undefined),
    signal,
  };
}
