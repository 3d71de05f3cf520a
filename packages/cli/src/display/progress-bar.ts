/** Progress as it happens: a bar on a terminal, now and then a line elsewhere. */

import cliProgress from "cli-progress";
import { progressBarLine } from "./progress-line.ts";
import type { ProgressLine } from "./progress-line.ts";
import type { Shell } from "../shell.ts";

/** Milliseconds between lines in a log: enough to see that it lives. */
const lineEvery = 5_000;

/** Something that shows progress until it is disposed of. */
export interface ProgressDisplay extends Disposable {
  show(progress: ProgressLine): void;
}

/** Shows one job's progress on stderr. Dispose of it before writing anything else there. */
export function createProgressDisplay(shell: Shell, label: string, isQuiet: boolean): ProgressDisplay {
  if (isQuiet) return { show: () => {}, [Symbol.dispose]: () => {} };
  return shell.stderr.isTTY === true ? createBar(shell, label) : createLines(shell, label);
}

function createBar(shell: Shell, label: string): ProgressDisplay {
  const bar = new cliProgress.SingleBar({
    stream: shell.stderr,
    clearOnComplete: true,
    hideCursor: true,
    // The signal is main's to handle.
    gracefulExit: false,
    format: (_options, parameters, payload: { progress?: ProgressLine }) =>
      payload.progress === undefined
        ? `${label}  starting`
        : progressBarLine(label, payload.progress, (parameters as { maxWidth?: number }).maxWidth ?? 80),
  });
  bar.start(1, 0, {});
  return {
    show: (progress) => bar.update(progress.done, { progress }),
    [Symbol.dispose]: () => bar.stop(),
  };
}

function createLines(shell: Shell, label: string): ProgressDisplay {
  let last = shell.now();
  return {
    show(progress) {
      if (shell.now() - last < lineEvery) return;
      last = shell.now();
      shell.stderr.write(`${label}  ${progress.line}\n`);
    },
    [Symbol.dispose]: () => {},
  };
}
