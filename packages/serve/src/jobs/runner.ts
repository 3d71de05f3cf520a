/** Who computes: processes of this machine, or a fleet. */

import { stat } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { TatamiError, throwIfAborted } from "@tatami/core";
import type { FileStatus, Fleet, FleetOptions, JobOptions } from "@tatami/fleet";
import type { ResolvedServe } from "../options.ts";
import type { JobProgress } from "./job.ts";

/** One job's work. */
export interface RunTask {
  readonly input: string;
  readonly output: string;
  readonly options: JobOptions;
}

/** The reason of an abort after which nothing is to go on with a job. */
export class Cancelled extends Error {}
/** The reason of an abort after which the same job is gone on with later. */
export class Stopping extends Error {}

/** Does jobs. Dispose of it. */
export interface Runner extends AsyncDisposable {
  /** Jobs at once. */
  readonly slots: number;
  /**
   * Makes the output. What is begun is kept whatever ends it; after {@link Cancelled} nobody works on it.
   *
   * @throws TatamiError; the signal's reason
   */
  run(
    task: RunTask,
    call: { readonly signal: AbortSignal; readonly onProgress: (progress: JobProgress) => void },
  ): Promise<{ readonly frames: number; readonly size: number }>;
}

/** Runs jobs in processes of this machine. */
export function createLocalRunner({ jobs, processes, threads }: ResolvedServe): Runner {
  return {
    slots: jobs,
    async run({ input, output, options }, call) {
      const { upscaleInProcesses } = await import("@tatami/fleet/local");
      const own = {
        ...(processes !== undefined && { processes }),
        ...(threads !== undefined && { threads }),
      };
      return upscaleInProcesses({ input, output }, { ...options, ...own, ...call, keepOnAbort: true });
    },
    [Symbol.asyncDispose]: async () => {},
  };
}

/** Milliseconds between looks at how far a fleet is. */
const interval = 500;

/**
 * Hands jobs to a fleet, and looks how far they are. Where Redis is away it waits for it.
 *
 * @throws TatamiError `connection-lost` where Redis is not there at the start; `invalid-option`
 */
export async function createFleetRunner({
  fleet: asked,
  maxWaiting,
}: Pick<ResolvedServe, "maxWaiting"> & Required<Pick<ResolvedServe, "fleet">>): Promise<Runner> {
  const { connectFleet } = await import("@tatami/fleet");
  const { redis, name, root } = asked;
  const where: FleetOptions = { redis, ...(name && { fleet: name }), ...(root && { root }) };
  let connected: Promise<Fleet> = Promise.resolve(await connectFleet(where));
  const ask = async <T>(signal: AbortSignal, question: (fleet: Fleet) => Promise<T>): Promise<T> => {
    for (;;) {
      throwIfAborted(signal);
      const mine = connected;
      try {
        return await question(await mine);
      } catch (error) {
        if (!TatamiError.is(error, "connection-lost")) throw error;
        await wait(interval, undefined, { signal }).catch(() => undefined);
        // whoever comes first connects anew
        if (connected === mine) {
          void mine.then((old) => old[Symbol.asyncDispose]()).catch(() => undefined);
          connected = connectFleet(where);
          connected.catch(() => undefined);
        }
      }
    }
  };
  return {
    slots: maxWaiting,
    async run(task, { signal, onProgress }) {
      const { input, output, options } = task;
      const earlier = await ask(signal, (fleet) => fleet.find(output));
      if (!earlier || /^(failed|cancelled)$/.test(earlier.state) || (await isGone(earlier, output)))
        await ask(signal, (fleet) => fleet.submit([{ input, output }], { ...options, overwrite: true }));
      try {
        for (;;) {
          const file = await ask(signal, (fleet) => fleet.find(output));
          if (file?.state === "done") return { frames: file.framesDone, size: (await stat(output)).size };
          if (!file || file.state === "failed" || file.state === "cancelled") throw endOf(file);
          if (file.segments) onProgress(progressOf(file));
          await wait(interval, undefined, { signal }).catch(() => undefined);
        }
      } catch (error) {
        if (signal.reason instanceof Cancelled) await cancel(await connected, output);
        throw error;
      }
    },
    async [Symbol.asyncDispose]() {
      const last = await connected.catch(() => undefined);
      await last?.[Symbol.asyncDispose]();
    },
  };
}

async function cancel(fleet: Fleet, output: string): Promise<void> {
  const file = await fleet.find(output);
  if (file) await fleet.cancel(file.id);
}

/** Whether a file that is done is not there. */
async function isGone({ state }: FileStatus, output: string): Promise<boolean> {
  if (state !== "done") return false;
  return stat(output).then(
    () => false,
    () => true,
  );
}

function progressOf(file: FileStatus): JobProgress {
  const { segments, framesDone, framesTotal, framesPerSecond = 0, secondsLeft } = file;
  const { total, done } = segments!;
  return {
    segments: { total, done },
    framesDone,
    framesPerSecond,
    ...(framesTotal !== undefined && { framesTotal }),
    ...(secondsLeft !== undefined && { secondsLeft }),
  };
}

function endOf(file: FileStatus | undefined): TatamiError {
  if (file?.failure) return new TatamiError(file.failure);
  return new TatamiError({
    code: "worker-lost",
    message: `The fleet ${file ? "was told to end this job" : "knows this job no longer"}.`,
    fix: "Send it again.",
  });
}
