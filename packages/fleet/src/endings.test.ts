/** How files end that do not come to a good end. */

import { setTimeout as wait } from "node:timers/promises";
import { TatamiError } from "@tatami/core";
import { describe, expect, it } from "vitest";
import { createFakeEngine } from "./testing/fake-engine.ts";
import { makeFleet, startBeforeAll, until } from "./testing/fake-fleet.ts";

startBeforeAll();

const damaged = (): TatamiError =>
  new TatamiError({ code: "damaged-input", message: "It is torn.", fix: "Record it again." });

describe("failures", () => {
  it("that may pass are tried again, after longer and longer", async () => {
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

  it("that no retry can mend end in the dead-letter list at once, and stop no other file", async () => {
    const { fleet, submit, worker } = await makeFleet();
    const [bad] = await submit("abc");
    let tries = 0;
    await worker(
      createFakeEngine({
        segments: 30,
        segment: async ({ input }, index) => {
          if (!input.endsWith("a.mp4") || index !== 3) return;
          tries++;
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

  it("are left by all workers before the file is taken on again", async () => {
    const { fleet, submit, worker } = await makeFleet();
    await submit("a");
    const door = { isOpen: false };
    await worker(
      createFakeEngine({
        segments: 2,
        segment: async (_, index) => {
          if (index === 0) throw damaged();
          // deaf to the abort
          while (!door.isOpen) await wait(20);
        },
      }),
    );
    await until(async () => expect((await fleet.status()).counts.failed).toBe(1));
    await expect(submit("a")).rejects.toMatchObject({ message: expect.stringContaining("just leaving") });
    door.isOpen = true;
    await until(() => submit("a"));
  });

  it("of a file as a whole are told as its own, and tried again only if that could help", async () => {
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

  it("that last come to an end, and a file whose parts keep vanishing, too", async () => {
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
  it("a file that is cancelled is left by all, and tidied up", async () => {
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

  it("a file that nobody has begun can be cancelled, and submitted again", async () => {
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

  it("a worker that is stopped hands back what it is at", async () => {
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

  it("a worker that was too late to say that it lives is told so, and Redis is not blamed", async () => {
    const { fleet, submit, worker, loseLocks } = await makeFleet();
    const [file] = await submit("a");
    let isLost = false;
    const { events } = await worker(
      createFakeEngine({
        segments: 1,
        segment: async () => {
          if (isLost) return;
          isLost = true;
          await loseLocks();
          await until(() => expect(events).toHaveLength(2));
        },
      }),
      1,
    );
    await until(async () => expect((await fleet.status()).counts.done).toBe(1));
    const troubles = events.filter(({ kind }) => kind === "trouble");
    expect(troubles).toEqual([
      { kind: "trouble", message: expect.stringMatching(`held up for longer than lockSeconds.*${file}`) },
    ]);
  });
});
