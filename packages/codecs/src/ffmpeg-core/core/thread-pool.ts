/** The workers of one opened input: one for each command at a time, one kept warm between them. */

import { TatamiError, throwIfAborted } from "@tatami/core";
import type { CoreCommand } from "./core-messages.ts";
import type { CoreListener, CoreThread } from "./core-thread.ts";
import { startCoreThread } from "./core-thread.ts";
import type { LoadedCore } from "./load-core.ts";

/** Workers on one input. Dispose of it. */
export interface CoreThreads extends AsyncDisposable {
  /** A worker that runs nothing; {@link CoreThreads.giveBack} it, or dispose of it. */
  take(): Promise<CoreThread>;
  /** For a worker whose command has ended. */
  giveBack(thread: CoreThread): Promise<void>;
  /** Runs a command to its end; an abort takes its worker down. Resolves to its exit status. */
  run(command: CoreCommand, listener: CoreListener, signal?: AbortSignal): Promise<number>;
}

/** Makes the pool; no worker is started before it is needed. */
export function createCoreThreads(load: () => Promise<LoadedCore>, file: Blob | undefined): CoreThreads {
  const all = new Set<CoreThread>();
  let idle: CoreThread | undefined;
  let closed = false;
  const end = async (thread: CoreThread): Promise<void> => {
    all.delete(thread);
    await thread[Symbol.asyncDispose]();
  };
  const pool: CoreThreads = {
    take: async () => {
      refuseIfClosed(closed);
      const warm = idle;
      idle = undefined;
      if (warm) return warm;
      const thread = await startCoreThread(await load(), file);
      all.add(thread);
      if (closed) {
        await end(thread);
        refuseIfClosed(closed);
      }
      const dispose = (): Promise<void> => end(thread);
      return { ...thread, [Symbol.asyncDispose]: dispose };
    },
    giveBack: async (thread) => {
      if (closed || idle) await thread[Symbol.asyncDispose]();
      else idle = thread;
    },
    run: async (command, listener, signal) => {
      const thread = await pool.take();
      const stop = (): void => void thread[Symbol.asyncDispose]();
      signal?.addEventListener("abort", stop, { once: true });
      const data = (bytes: Uint8Array<ArrayBuffer>): void => {
        thread.giveCredit();
        listener.data?.(bytes);
      };
      try {
        throwIfAborted(signal);
        const status = await thread.run(command, { ...listener, data });
        await pool.giveBack(thread);
        return status;
      } catch (error) {
        await thread[Symbol.asyncDispose]();
        throw signal?.aborted ? signal.reason : error;
      } finally {
        signal?.removeEventListener("abort", stop);
      }
    },
    [Symbol.asyncDispose]: async () => {
      closed = true;
      idle = undefined;
      await Promise.all([...all].map(end));
    },
  };
  return pool;
}

function refuseIfClosed(closed: boolean): void {
  if (!closed) return;
  throw new TatamiError({
    code: "internal",
    message: "The input was read after its reader had been disposed of.",
    fix: "Dispose of a reader only once nothing reads from it.",
  });
}
