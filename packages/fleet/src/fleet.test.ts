import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { SubmitOptions } from "./options.ts";
import { createFakeEngine } from "./testing/fake-engine.ts";
import { makeFleet, mostWaiting, root, startBeforeAll, until } from "./testing/fake-fleet.ts";

startBeforeAll();

describe("files", () => {
  it("are cut, done segment by segment, and joined, once each", async () => {
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

  it("of a higher priority come first, of one priority those that came first", async () => {
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

  it("are cut when those before them are nearly done; what is urgent at once, and joined before others are cut", async () => {
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

  it("show how far they are, how fast, and how long it will take", async () => {
    const { fleet, submit, worker } = await makeFleet();
    const [id] = await submit("a");
    const gate = { isOpen: false };
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
      expect(await fleet.find(join(root, "a.2x.mp4"))).toMatchObject({
        id,
        state: "working",
        framesDone: 30,
      });
    });
    expect(await fleet.find(join(root, "b.2x.mp4"))).toBeUndefined();
    gate.isOpen = true;
    await until(async () => expect((await fleet.status()).counts.done).toBe(1));
  });

  it("are refused all or none where one is wrong", async () => {
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
    await expect(fleet.submit([good], { second: "m5-x4" })).rejects.toMatchObject({
      code: "invalid-option",
      message: expect.stringContaining("no model is named"),
    });
    await expect(fleet.submit([good], { prority: 1 } as SubmitOptions)).rejects.toThrow("prority");
    expect((await fleet.status()).counts).toEqual({ waiting: 0, working: 0, done: 0, failed: 0 });
    const [taken] = await fleet.submit([good]);
    await expect(fleet.submit([good])).rejects.toMatchObject({ message: expect.stringContaining(taken!.id) });
  });
});
