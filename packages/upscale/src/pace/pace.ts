/** What a governor's levels are: how much routing may cost, and how much a patch may change before it is computed anew. */

import { checkNumber, checkOneOf } from "@tatami/core";
import type { ReuseBounds, ResolvedReuse } from "@tatami/patches";
import type { PaceReport } from "./governor.ts";
import { createGovernor } from "./governor.ts";

/** A rate to keep, in frames a second; "max": as quick as it can be; "off": as good as it can be. */
export type FrameRateGoal = number | "max" | "off";

/** One level. */
export interface PaceLevel {
  /** Decibels that routing may cost; 0 where there is one network. */
  readonly routingLoss: number;
  /** What bounds of reuse are multiplied by. */
  readonly looser: number;
}

/** What was kept, and at what price. */
export interface PaceSummary extends Pick<PaceReport, "frames" | "changes"> {
  readonly wanted: number | "max";
  /** From the best to the quickest. */
  readonly levels: readonly PaceLevel[];
}

/** A stream's pace. */
export interface Pace {
  /** As {@link createGovernor} is told: frames, and what they took. */
  passed(frames: number, milliseconds: number): void;
  summary(): PaceSummary;
}

/** What is moved. */
export interface PaceTarget {
  setRoutingLoss(decibels: number): void;
  setReuseBounds(bounds: ReuseBounds): void;
}

/** @throws TatamiError `invalid-option` */
export function checkGoal(path: string, goal: unknown): FrameRateGoal {
  return typeof goal === "number" ? checkNumber(path, goal, 1, 1000) : checkOneOf(path, goal, ["max", "off"]);
}

/**
 * Levels from the best to the quickest: first less is sent to larger networks, then patches that changed a little more are
 * carried over; both a little at a time.
 *
 * @param routed whether there are several networks
 * @param reuse bounds are moved where it is "bounded"; "exact" and "off" are kept to
 */
export function paceLevels(
  routed: boolean,
  { reuse }: Pick<ResolvedReuse, "reuse">,
  routingLoss: number,
): readonly PaceLevel[] {
  const losses = routed ? [routingLoss, ...lossesByStep.filter((loss) => loss > routingLoss)] : [0];
  const looser = reuse === "bounded" ? looserByStep : [1];
  const worst = losses.at(-1)!;
  return [
    ...losses.map((loss) => ({ routingLoss: loss, looser: 1 })),
    ...looser.slice(1).map((each) => ({ routingLoss: worst, looser: each })),
  ];
}

/** Decibels; at the last one all is the smallest network's. */
const lossesByStep = [0, 0.02, 0.05, 0.1, 0.2, Infinity];
const looserByStep = [1, 1.3, 1.7, 2.2, 3, 4];

/** A pace that moves its target as it goes. It begins at the quickest level, and for "max" stays there. */
export function createPace(
  wanted: number | "max",
  levels: readonly PaceLevel[],
  { maxDifference, meanDifference }: Pick<ResolvedReuse, "maxDifference" | "meanDifference">,
  target: PaceTarget,
): Pace {
  const last = levels.length - 1;
  const governor = createGovernor({
    framesPerSecond: wanted === "max" ? 1 : wanted,
    levels: wanted === "max" ? 1 : levels.length,
  });
  const moves = levels.some(({ looser }) => looser > 1);
  const apply = (level: number): void => {
    const { routingLoss, looser } = levels[level]!;
    target.setRoutingLoss(routingLoss);
    if (!moves) return;
    target.setReuseBounds({
      maxDifference: Math.min(255, Math.round(maxDifference * looser)),
      meanDifference: Math.min(255, meanDifference * looser),
    });
  };
  let applied = last;
  apply(applied);
  return {
    passed(frames, milliseconds) {
      governor.passed(frames, milliseconds);
      const level = wanted === "max" ? last : governor.level;
      if (level === applied) return;
      applied = level;
      apply(level);
    },
    summary() {
      const { frames, changes } = governor.report();
      const unused = Array.from({ length: levels.length - frames.length }, () => 0);
      return { wanted, levels, frames: [...unused, ...frames], changes };
    },
  };
}

/** The pace that options ask for; nothing where they ask for none. @param routed whether there are several networks */
export function openPace(
  { framesPerSecond, reuse, routingLoss }: PacedOptions,
  routed: boolean,
  target: PaceTarget,
): Pace | undefined {
  if (framesPerSecond === "off") return undefined;
  return createPace(framesPerSecond, paceLevels(routed, reuse, routingLoss), reuse, target);
}

/** What of an upscaler's options decides about its pace. */
export interface PacedOptions {
  readonly framesPerSecond: FrameRateGoal;
  readonly reuse: ResolvedReuse;
  readonly routingLoss: number;
}

/** Frames that are told of at once: those of two batches, of which one comes out all together. */
const toldAtOnce = 8;

/**
 * Tells a pace what frames take from one end of a job to the other, whatever takes it: the encoder is slower, too, where the
 * networks leave it less. The first few frames are not counted, for which engines are prepared.
 *
 * @param waited milliseconds so far in which there was nothing to enlarge
 * @returns to be called with every frame that is done
 */
export function tellPace(
  pace: Pace | undefined,
  waited: () => number,
  now: () => number = () => performance.now(),
): () => void {
  let frames = 0;
  let since: number | undefined;
  return () => {
    frames++;
    if (!pace || frames < toldAtOnce) return;
    const busy = now() - waited();
    if (since !== undefined) pace.passed(frames, Math.max(0, busy - since));
    [since, frames] = [busy, 0];
  };
}
