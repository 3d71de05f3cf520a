/** Bursts on a device that only pretends: what it tells of its clocks is given. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { timeBursts } from "./time-bursts.ts";

/** What the pretended device's clocks do. */
interface Behaviour {
  readonly hasTimestamps: boolean;
  /** Milliseconds that each repetition takes on the GPU. */
  readonly cost: number;
  /** Milliseconds that a burst waits besides, by the wall clock. */
  readonly latency?: (burst: number) => number;
  /** Nanoseconds that a burst's timestamps say; the truth where it gives none. */
  readonly stamps?: (burst: number) => readonly [begin: bigint, end: bigint] | undefined;
  /** Whether results can be mapped. */
  readonly mappable?: boolean;
  /** What is refused. */
  readonly refuses?: "query set" | "work";
}

describe("timeBursts", () => {
  let now: number;
  beforeEach(() => {
    now = 1000;
    vi.spyOn(performance, "now").mockImplementation(() => now);
  });
  afterEach(() => vi.restoreAllMocks());

  /** Times one repetition after another on a device; tells what it took, how long bursts were, and what was left. */
  const run = async (behaviour: Behaviour) => {
    const { cost, latency = () => 2, stamps = () => undefined } = behaviour;
    const made: string[] = [];
    const open = new Set<object>();
    const bursts: number[] = [];
    const scopes: (GPUError | null)[] = [];
    let written = new BigUint64Array(2);
    let resolved = new BigUint64Array(2);
    let repetitions = 0;
    let timed = false;
    const create = (kind: string): object => {
      const each = { destroy: () => open.delete(each) };
      made.push(kind);
      open.add(each);
      if (behaviour.refuses === kind) scopes[scopes.length - 1] = { message: "no room" };
      return each;
    };
    const encoder = {
      beginComputePass: (descriptor?: GPUComputePassDescriptor) => {
        repetitions = 0;
        timed = descriptor?.timestampWrites !== undefined;
        return { end: () => {}, dispatchWorkgroups: () => void repetitions++ };
      },
      resolveQuerySet: () => void (resolved = written),
      copyBufferToBuffer: () => {},
      finish: () => {
        if (behaviour.refuses === "work") scopes[scopes.length - 1] = { message: "no such binding" };
        return {};
      },
    };
    const submit = (): void => {
      const took = repetitions * cost;
      const truth = [10n ** 9n, 10n ** 9n + BigInt(Math.round(took * 10)) * 100_000n] as const;
      if (timed) written.set(stamps(bursts.length) ?? truth);
      now += took + latency(bursts.length);
      bursts.push(repetitions);
    };
    const device = {
      features: new Set(behaviour.hasTimestamps ? ["timestamp-query"] : []),
      pushErrorScope: () => void scopes.push(null),
      popErrorScope: async () => scopes.pop(),
      createQuerySet: () => create("query set"),
      createBuffer: () => ({
        ...create("buffer"),
        mapAsync: async () => {
          if (behaviour.mappable === false) throw new Error("lost");
        },
        getMappedRange: () => resolved.buffer,
        unmap: () => {},
      }),
      createCommandEncoder: () => encoder,
      queue: { submit, onSubmittedWorkDone: async () => {} },
    };
    const time = await timeBursts(device as unknown as GPUDevice, (pass) => pass.dispatchWorkgroups(1)).catch(
      (error: unknown) => error,
    );
    return { time, made, bursts, left: open.size, scopes: scopes.length };
  };

  it("goes by the GPU's clock where there is one, and frees what that took", async () => {
    const seen = await run({ hasTimestamps: true, cost: 5, latency: () => 3 });
    expect(seen.time).toBe(5);
    expect(seen.made).toEqual(["query set", "buffer", "buffer"]);
    expect(seen.left).toBe(0);
    expect(seen.scopes).toBe(0);
  });

  it("goes by the wall clock where there is none", async () => {
    const seen = await run({ hasTimestamps: false, cost: 12, latency: () => 3 });
    expect(seen.time).toBe(15);
    expect(seen.made).toEqual([]);
    expect(seen.scopes).toBe(0);
  });

  it("takes the best of three, after one that compiles", async () => {
    const latency = (burst: number): number => [1, 30, 20, 25][burst]!;
    const seen = await run({ hasTimestamps: false, cost: 40, latency });
    expect(seen.bursts).toEqual([1, 1, 1, 1]);
    expect(seen.time).toBe(60);
  });

  it.each([
    ["zeros", [0n, 0n]],
    ["an end without a beginning", [0n, 5_000_000n]],
    ["the same twice", [7_000_000n, 7_000_000n]],
    ["an end before the beginning", [9_000_000n, 7_000_000n]],
    ["more than was waited for", [1n, 60_000_000_000n]],
  ] as const)("goes by the wall clock for a burst whose timestamps are %s", async (_, wrong) => {
    const always = await run({ hasTimestamps: true, cost: 30, latency: () => 4, stamps: () => wrong });
    expect(always.time).toBe(34);
    expect(always.left).toBe(0);
    // the third burst has the shortest wait of all, but the others are believed
    const latency = (burst: number): number => (burst === 2 ? 4 : 50);
    const stamps = (burst: number) => (burst === 2 ? wrong : ([10n, 32_000_010n] as const));
    const once = await run({ hasTimestamps: true, cost: 25, latency, stamps });
    expect(once.time).toBe(29);
    const elsewhere = (burst: number) => (burst === 2 ? undefined : wrong);
    const others = await run({ hasTimestamps: true, cost: 25, latency: () => 4, stamps: elsewhere });
    expect(others.time).toBe(25);
  });

  it("goes by the wall clock where timestamps cannot be read, or a query set is refused", async () => {
    for (const how of [{ mappable: false }, { refuses: "query set" }] as const) {
      const seen = await run({ hasTimestamps: true, cost: 30, latency: () => 4, ...how });
      expect(seen.time).toBe(34);
      expect(seen.made).toContain("query set");
      expect(seen.left).toBe(0);
      expect(seen.scopes).toBe(0);
    }
  });

  it("makes bursts long by the wall clock, whatever the timestamps say, but not endless", async () => {
    const wrong = await run({ hasTimestamps: true, cost: 8, stamps: () => [1n, 2n] });
    expect(Math.max(...wrong.bursts)).toBeLessThanOrEqual(3);
    const cheap = await run({ hasTimestamps: true, cost: 0.5 });
    expect(cheap.bursts.at(-1)! * 0.5).toBeGreaterThanOrEqual(8);
    expect(cheap.bursts.at(-1)! * 0.5).toBeLessThanOrEqual(30);
    expect(cheap.bursts.slice(-3)).toEqual(Array.from({ length: 3 }, () => cheap.bursts.at(-1)));
    const next = await run({ hasTimestamps: true, cost: 0.001, latency: () => 0 });
    expect(next.bursts.at(-1)).toBe(256);
  });

  it("throws where the device refuses the work, and frees what was made", async () => {
    const seen = await run({ hasTimestamps: true, cost: 5, refuses: "work" });
    expect(seen.time).toMatchObject({
      code: "internal",
      message: expect.stringContaining("no such binding"),
      fix: expect.stringMatching(/\.$/),
    });
    expect(seen.left).toBe(0);
    expect(seen.scopes).toBe(0);
  });
});
