/** Keeps a rate by choosing how much is computed: slowly, and without going to and fro. */

import { checkNumber } from "@tatami/core";

/** How a governor is made. */
export interface GovernorOptions {
  /** Frames a second that are to be kept up. */
  readonly framesPerSecond: number;
  /** Levels there are, from 0, the best, to the quickest. */
  readonly levels: number;
  /** @defaultValue the quickest: too little is made good sooner than too much */
  readonly begins?: number;
}

/** What a governor did. */
export interface PaceReport {
  readonly framesPerSecond: number;
  /** Frames at each level. */
  readonly frames: readonly number[];
  readonly changes: number;
}

/** Chooses among levels by what frames take. Knows nothing of what a level is, nor of clocks. */
export interface Governor {
  /** What the next frames are to be computed at. */
  readonly level: number;
  /**
   * Tells what the latest frames took, at the present level.
   *
   * @param milliseconds from when those before them were done until these were
   */
  passed(frames: number, milliseconds: number): void;
  report(): PaceReport;
}

/** Share of a frame's time that is aimed at: some of it is always lost to what was not foreseen. */
const aim = 0.94;
/** A better level is tried where it is expected to take no more than this share. */
const room = 0.85;
/** What a level never tried is expected to take, of its quicker neighbour. */
const untried = 1.25;
/** Frames after a change that say more of the change than of the level: kernels are prepared, nothing is reused yet. */
const unsettled = 2;
/** Frames that a level is judged by, when it is too slow and when it is quick. */
const tooSlow = 12;
/** Seconds that a level must have been quick for, before a better one is tried. */
const patience = 1.5;
/** What that time grows by after a try that failed, and at most. */
const [lessHope, leastHope] = [2, 32];
/** Weight of the newest frame in what a level is said to take. */
const newest = 1 / 24;

/** @throws TatamiError `invalid-option` for a rate that is none. */
export function createGovernor({ framesPerSecond, levels, begins = levels - 1 }: GovernorOptions): Governor {
  const wanted = 1000 / checkNumber("options.framesPerSecond", framesPerSecond, 1, 1000);
  const times = createLevelTimes(levels, begins);
  const frames = Array.from({ length: levels }, () => 0);
  const hope = Array.from({ length: levels }, () => 1);
  let changes = 0;
  let total = 0;
  /** Milliseconds since the level was changed, or found wanting. */
  let quickFor = 0;

  const change = (next: number): void => {
    times.change(next);
    changes++;
    quickFor = 0;
  };
  const slower = (): void => {
    const { level } = times;
    // the nearest that is expected to keep up, but at least one
    let next = level + 1;
    while (next < levels - 1 && times.expected(next) > wanted * aim) next++;
    // a level that was left so soon was not worth the try
    if (quickFor < patience * 1000 * hope[level]!) hope[level] = Math.min(hope[level]! * lessHope, leastHope);
    change(next);
  };
  const better = (next: number): void => {
    if (times.expected(next) <= wanted * room) {
      if (quickFor > patience * 1000 * hope[next]!) change(next);
    } else if (quickFor > patience * 1000 * leastHope) {
      // what it took was another scene's; what it was only guessed to take is found out, where this one leaves room
      if (times.knows(next)) times.forget(next);
      else if (times.took <= wanted * room) change(next);
    }
  };

  return {
    get level() {
      return times.level;
    },
    passed(count, milliseconds) {
      const { level } = times;
      frames[level]! += count;
      total += milliseconds;
      if (!times.passed(count, milliseconds)) return;
      if (times.took > wanted) {
        if (level < levels - 1) slower();
        return;
      }
      quickFor += milliseconds;
      // what was held for long enough is trusted again
      if (quickFor > leastHope * 1000) hope[level] = 1;
      if (level > 0) better(level - 1);
    },
    report: () => ({
      framesPerSecond: total === 0 ? 0 : (1000 * frames.reduce((sum, each) => sum + each, 0)) / total,
      frames,
      changes,
    }),
  };
}

/** What a frame takes at the present level, and what it may be expected to take at others. */
interface LevelTimes {
  readonly level: number;
  /** Milliseconds a frame takes at this level. */
  readonly took: number;
  /** Notes frames at this level. @returns whether there were enough by now to judge it by. */
  passed(count: number, milliseconds: number): boolean;
  /** Whether a level has been tried, and what it took is not forgotten. */
  knows(other: number): boolean;
  /** Milliseconds a frame is expected to take at another level. */
  expected(other: number): number;
  change(next: number): void;
  /** Forgets what is known of a level. */
  forget(other: number): void;
}

function createLevelTimes(levels: number, begins: number): LevelTimes {
  // what levels take relative to one another; how busy the machine is changes them all alike
  const shares: (number | undefined)[] = Array.from({ length: levels });
  let level = begins;
  let from: { readonly level: number; readonly took: number } | undefined;
  let took = 0;
  /** Frames since the level was changed. */
  let seen = 0;

  const learn = (): void => {
    if (from) {
      // a change's own effect, both measured on the same machine at about the same time
      const before = shares[from.level] ?? 1;
      const share = (before * took) / from.took;
      // a better level takes more, whatever a moment's noise says
      const neighbours = [shares[level + 1] ?? 0, shares[level - 1] ?? Infinity] as const;
      shares[level] = Math.min(Math.max(share, neighbours[0]), neighbours[1]);
      from = undefined;
    }
    shares[level] ??= 1;
  };
  return {
    get level() {
      return level;
    },
    get took() {
      return took;
    },
    passed: (count, milliseconds) => {
      const each = milliseconds / count;
      for (let i = 0; i < count; i++) {
        seen++;
        if (seen <= unsettled) continue;
        took += (each - took) * Math.max(newest, 1 / (seen - unsettled));
      }
      if (seen - unsettled < tooSlow) return false;
      if (seen - unsettled - count < tooSlow) learn();
      return true;
    },
    knows: (other) => shares[other] !== undefined,
    expected: (other) => {
      const [known, own] = [shares[other], shares[level]];
      if (known !== undefined && own !== undefined) return (took * known) / own;
      return took * untried ** (level - other);
    },
    change: (next) => {
      from = { level, took };
      level = next;
      [took, seen] = [0, 0];
    },
    forget: (other) => (shares[other] = undefined),
  };
}
