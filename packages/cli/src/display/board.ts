/** The progress of jobs at work: one bar on a terminal, whatever their number; elsewhere lines of each. */

import { createProgressDisplay } from "./progress-bar.ts";
import type { ProgressDisplay } from "./progress-bar.ts";
import type { ProgressLine } from "./progress-line.ts";
import type { Shell } from "../shell.ts";

/** Where jobs show their progress. */
export interface Board {
  /** Begins a job's own. Dispose of it at the job's end. */
  open(label: string): ProgressDisplay;
  /** Says something of all jobs behind the bar, until it is told nothing. */
  note(text: string | undefined): void;
  /** Writes something with the bar out of the way. */
  aside(write: () => void): void;
}

/** How jobs are run. */
export interface BoardOptions {
  readonly isQuiet: boolean;
  /** Jobs that may be at work at once. With one the bar is that job's own; with several it is of files. */
  readonly slots: number;
  /** All jobs; absent where nobody knows. */
  readonly total?: number | undefined;
}

/** Makes it. */
export function createBoard(shell: Shell, { isQuiet, slots, total }: BoardOptions): Board {
  if (isQuiet || shell.stderr.isTTY !== true)
    return {
      open: (label) => createProgressDisplay(shell, label, isQuiet),
      note: () => {},
      aside: (write) => write(),
    };
  const working = new Map<string, ProgressLine | undefined>();
  let finished = 0;
  let bar: ProgressDisplay | undefined;
  let note: string | undefined;
  const hide = (): void => {
    bar?.[Symbol.dispose]();
    bar = undefined;
  };
  const draw = (): void => {
    const [first] = working;
    if (!first) return;
    const [label, line] =
      slots > 1 ? [`[${finished}/${total ?? "…"}]`, sum(working, finished, total)] : first;
    bar ??= createProgressDisplay(shell, label, isQuiet);
    if (note !== undefined)
      bar.show({ done: 0, total: undefined, ...line, line: [line?.line ?? "starting", note].join("  ") });
    else if (line) bar.show(line);
  };
  return {
    open: (label) => {
      working.set(label, undefined);
      draw();
      return {
        show: (progress) => {
          if (!working.has(label)) return;
          working.set(label, progress);
          draw();
        },
        [Symbol.dispose]: () => {
          if (!working.delete(label)) return;
          finished++;
          // the next bar counts one more
          hide();
          draw();
        },
      };
    },
    note: (text) => {
      note = text;
      draw();
    },
    aside: (write) => {
      hide();
      write();
      draw();
    },
  };
}

/** All jobs in one line: files done, and where each is that is at work. */
function sum(
  working: ReadonlyMap<string, ProgressLine | undefined>,
  finished: number,
  total: number | undefined,
): ProgressLine {
  const parts = [...working.values()].map((at) => (at?.total ? Math.min(1, at.done / at.total) : 0));
  const line = [...working].map(([label, at]) => `${label} ${at?.line ?? "starting"}`).join(" · ");
  return { done: finished + parts.reduce((all, part) => all + part, 0), total, line };
}
