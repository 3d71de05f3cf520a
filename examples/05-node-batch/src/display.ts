/** A batch as it is seen: a bar for each recording under way on a terminal, and a line for each that has ended. */

import cliProgress from "cli-progress";
import type { Entry } from "./batch-state.ts";
import type { Recording } from "./recordings.ts";
import type { BatchListener } from "./run-batch.ts";

export interface Display extends BatchListener, Disposable {}

/** @param output lines go here; bars, where it is a terminal, too */
export const createDisplay = (output: NodeJS.WriteStream): Display => {
  const bars = output.isTTY ? createBars(output) : undefined;
  const say = (line: string): void => {
    if (bars) {
      bars.log(`${line}\n`);
      // else the last lines would wait for a bar that no longer moves
      bars.update();
    } else output.write(`${line}\n`);
  };
  const running = new Map<string, cliProgress.SingleBar>();
  return {
    onBegin: ({ name }) => {
      if (bars) running.set(name, bars.create(1, 0, { name, rate: "" }));
    },
    onProgress: ({ name }, { framesDone, framesTotal, framesPerSecond }) => {
      const bar = running.get(name);
      if (framesTotal !== undefined) bar?.setTotal(framesTotal);
      bar?.update(framesDone, { rate: `${framesPerSecond.toFixed(1)} frames/s` });
    },
    onEnd: (recording, entry, skipped) => {
      const bar = running.get(recording.name);
      if (bar) bars?.remove(bar);
      running.delete(recording.name);
      say(describeEnd(recording, entry, skipped));
    },
    [Symbol.dispose]: () => bars?.stop(),
  };
};

const createBars = (stream: NodeJS.WriteStream): cliProgress.MultiBar =>
  new cliProgress.MultiBar({
    stream,
    format: " {bar} {percentage} %  {value}/{total}  {rate}  {name}",
    clearOnComplete: true,
    hideCursor: true,
    // signals are handled elsewhere
    gracefulExit: false,
    noTTYOutput: false,
  });

const describeEnd = ({ name }: Recording, entry: Entry, skipped: boolean): string => {
  if (entry.outcome === "failed") return `failed   ${name}: ${entry.error.message}`;
  if (skipped) return `skipped  ${name}: done before`;
  return `done     ${name}: ${entry.frames} frames in ${entry.seconds} s`;
};

/** What came of all of them: the failures with what to do about each. */
export const describeBatch = (
  recordings: readonly Recording[],
  entries: ReadonlyMap<string, Entry>,
): string => {
  const known = recordings.flatMap(({ name }) => {
    const entry = entries.get(name);
    return entry ? [{ name, entry }] : [];
  });
  const lines = known.flatMap(({ name, entry }) =>
    entry.outcome === "failed"
      ? [`  ${name}`, `    ${entry.error.code}: ${entry.error.message}`, `    ${entry.error.fix}`]
      : [],
  );
  const failed = known.filter(({ entry }) => entry.outcome === "failed").length;
  const done = known.length - failed;
  const left = recordings.length - known.length;
  const counts = `${done} done, ${failed} failed, ${left} to do`;
  return [counts, ...lines].join("\n");
};
