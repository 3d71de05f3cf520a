import { describe, expect, it } from "vitest";
import { createLiveCounter } from "./live-stats.ts";

describe("figures of a live stream", () => {
  it("are nothing before the first frame", () => {
    expect(createLiveCounter(() => 0).stats()).toEqual({
      framesIn: 0,
      framesOut: 0,
      dropped: 0,
      framesPerSecond: 0,
      latencyMs: { last: 0, median: 0, worst: 0 },
    });
  });

  it("count, and tell the latency and rate of the last frames", () => {
    let now = 0;
    const counter = createLiveCounter(() => now);
    // 200 frames, 100 ms apart, each 20 ms late; only the first was 900 ms late, too long ago to count
    for (let index = 0; index < 200; index++) {
      now = index * 100 + 1000;
      counter.came();
      counter.went(now - (index === 0 ? 900 : 20));
    }
    counter.came();
    counter.dropped();
    const { framesPerSecond, ...rest } = counter.stats();
    expect(rest).toEqual({
      framesIn: 201,
      framesOut: 200,
      dropped: 1,
      latencyMs: { last: 20, median: 20, worst: 20 },
    });
    expect(framesPerSecond).toBeCloseTo(10, 6);
  });

  it("fall to no frames a second when none has gone out for a while", () => {
    let now = 0;
    const counter = createLiveCounter(() => now);
    counter.went(0);
    now = 60_000;
    expect(counter.stats().framesPerSecond).toBe(0);
  });
});
