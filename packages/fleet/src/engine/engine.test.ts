import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeDriver } from "@tatami/codecs/node";
import { frameLedger, psnr } from "@tatami/core";
import { seededSesr, writeOnnx } from "@tatami/graph";
import { readOnnx, upscale } from "@tatami/upscale";
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from "vitest";
import { framesMd5, makeClip, poison, readMedia, writeNearest } from "../testing/clips.ts";
import { createEngine } from "./engine.ts";
import type { WorkEngine } from "./engine.ts";
import type { FileTask } from "./open-job.ts";

const root = await mkdtemp(join(tmpdir(), "tatami-engine-"));
const clip = join(root, "clip.mp4");
const network = writeOnnx(seededSesr("m3", 2, 1));
beforeAll(async () => {
  await makeClip(clip, 40);
  await writeNearest(join(root, "nearest.onnx"));
  await writeFile(join(root, "seeded.onnx"), network);
});
afterAll(() => rm(root, { recursive: true }));
beforeEach(() => frameLedger.reset());

const signal = new AbortController().signal;

function taskFor(name: string, options: FileTask["options"] = {}, input = clip): FileTask {
  const usual = { model: "nearest.onnx", backends: ["cpu"], segmentSeconds: 0.3 } as const;
  return { input, output: join(root, name), root, options: { ...usual, ...options } };
}

/** All of a file, segments shared out among engines. */
async function runAll(engines: readonly WorkEngine[], task: FileTask): Promise<unknown> {
  const { look, pending } = await engines[0]!.begin(task, { signal });
  const known = { ...task, look };
  await Promise.all(
    engines.map(async (engine, place) => {
      for (const index of pending)
        if (index % engines.length === place) await engine.segment(known, index, { signal });
    }),
  );
  const joined = await engines.at(-1)!.join(known, { signal });
  await engines[0]!.tidy(known, { signal });
  return joined;
}

describe("a file that several engines make", () => {
  it("is, frame for frame, what one process makes; it carries sound and tags", async () => {
    await using one = createEngine({ threads: 1 });
    await using two = createEngine({ threads: 1 });
    const options = {
      model: "seeded.onnx",
      backends: ["wasm"],
      patchSize: 32,
      reuse: "exact",
      quality: 100,
    } as const;
    const task = taskFor("several.mp4", options);
    expect(await runAll([one, two], task)).toMatchObject({ frames: 40 });

    const { model: _, backends, ...asked } = options;
    const same = { model: readOnnx(network).model, backends, ...asked, codecs: [nodeDriver()] };
    const [resumed, whole] = [join(root, "resumed.mp4"), join(root, "whole.mp4")];
    await upscale(clip, { ...same, output: resumed, resume: { segmentSeconds: 0.3 } });
    await upscale(clip, { ...same, output: whole });

    const frames = await framesMd5(task.output);
    expect(new Set(frames).size).toBe(40);
    expect(frames).toEqual(await framesMd5(resumed));
    // an encoder that begins afresh at a cut writes other bits for the same pictures
    const times = (sums: readonly string[]) => sums.map((sum) => sum.split(" ").slice(0, 2));
    expect(times(frames)).toEqual(times(await framesMd5(whole)));
    expect(await leastPsnr(task.output, whole)).toBeGreaterThan(40);

    const made = await readMedia(task.output);
    expect(made.title).toBe("Clip 0");
    expect(made.sound.length).toBeGreaterThan(60);
    expect(made.sound).toEqual((await readMedia(whole)).sound);
    expect(frameLedger.open).toBe(0);
  });

  it("has its frames fused as by one process, whoever makes which segment", async () => {
    await using one = createEngine({ threads: 1 });
    await using two = createEngine({ threads: 1 });
    const options = { model: "seeded.onnx", backends: ["wasm"], patchSize: 32, fuse: "static" } as const;
    const task = taskFor("fused.mp4", options);
    await runAll([one, two], task);
    const same = { model: readOnnx(network).model, backends: ["wasm"], patchSize: 32 } as const;
    const asked = { ...same, codecs: [nodeDriver()], resume: { segmentSeconds: 0.3 } };
    const [fused, plain] = [join(root, "fused-alone.mp4"), join(root, "plain.mp4")];
    const report = await upscale(clip, { ...asked, fuse: "static", output: fused });
    await upscale(clip, { ...asked, output: plain });
    expect(report.fusion).toMatchObject({ mode: "static", frames: 40 });
    expect(await framesMd5(task.output)).toEqual(await framesMd5(fused));
    expect(await framesMd5(plain)).not.toEqual(await framesMd5(fused));
  });

  it("is looked at once: all choose the same network by what the first saw", async () => {
    await using one = createEngine({ threads: 1 });
    await using two = createEngine({ threads: 1 });
    const options = { model: "auto", backends: ["wasm"], segmentSeconds: 0.7 } as const;
    expect(await runAll([one, two], taskFor("auto.mp4", options))).toMatchObject({ frames: 40 });
  });

  it("is of two networks in a row where one does not reach its size", async () => {
    await using one = createEngine({ threads: 1 });
    const chosen = taskFor("row.mp4", { model: "auto", backends: ["wasm"], segmentSeconds: 2, size: "5x" });
    expect((await one.begin(chosen, { signal })).look).toMatchObject({ scale: 2, further: 4 });
    const named = taskFor("named.mp4", { second: "nearest.onnx", size: "3x" });
    expect(await runAll([one], named)).toMatchObject({ frames: 40 });
    await one.tidy(chosen, { signal });
  });
});

test("parts that are missing are told of, and what is there is not made again", async () => {
  await using engine = createEngine({ threads: 1 });
  const task = taskFor("holes.mp4");
  expect(await engine.begin(task, { signal })).toEqual({
    segments: 4,
    pending: [0, 1, 2, 3],
    keptFrames: 0,
    framesTotal: 40,
  });
  for (const index of [0, 3]) await engine.segment(task, index, { signal });
  expect(await engine.join(task, { signal })).toEqual({ missing: [1, 2] });
  expect(await engine.begin(task, { signal })).toMatchObject({ pending: [1, 2], keptFrames: 20 });
  await engine.tidy(task, { signal });
  expect(await readdir(root)).not.toContain("holes.mp4.tatami");
});

test("an abort leaves no part and no output", async () => {
  await using engine = createEngine({ threads: 1 });
  const task = taskFor("stopped.mp4");
  await engine.begin(task, { signal });
  const stop = new AbortController();
  const reason = new Error("Enough.");
  const onFrames = (): void => stop.abort(reason);
  await expect(engine.segment(task, 1, { signal: stop.signal, onFrames })).rejects.toBe(reason);
  expect(await readdir(`${task.output}.tatami`)).toEqual(["manifest.json"]);
  for (const index of [0, 1, 2, 3]) await engine.segment(task, index, { signal });
  await expect(engine.join(task, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  await engine.tidy(task, { signal });
  expect((await readdir(root)).filter((name) => name.startsWith("stopped"))).toEqual([]);
  expect(frameLedger.open).toBe(0);
});

test("a file that is torn fails at the segment where it is, and for good", async () => {
  await using engine = createEngine({ threads: 1 });
  const torn = join(root, "torn.mp4");
  await makeClip(torn, 40, 3);
  await poison(torn);
  const task = taskFor("torn.2x.mp4", { strict: true }, torn);
  expect(await engine.begin(task, { signal })).toMatchObject({ segments: 4 });
  await engine.segment(task, 0, { signal });
  await expect(engine.segment(task, 3, { signal })).rejects.toMatchObject({ code: "damaged-input" });
  await engine.tidy(task, { signal });
});

test("a network that is not there, or of another scale, is said to be", async () => {
  await using engine = createEngine({ threads: 1 });
  for (const [options, code] of [
    [{ model: "none.onnx" }, "input-not-found"],
    [{ model: "../none.onnx" }, "invalid-option"],
    [{ model: "nearest.onnx", scale: 4 }, "invalid-option"],
    [{ model: "m4-x2" }, "invalid-option"],
  ] as const)
    await expect(engine.begin(taskFor("n.mp4", options), { signal })).rejects.toMatchObject({ code });
});

test("a file beyond what is allowed is refused before anything is made of it", async () => {
  await using engine = createEngine({ threads: 1 });
  const begin = (options: FileTask["options"]): Promise<unknown> =>
    engine.begin(taskFor("limits.mp4", options), { signal });
  for (const [options, words] of [
    [{ maxPixels: 64 * 48 - 1 }, "64×48"],
    [{ maxSeconds: 1.5 }, "1.6 seconds"],
    [{ maxSeconds: 1, start: 0.5 }, "1.1 seconds"],
  ] as const)
    await expect(begin(options)).rejects.toMatchObject({
      code: "unsupported-feature",
      message: expect.stringContaining(words),
    });
  expect(await readdir(root)).not.toContain("limits.mp4.tatami");
  expect(await begin({ maxPixels: 64 * 48, maxSeconds: 0.5, start: 0.2, end: 0.7 })).toMatchObject({
    framesTotal: expect.any(Number),
  });
  const task = taskFor("limits.mp4");
  await engine.tidy(task, { signal });
  await engine.tidy({ ...task, output: join(root, "no folder", "a.mp4") }, { signal });
});

async function leastPsnr(a: string, b: string): Promise<number> {
  await using one = await nodeDriver().open(a);
  await using other = await nodeDriver().open(b);
  const others = other.frames();
  let least = Infinity;
  for await (const frame of one.frames()) {
    const { value } = await others.next();
    const [left, right] = [(await frame.planes()).luma, (await value!.planes()).luma];
    least = Math.min(least, psnr(left, right, 0));
    frame.close();
    value!.close();
  }
  return least;
}
