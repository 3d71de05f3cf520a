/** What happened to a job, in order, for those who listen: every change of its state, and of its progress the latest. */

import type { JobView } from "./job.ts";

/** Something that happened. */
export interface JournalEvent {
  /** `LIFE.NUMBER`: a service that was started again counts from anew. */
  readonly id: string;
  readonly event: "state" | "progress" | "end";
  readonly job: JobView;
}

/** A job's events. */
export interface Journal {
  add(event: JournalEvent["event"], job: JobView): void;
  /** What came after an event; all that is kept where it is not known. */
  after(id: string | undefined): readonly JournalEvent[];
  /** Resolves when more has come, or the signal aborts. */
  more(signal: AbortSignal): Promise<void>;
}

/** Makes it. @param life which service it is that began with the job */
export function createJournal(life: number): Journal {
  let kept: readonly JournalEvent[] = [];
  let count = 0;
  let waiting: (() => void)[] = [];
  return {
    add(event, job) {
      count++;
      kept = [...kept.filter((each) => each.event !== "progress"), { id: `${life}.${count}`, event, job }];
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
    after(id) {
      const [, theirs, number] = /^(\d+)\.(\d+)$/.exec(id ?? "") ?? [];
      if (Number(theirs) !== life) return kept;
      return kept.filter((each) => Number(each.id.split(".")[1]) > Number(number));
    },
    more: (signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const wake = (): void => {
          signal.removeEventListener("abort", wake);
          waiting = waiting.filter((each) => each !== wake);
          resolve();
        };
        signal.addEventListener("abort", wake, { once: true });
        waiting.push(wake);
      }),
  };
}
