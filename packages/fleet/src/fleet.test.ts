import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { TatamiError } from "@tatami/core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import type { WorkEngine } from "./engine/engine.ts";
import { connectFleet } from "./fleet.ts";
import type { Fleet, FleetOptions } from "./fleet.ts";
import type { SubmitOptions } from "./options.ts";
import { createFakeEngine } from "./testing/fake-engine.ts";
import { startRedis } from "./testing/redis-server.ts";
import type { RedisServer } from "./testing/redis-server.ts";
import { startWorker } from "./worker/work.ts";
import type { FleetWorker, WorkEvent } from "./worker/work.ts";

let server: RedisServer;
const root = await mkdtemp(join(tmpdir(), "tatami-fleet-"));
beforeAll(async () => {
  server = await startRedis();
  for (const name of "abcdef") await writeFile(join(root, `${name}.mp4`), name);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(root, { recursive: true });
});

let fleets = 0;

/** Segments that may wait before another file is cut. */
const mostWaiting = 50;

/** A fleet of its own for a test, in the same Redis. */
async function makeFleet(): Promise<{
  readonly fleet: Fleet;
  submit(names: string, options?: SubmitOptions): Promise<readonly string[]>;
  worker(engine: WorkEngine, concurrency?: number): Promise<FleetWorker & { readonly events: WorkEvent[] }>;
}> {
  fleets += 1;
  const options: FleetOptions = { redis: server.url, fleet: `fleet${fleets}`, root };
  const fleet = await connectFleet(options);
  onTestFinished(() => fleet[Symbol.asyncDispose]());
  return {
    fleet,
    async submit(names, more = {}) {
      const pairs = [...names].map((name) => ({
        input: join(root, `${name}.mp4`),
        output: join(root, `${name}.2x.mp4`),
      }));
      const taken = await fleet.submit(pairs, { backOff: 0.01, ...more });
      return taken.map(({ id }) => id);
    },
    async worker(engine, concurrency = 2) {
      const events: WorkEvent[] = [];
      const onEvent = (event: WorkEvent): void => void events.push(event);
      const worker = await startWorker(
        { ...options, concurrency, lockSeconds: 1, onEvent },
        () => engine,
        mostWaiting,
      );
      onTestFinished(() => worker[Symbol.asyncDispose]());
      return { ...worker, events };
    },
  };
}

const until = (check: () => unknown): Promise<unknown> =>
  vi.waitFor(check, { timeout: 15_000, interval: 20 });

const damaged = (): TatamiError =>
  new TatamiError({ code: "damaged-input", message: "It is torn.", fix: "Record it again." });

describe("files", () => {
  test("are cut, done segment by segment, and joined, once each", async () => {
    const { fleet, submit, worker } = await makeFleet();
    const ids = await submit("abc");
    const calls: string[] = [];
    const { events } = await worker(
      createFakeEngine({
        segments: 4,
        onCall: (name, { input }, index) => calls.push(`${name}${index ?? ""} ${input.at(-5)}`),
      }),
    );
    await until(async () => expect((await fleet.status()).counts.done).toBe(3));
    const { files, segments } = await fleet.status();
    expect(
      files.map(({ id, state, framesDone, segments: of }) => [id, state, framesDone, of]).sort(),
    ).toEqual(ids.map((id) => [id, "done", 40, { total: 4, done: 4, active: 0 }]).sort());
    expect(segments).toEqual({ waiting: 0, active: 0, delayed: 0 });
    for (const name of "abc") {
      const own = calls.filter((call) => call.endsWith(` ${name}`)).map((call) => call.slice(0, -2));
      expect(own.sort()).toEqual(["begin", "join", "segment0", "segment1", "segment2", "segment3", "tidy"]);
    }
    expect(events.filter(({ kind }) => kind === "segment")).toHaveLength(12);
  });

  test("of a higher priority come first, of one priority those that came first", async () => {
    const { fleet, submit, worker } = await makeFleet();
    await submit("a");
    await submit("b");
    await submit("c", { priority: 1 });
    const joined: string[] = [];
    await worker(
      createFakeEngine({
        segments: 1,
        onCall: (name, { input }) => name === "begin" && joined.push(input.at(-5)!),
      }),
      1,
    );
    await until(async () => expect((await fleet.status()).counts.done).toBe(3));
    expect(joined).toEqual(["c", "a", "b"]);
  });

  test("are cut when those before them are nearly done; what is urgent at once, and joined before others are cut", async () => {
    const { fleet, submit, worker } = await makeFleet();
    await submit("abc");
    const calls: string[] = [];
    const gate = { isOpen: false };
    await worker(
      createFakeEngine({
        segments: mostWaiting + 10,
        onCall: (name, { input }) => name !== "segment" && calls.push(`${name} ${input.at(-5)}`),
        segment: async (_, __, { signal }) => {
          while (!signal.aborted && !gate.isOpen) await wait(20);
        },
      }),
    );
    await until(async () =>
      expect((await fleet.status()).segments.waiting).toBeGreaterThanOrEqual(mostWaiting),
    );
    const [urgent] = await submit("d", { priority: 1 });
    await until(() => expect(calls).toContain("begin d"));
    expect(calls).toEqual(["begin a", "begin d"]);
    await fleet.cancel(urgent!);
    gate.isOpen = true;
    await until(async () => expect((await fleet.status()).counts.done).toBeGreaterThanOrEqual(3));
    expect(calls.indexOf("join a")).toBeLessThan(calls.indexOf("join b"));
    const { files } = await fleet.status();
    expect(files.find(({ state }) => state === "done")).toMatchObject({
      priority: 100,
      segments: { total: mostWaiting + 10, done: mostWaiting + 10 },
    });
  });

  test("show how far they are, how fast, and how long it will take", async () => {
    const { fleet, submit, worker } = await makeFleet();
    const [id] = await submit("a");
    const gate = makeGate();
    await worker(
      createFakeEngine({
        segments: 4,
        segment: async (_, index, { onFrames, signal }) => {
          if (index < 2) return;
          while (!signal.aborted && !gate.isOpen) {
            onFrames?.(5);
            await wait(50);
          }
        },
      }),
    );
    await until(async () => {
      const [file] = (await fleet.status()).files;
      expect(file).toMatchObject({
        id,
        state: "working",
        segments: { total: 4, done: 2, active: 2 },
        framesDone: 30,
        framesTotal: 40,
      });
      expect(file!.secondsLeft).toBeCloseTo(10 / file!.framesPerSecond!);
    });
    gate.isOpen = true;
    await until(async () => expect((await fleet.status()).counts.done).toBe(1));
  });

  test("are refused all or none where one is wrong", async () => {
    const { fleet } = await makeFleet();
    const at = (input: string, output: string) => ({ input: join(root, input), output: join(root, output) });
    const good = at("a.mp4", "a.2x.mp4");
    for (const [pair, code, words] of [
      [at("none.mp4", "n.mp4"), "input-not-found", "There is no file"],
      [at("b.mp4", "b.mp4"), "invalid-option", "the input itself"],
      [at("b.mp4", "c.mp4"), "output-failed", "exists already"],
      [at("b.mp4", "a.2x.mp4"), "invalid-option", "output of two"],
      [at("b.mp4", "../b.mp4"), "invalid-option", "within the folder"],
    ] as const)
      await expect(fleet.submit([good, pair])).rejects.toMatchObject({
        code,
        message: expect.stringContaining(words),
      });
    await expect(fleet.submit([good], { priority: 0 })).rejects.toMatchObject({ code: "invalid-option" });
    await expect(fleet.submit([good], { prority: 1 } as SubmitOptions)).rejects.toThrow("prority");
    expect((await fleet.status()).counts).toEqual({ waiting: 0, working: 0, done: 0, failed: 0 });
    const [taken] = await fleet.submit([good]);
    await expect(fleet.submit([good])).rejects.toMatchObject({ message: expect.stringContaining(taken!.id) });
  });
});

/** A door that a test opens. */
function makeGate(): { isOpen: boolean } {
  return { isOpen: false };
}

describe("failures", () => {
  test("that may pass are tried again, after longer and longer", async () => {
    const { fleet, submit, worker } = await makeFleet();
    await submit("a", { backOff: 0.1 });
    const times: number[] = [];
    await worker(
      createFakeEngine({
        segments: 2,
        segment: async (_, index) => {
          if (index === 0) times.push(Date.now());
          if (index === 0 && times.length < 4)
            throw new TatamiError({ code: "device-lost", message: "Gone.", fix: "Wait." });
        },
      }),
    );
    await until(async () => expect((await fleet.status()).counts.done).toBe(1));
    expect(times).toHaveLength(4);
    const gaps = times.slice(1).map((time, index) => time - times[index]!);
    expect(gaps[0]).toBeGreaterThanOrEqual(100);
    expect(gaps[1]).toBeGreaterThanOrEqual(200);
    expect(gaps[2]).toBeGreaterThanOrEqual(400);
  });

  test("that no retry can mend end in the dead-letter list at once, and stop no other file", async () => {
    const { fleet, submit, worker } = await makeFleet();
    const [bad] = await submit("abc");
    let tries = 0;
    await worker(
      createFakeEngine({
        segments: 30,
        segment: async ({ input }, index) => {
          if (!input.endsWith("a.mp4") || index !== 3) return;
          tries += 1;
          throw damaged();
        },
      }),
    );
    await until(async () =>
      expect((await fleet.status()).counts).toMatchObject({ done: 2, failed: 1, working: 0 }),
    );
    expect(tries).toBe(1);
    expect(await fleet.dead()).toEqual([
      {
        id: bad,
        input: "a.mp4",
        output: "a.2x.mp4",
        at: expect.any(Number),
        code: "damaged-input",
        message: "It is torn.",
        fix: "Record it again.",
        segment: 3,
      },
    ]);
    // its other segments are not done for nothing
    expect((await fleet.status()).segments).toMatchObject({ waiting: 0, active: 0 });
    // once it is mended it is taken on again
    const [again] = await submit("a");
    expect(again).toBe(bad);
    expect(await fleet.dead()).toEqual([]);
    await until(async () => expect((await fleet.status()).counts.failed).toBe(1));
    expect(tries).toBe(2);
  });

  test("of a file as a whole are told as its own, and tried again only if that could help", async () => {
    const { fleet, submit, worker } = await makeFleet();
    await submit("ab", { attempts: 3 });
    const tries: string[] = [];
    const { events } = await worker(
      createFakeEngine({
        segments: 1,
        onCall: (name, { input }) => {
          if (name === "begin") tries.push(input.at(-5)!);
          if (name === "begin" && input.endsWith("a.mp4")) throw damaged();
          if (name === "begin" && tries.filter((each) => each === "b").length < 3)
            throw new Error("Not yet.");
        },
      }),
    );
    await until(async () => expect((await fleet.status()).counts).toMatchObject({ done: 1, failed: 1 }));
    expect(tries.sort()).toEqual(["a", "b", "b", "b"]);
    const [dead] = await fleet.dead();
    expect(dead).toMatchObject({ input: "a.mp4", code: "damaged-input" });
    expect(dead).not.toHaveProperty("segment");
    const failed = events.flatMap((event) => (event.kind === "failed" ? [event.isLast] : []));
    expect(failed.sort()).toEqual([false, false, true]);
  });

  test("that last come to an end, and a file whose parts keep vanishing, too", async () => {
    const { fleet, submit, worker } = await makeFleet();
    await submit("ab", { attempts: 2 });
    const calls: string[] = [];
    await worker(
      createFakeEngine({
        segments: 2,
        onCall: (name, { input }) => calls.push(`${name} ${input.at(-5)}`),
        segment: async ({ input }) => {
          if (input.endsWith("a.mp4")) throw new Error("Out of luck.");
        },
        join: () => ({ missing: [1] }),
      }),
    );
    await until(async () => expect((await fleet.status()).counts.failed).toBe(2));
    const dead = await fleet.dead();
    expect(dead.map(({ input, code }) => [input, code]).sort()).toEqual([
      ["a.mp4", "internal"],
      ["b.mp4", "output-failed"],
    ]);
    expect(calls.filter((call) => call === "segment a").length).toBeLessThanOrEqual(4);
    expect(calls.filter((call) => call === "begin b")).toHaveLength(4);
  });
});

describe("stopping", () => {
  test("a file that is cancelled is left by all, and tidied up", async () => {
    const { fleet, submit, worker } = await makeFleet();
    const [bad, good] = (await submit("ab")) as [string, string];
    const calls: string[] = [];
    const { events } = await worker(
      createFakeEngine({
        segments: 6,
        onCall: (name, { input }, index) => calls.push(`${name}${index ?? ""} ${input.at(-5)}`),
        segment: async ({ input }, index, { signal }) => {
          if (!input.endsWith("a.mp4") || index === 0) return;
          await wait(60_000, undefined, { signal }).catch(() => undefined);
          signal.throwIfAborted();
        },
      }),
    );
    await until(() => expect(calls).toContain("segment2 a"));
    expect(await fleet.cancel(bad)).toBe(true);
    await until(async () => expect((await fleet.status()).counts).toMatchObject({ done: 2, failed: 0 }));
    const { files } = await fleet.status();
    expect(files.find(({ id }) => id === bad)!.state).toBe("cancelled");
    expect(files.find(({ id }) => id === good)!.state).toBe("done");
    expect(calls.filter((call) => call.endsWith(" a")).sort()).toEqual([
      "begin a",
      "segment0 a",
      "segment1 a",
      "segment2 a",
      "tidy a",
    ]);
    expect(events).toContainEqual({ kind: "cancelled", file: bad });
    expect(await fleet.cancel(bad)).toBe(false);
    await expect(fleet.cancel("f00")).rejects.toMatchObject({ code: "invalid-option" });
  });

  test("a file that nobody has begun can be cancelled, and submitted again", async () => {
    const { fleet, submit, worker } = await makeFleet();
    const [id] = (await submit("a")) as [string];
    await fleet.cancel(id);
    const calls: string[] = [];
    await worker(createFakeEngine({ segments: 1, onCall: (name) => calls.push(name) }));
    await until(async () => expect((await fleet.status()).files[0]!.state).toBe("cancelled"));
    expect(calls).toEqual(["tidy"]);
    await submit("a");
    await until(async () => expect((await fleet.status()).files[0]!.state).toBe("done"));
  });

  test("a worker that is stopped hands back what it is at", async () => {
    const { fleet, submit, worker } = await makeFleet();
    await submit("a", { attempts: 1 });
    const begun: number[] = [];
    const first = await worker(
      createFakeEngine({
        segments: 4,
        segment: async (_, index, { signal }) => {
          begun.push(index);
          await wait(60_000, undefined, { signal }).catch(() => undefined);
          signal.throwIfAborted();
        },
      }),
    );
    await until(() => expect(begun).toHaveLength(2));
    await first[Symbol.asyncDispose]();
    await first.stopped;
    expect((await fleet.status()).segments).toEqual({ waiting: 4, active: 0, delayed: 0 });
    await worker(createFakeEngine({ segments: 4 }));
    await until(async () => expect((await fleet.status()).counts.done).toBe(1));
  });
});
