/** What becomes of frames that come faster than they are worked on, from a source that cannot be asked to wait. */

import type { OptionRules } from "../option-rules.ts";
import { checkRule, choiceRule, integerRule } from "../option-rules.ts";

const policies = ["error", "drop-oldest", "drop-newest"] as const;
/** What becomes of one frame too many: `error` ends the stream; the others close a frame that waits, or the one that has just come. */
export type OverflowPolicy = (typeof policies)[number];

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

/** What each of {@link OverflowOptions} may be. */
export const overflowRules: OptionRules<OverflowOptions> = {
  capacity: integerRule(1, 4096),
  overflow: choiceRule(policies),
  onDrop: { kind: "function" },
  signal: { kind: "signal" },
};

/** @throws TatamiError `invalid-option` with the option's path, the rule and the value seen. */
export function resolveOverflow(options: OverflowOptions): ResolvedOverflow {
  const { capacity = 4, overflow = "error", onDrop = () => undefined, signal } = options;
  const resolved = { capacity, overflow, onDrop, signal };
  for (const [name, rule] of Object.entries(overflowRules)) {
    const value = resolved[name as keyof OverflowOptions];
    if (value !== undefined) checkRule(`options.${name}`, value, rule);
  }
  return resolved;
}
