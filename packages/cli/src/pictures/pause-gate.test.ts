import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { makeMuxedClip } from "@tatami/codecs/testing";
import { frameLedger } from "@tatami/core";
import type { Frame } from "@tatami/core";
import { loadModel } from "@tatami/zoo";
import { beforeEach, describe, expect, it } from "vitest";
import { createLocalLibrary } from "../local-library.ts";
import type { JobOptions } from "../shell.ts";
import { createTemporaryFolder } from "../testing/temporary-folder.ts";
import { createPauseGate, gateWriter } from "./pause-gate.ts";

beforeEach(() => frameLedger.reset());

/** Lets everything go on that can. */
async function settle(): Promise<void> {
  for (let count = 0; count < 20; count++) await turn();
}

describe("a gate", () => {
  const taker = () => {
    const taken: string[] = [];
    const writer = { write: async (frame: Frame) => void taken.push(String(frame)), size: 3 };
    return { taken, writer };
  };
  const frame = (name: string): Frame => name as unknown as Frame;

  it("holds frames while it is closed, and lets them through in their order", async () => {
    const gate = createPauseGate(new AbortController().signal);
    const { taken, writer } = taker();
    const gated = gateWriter(writer, gate);
    expect(gated.size).toBe(3);
    await gated.write(frame("a"));
    gate.setPaused(true);
    gate.setPaused(true);
    const held = [gated.write(frame("b")), gated.write(frame("c"))];
    await settle();
    expect(taken).toEqual(["a"]);
    gate.setPaused(false);
    gate.setPaused(true);
    await settle();
    expect(taken).toEqual(["a"]);
    gate.setPaused(false);
    await Promise.all(held);
    expect(taken).toEqual(["a", "b", "c"]);
  });

  it("is open for good once there is an abort, so that frames come to who closes them", async () => {
    const stop = new AbortController();
    const gate = createPauseGate(stop.signal);
    const { taken, writer } = taker();
    gate.setPaused(true);
    const held = gateWriter(writer, gate).write(frame("a"));
    stop.abort();
    await held;
    gate.setPaused(true);
    await gateWriter(writer, gate).write(frame("b"));
    expect(taken).toEqual(["a", "b"]);
  });
});

describe("a job of the library in this process", () => {
  it.each<[string, Partial<JobOptions>]>([
    ["out.mp4", {}],
    ["out.mp4", { resume: { segmentSeconds: 0.2 } }],
    ["out.y4m", { form: "y4m" }],
  ])(
    "that is paused goes no further, and then becomes what it would have become: %s, %o",
    async (name, more) => {
      const folder = await createTemporaryFolder();
      const clip = join(folder, "clip.mp4");
      await makeMuxedClip(clip, {
        format: "mp4",
        video: "libx264",
        frames: 40,
        size: [32, 24],
        encoder: { "x264-params": "keyint=10" },
      });
      const library = createLocalLibrary(new AbortController().signal);
      await using engine = await library.createEngine(await loadModel("micro-x2"), {
        backends: ["wasm"],
        threads: 1,
      });
      let [done, atPause] = [0, 0];
      let paused = (): void => {};
      const whenPaused = new Promise<void>((resolve) => (paused = resolve));
      const job = { ...more, output: join(folder, name) };
      const running = engine.upscale(clip, {
        ...job,
        onProgress: ({ framesDone }) => {
          done = framesDone;
          if (framesDone === 0 || atPause > 0) return;
          atPause = framesDone;
          engine.setPaused!(true);
          paused();
        },
      });
      await whenPaused;
      await settle();
      await settle();
      const held = done;
      await settle();
      expect(done).toBe(held);
      expect(held).toBeLessThan(40);
      engine.setPaused!(false);
      expect(await running).toMatchObject({ frames: 40 });
      const straight = join(folder, `straight-${name}`);
      await engine.upscale(clip, { ...job, output: straight });
      if (name.endsWith("y4m")) expect(await readFile(job.output)).toEqual(await readFile(straight));
      expect(frameLedger.open).toBe(0);
    },
  );

  it("that is paused ends all the same where it is aborted", async () => {
    const folder = await createTemporaryFolder();
    const clip = join(folder, "clip.mp4");
    await makeMuxedClip(clip, { format: "mp4", video: "libx264", frames: 40, size: [32, 24] });
    const stop = new AbortController();
    const reason = new Error("Enough.");
    await using engine = await createLocalLibrary(stop.signal).createEngine(await loadModel("micro-x2"), {
      backends: ["wasm"],
      threads: 1,
    });
    engine.setPaused!(true);
    const running = engine.upscale(clip, { output: join(folder, "out.mp4") });
    running.catch(() => undefined);
    await settle();
    stop.abort(reason);
    await expect(running).rejects.toBe(reason);
    expect(frameLedger.open).toBe(0);
  });
});
