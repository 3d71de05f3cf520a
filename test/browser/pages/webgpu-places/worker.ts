/** Works here, or starts a worker that does. */

import { enlargeHere } from "./enlarge-here.ts";
import type { WorkerAnswer, WorkerTask } from "./enlarge-in-worker.ts";
import { enlargeInWorker } from "./enlarge-in-worker.ts";

async function answer({ deeper }: WorkerTask): Promise<WorkerAnswer> {
  try {
    return { outcome: deeper === 0 ? await enlargeHere() : await enlargeInWorker(deeper - 1) };
  } catch (error) {
    return { trouble: String(error) };
  }
}

addEventListener("message", ({ data: task }: MessageEvent<WorkerTask>) => {
  void navigator.locks.request(task.lock, async () => {
    postMessage(await answer(task));
    // held until the worker is ended
    await new Promise(() => {});
  });
});
