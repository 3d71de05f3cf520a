/** What a live stream has come to, over the last frames. */

/** Figures of a live stream. */
export interface LiveStats {
  /** Frames that came. */
  readonly framesIn: number;
  /** Frames that went out, larger. */
  readonly framesOut: number;
  /** Frames closed because others were waiting. */
  readonly dropped: number;
  /** Frames out a second, over the last seconds; 0 while there are none. */
  readonly framesPerSecond: number;
  /** Milliseconds from a frame's coming to its larger one's going out. */
  readonly latencyMs: {
    readonly last: number;
    /** Over the last 120 frames, as is `worst`. */
    readonly median: number;
    readonly worst: number;
  };
}

/** Counts frames as they come and go. */
export interface LiveCounter {
  came(): void;
  dropped(): void;
  /** A larger frame went out, of one that came at `since` (milliseconds of `performance.now()`). */
  went(since: number): void;
  stats(): LiveStats;
}

/** Frames over which latency is told. */
const span = 120;
/** Milliseconds over which frames a second are told. */
const recentMs = 3000;

/** Begins at nothing. `now` gives milliseconds. */
export function createLiveCounter(now: () => number = () => performance.now()): LiveCounter {
  let framesIn = 0;
  let framesOut = 0;
  let dropped = 0;
  const outgoing: { readonly at: number; readonly latency: number }[] = [];
  return {
    came: () => void framesIn++,
    dropped: () => void dropped++,
    went(since) {
      framesOut++;
      const at = now();
      outgoing.push({ at, latency: at - since });
      if (outgoing.length > span) outgoing.shift();
    },
    stats() {
      const latencies = outgoing.map(({ latency }) => latency);
      const sorted = latencies.toSorted((a, b) => a - b);
      const time = now();
      const recent = outgoing.filter(({ at }) => time - at < recentMs);
      const seconds = recent.length > 0 ? (time - recent[0]!.at) / 1000 : 0;
      return {
        framesIn,
        framesOut,
        dropped,
        framesPerSecond: seconds > 0 ? (recent.length - 1) / seconds : 0,
        latencyMs: {
          last: latencies.at(-1) ?? 0,
          median: sorted[sorted.length >> 1] ?? 0,
          worst: sorted.at(-1) ?? 0,
        },
      };
    },
  };
}
