import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { planWorkerLifetime, workersEnded } from "./worker-lifetime.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** How often others have their turn before it resolves. */
async function turnsUntil(ended: Promise<void>): Promise<number> {
  const isOver = vi.fn();
  void ended.then(isOver);
  let turns = 0;
  for (; isOver.mock.calls.length === 0; turns++) await vi.advanceTimersToNextTimerAsync();
  return turns;
}

describe("a worker's end", () => {
  it("is waited for until its lock is given back; in a worker others then have their turn many times", async () => {
    let giveBack = (): void => {};
    const request = vi.fn(
      (_: string, take: () => void) => new Promise<void>((resolve) => (giveBack = () => resolve(take()))),
    );
    vi.stubGlobal("navigator", { locks: { request } });
    const ended = workersEnded("tatami thread");
    const isOver = vi.fn();
    void ended.then(isOver);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(request.mock.calls.map(([name]) => name)).toEqual(["tatami thread"]);
    expect(isOver).not.toHaveBeenCalled();
    giveBack();
    expect(await turnsUntil(ended)).toBeGreaterThan(20);
  });

  it("is all of it in a page", async () => {
    vi.stubGlobal("navigator", { locks: { request: async (_: string, take: () => void) => take() } });
    vi.stubGlobal("document", {});
    expect(await turnsUntil(workersEnded("tatami thread"))).toBeLessThan(5);
  });

  it("is waited for where there are no locks", async () => {
    vi.stubGlobal("navigator", {});
    expect(await turnsUntil(planWorkerLifetime("thread").ended())).toBeGreaterThan(20);
  });
});
