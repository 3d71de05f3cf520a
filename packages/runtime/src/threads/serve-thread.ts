/** A thread's side: what has been made known to it, and what it does with that. */

import type { TrainingExports } from "@tatami/kernels";
import { createInference } from "@tatami/kernels";
import { loadPlan } from "../program/run-plan.ts";
import type { BatchWorker } from "../program/take-items.ts";
import { createBatchWorker } from "../program/take-items.ts";
import type { ThreadAnswer, ThreadRequest } from "./requests.ts";

/** A chain, ready. */
interface OpenedChain {
  readonly plan: number;
  readonly run: ReturnType<typeof createInference>;
}

/**
 * Makes what answers requests, one at a time.
 *
 * @param ready to be awaited before the first answer
 */
export function serveThread(
  post: (answer: ThreadAnswer) => void,
  ready: Promise<void> = Promise.resolve(),
): (request: ThreadRequest) => void {
  const chains = new Map<number, OpenedChain>();
  const programs = new Map<number, BatchWorker>();
  const done = (): void => post({ kind: "done" });
  const answer = (request: ThreadRequest): void => {
    switch (request.kind) {
      case "probe":
        return void ready.then(() => post({ kind: "done" }));
      case "open": {
        const { id, module, memory, plan } = request;
        chains.set(id, { plan, run: createInference(module, memory) });
        return done();
      }
      case "run": {
        const { plan, run } = chains.get(request.id)!;
        run.takeJobs(plan, request.jobs, request.count, request.next);
        return done();
      }
      case "load": {
        const { exports } = new WebAssembly.Instance(request.module);
        const loaded = loadPlan(exports as unknown as TrainingExports, request.plan);
        programs.set(request.id, createBatchWorker(loaded, request.batch));
        return done();
      }
      case "take":
        programs.get(request.id)!.take();
        return done();
      case "follow":
        return programs.get(request.id)!.follow();
      case "close":
        chains.delete(request.id);
        programs.delete(request.id);
    }
  };
  return (request) => {
    try {
      answer(request);
    } catch (error) {
      post({ kind: "failed", reason: String(error) });
    }
  };
}
