import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { planWorkerLifetime, workersEnded } from "./worker-lifetime.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Locks that are given back after so many milliseconds. */
const locksAfter = (ms: number) => ({
  request: vi.fn(async (_: string, take: () => void) => {
    await vi.advanceTimersByTimeAsync(ms);
    take();
  }),
});

/** Milliseconds until it resolves. */
async function took(ended: Promise<void>): Promise<number> {
  const begun = performance.now();
  const at = ended.then(() => performance.now() - begun);
  await vi.runAllTimersAsync();
  return at;
}

describe("a worker's end", () => {
  it.each([
    [0, 300],
    [50, 300],
    [200, 800],
    [5000, 2000],
  ])("its lock given back after %i ms, it is waited for %i ms more", async (lock, more) => {
    const locks = locksAfter(lock);
    vi.stubGlobal("navigator", { locks });
    expect(await took(workersEnded("tatami thread"))).toBe(lock + more);
    expect(locks.request.mock.calls[0]![0]).toBe("tatami thread");
  });

  it("is waited for where there are no locks", async () => {
    vi.stubGlobal("navigator", {});
    expect(await took(planWorkerLifetime("thread").ended())).toBe(300);
  });
});
