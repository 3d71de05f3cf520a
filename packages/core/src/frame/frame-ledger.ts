/** Knows which frames are open without keeping any: a leak is a failed test and not a mystery, and costs no memory for ever. */

/** How many frames are open, and which stage opened them. */
export interface FrameLedger {
  /** Frames opened and never closed, forgotten ones among them. */
  readonly open: number;
  /** Frames ever opened. */
  readonly total: number;
  /** The most that were open at once since the last {@link FrameLedger.reset}. */
  readonly peak: number;
  /** Frames never closed by the stage that made them; empty when nothing leaked. */
  report(): ReadonlyMap<string, number>;
  /**
   * Of those, the ones that nobody holds any more, by stage: the garbage collector met them, their pixels were given back,
   * and a warning was printed for the first of each stage.
   */
  forgotten(): ReadonlyMap<string, number>;
  /**
   * Counts a frame until it is closed. The frame is held weakly.
   *
   * @param free gives back what the frame holds outside the garbage collector's reach, should nobody close it. It must not
   * hold the frame, and is not called once the frame is closed.
   */
  opened(frame: object, stage: string, free?: () => void): void;
  /** Notes the end of a frame, and tells those who wait for it. */
  closed(frame: object): void;
  /**
   * Calls `tell` once, when the frame is closed, or forgotten: this is how whoever reads ahead learns that there is room.
   * `tell` must not hold the frame.
   *
   * @returns false for a frame that was not opened here or is closed already; then `tell` is never called.
   */
  whenClosed(frame: object, tell: () => void): boolean;
  /** The same frame under another name, for {@link FrameLedger.whenClosed}. */
  alias(other: object, frame: object): void;
  /** Forgets every frame; for the start of a test. */
  reset(): void;
}

/** What is known of an open frame. Nothing here leads to the frame. */
interface Entry {
  readonly stage: string;
  /** Where it is counted; another once the ledger was reset. */
  readonly counts: Map<string, number>;
  readonly free: (() => void) | undefined;
  /** Nothing once it has ended: an alias may still lead here. */
  waiting: (() => void)[] | undefined;
}

function createFrameLedger(): FrameLedger {
  let [open, total, peak] = [0, 0, 0];
  let counts = new Map<string, number>();
  let lost = new Map<string, number>();
  const entries = new WeakMap<object, Entry>();
  const tellAll = (entry: Entry): void => {
    const { waiting } = entry;
    entry.waiting = undefined;
    waiting?.forEach((tell) => tell());
  };
  const collected = new FinalizationRegistry<Entry>((entry) => {
    entry.free?.();
    if (entry.counts === counts) {
      const seen = lost.get(entry.stage) ?? 0;
      lost.set(entry.stage, seen + 1);
      if (seen === 0) console.warn(forgottenWarning(entry.stage));
    }
    tellAll(entry);
  });
  return {
    get open() {
      return open;
    },
    get total() {
      return total;
    },
    get peak() {
      return peak;
    },
    report: () => new Map([...counts].filter(([, count]) => count > 0)),
    forgotten: () => new Map(lost),
    opened(frame, stage, free) {
      const entry: Entry = { stage, counts, free, waiting: [] };
      entries.set(frame, entry);
      collected.register(frame, entry, entry);
      counts.set(stage, (counts.get(stage) ?? 0) + 1);
      total++;
      open++;
      peak = Math.max(peak, open);
    },
    closed(frame) {
      const entry = entries.get(frame);
      if (!entry?.waiting) return;
      collected.unregister(entry);
      if (entry.counts === counts) {
        counts.set(entry.stage, counts.get(entry.stage)! - 1);
        open--;
      }
      tellAll(entry);
    },
    whenClosed(frame, tell) {
      const entry = entries.get(frame);
      entry?.waiting?.push(tell);
      return entry?.waiting !== undefined;
    },
    alias(other, frame) {
      const entry = entries.get(frame);
      if (entry) entries.set(other, entry);
    },
    reset() {
      [open, total, peak] = [0, 0, 0];
      counts = new Map();
      lost = new Map();
    },
  };
}

function forgottenWarning(stage: string): string {
  return `Tatami: a frame of "${stage}" was never closed. Its pixels were given back when it was collected, which may be late: close every frame, or hand it on.`;
}

/** The process-wide ledger. */
export const frameLedger: FrameLedger = createFrameLedger();
