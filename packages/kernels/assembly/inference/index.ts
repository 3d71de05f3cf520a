/** The inference kernels' one door: threads take jobs from a common counter. */

import { runPatch } from "./patch";
import { Job, Plan } from "./structures";

/**
 * Runs jobs until there are none left or the caller wants no more.
 *
 * @param plan this thread's own
 * @param jobs `Job[count]`
 * @param next address of the counter of the next job; whoever wants everyone to stop sets it to `count` or beyond
 */
export function takeJobs(plan: Plan, jobs: usize, count: i32, next: usize): void {
  for (;;) {
    const index = atomic.add<i32>(next, 1);
    if (index >= count) return;
    runPatch(plan, changetype<Job>(jobs + <usize>index * offsetof<Job>()));
  }
}
