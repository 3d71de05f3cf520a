/** Counts frames that are open, so that a leak is a failed test and not a mystery. */

/** How many frames are open, and which stage opened them. */
export interface FrameLedger {
  /** Frames opened and not yet closed. */
  readonly open: number;
  /** Frames ever opened. */
  readonly total: number;
  /** The most that were open at once since the last {@link FrameLedger.reset}. */
  readonly peak: number;
  /** Open frames by the stage that made them; empty when nothing leaked. */
  report(): ReadonlyMap<string, number>;
  opened(frame: object, stage: string): void;
  closed(frame: object): void;
  /** Forgets every frame; for the start of a test. */
  reset(): void;
}

function createFrameLedger(): FrameLedger {
  const stages = new Map<object, string>();
  let total = 0;
  let peak = 0;
  return {
    get open() {
      return stages.size;
    },
    get total() {
      return total;
    },
    get peak() {
      return peak;
    },
    report() {
      const counts = new Map<string, number>();
      for (const stage of stages.values()) counts.set(stage, (counts.get(stage) ?? 0) + 1);
      return counts;
    },
    opened(frame, stage) {
      stages.set(frame, stage);
      total += 1;
      peak = Math.max(peak, stages.size);
    },
    closed(frame) {
      stages.delete(frame);
    },
    reset() {
      stages.clear();
      total = 0;
      peak = 0;
    },
  };
}

/** The process-wide ledger. It holds open frames only, so it costs one map entry a frame. */
export const frameLedger: FrameLedger = createFrameLedger();
