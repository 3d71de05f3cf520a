import { createHash } from "node:crypto";
import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CodecDriver, Frame, MediaWriter, SegmentedOutput } from "@tatami/core";
import { frameLedger } from "@tatami/core";
import { nodeDriver } from "@tatami/codecs/node";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import type { Progress, UpscaleOptions } from "../options.ts";
import { nearestModel, seededSesr } from "../testing/models.ts";
import { upscale } from "../upscale.ts";
import { framesMd5, makeMovingBlock } from "../testing/moving-block.ts";
import { createUpscaler } from "../upscaler.ts";
import { openSegmentedJob } from "./upscale-segments.ts";

const clips = await mkdtemp(join(tmpdir(), "tatami-resume-"));
const clip = join(clips, "clip.mp4");
const model = nearestModel();
const shared = await createUpscaler({ model, backends: ["cpu"] });
afterAll(async () => {
  await shared[Symbol.asyncDispose]();
  await rm(clips, { recursive: true });
});
beforeAll(() => makeMovingBlock(clip));
beforeEach(() => frameLedger.reset());

const segmentSeconds = 0.3;
const codecs = [nodeDriver()];

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tatami-resume-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** A run; `stopAt` aborts it at so many frames. */
async function run(output: string, more: Partial<UpscaleOptions> = {}, stopAt = Infinity, input = clip) {
  const told: Progress[] = [];
  const stop = new AbortController();
  const options: UpscaleOptions = {
    model: shared,
    codecs,
    output,
    resume: { segmentSeconds },
    signal: stop.signal,
    ...more,
  };
  const onProgress = (progress: Progress): void => {
    told.push(progress);
    if (progress.framesDone >= stopAt) stop.abort(new DOMException("Enough.", "AbortError"));
  };
  const result = await upscale(input, { ...options, onProgress }).then(
    (report) => ({ report, error: undefined }),
    (error: unknown) => ({ report: undefined, error }),
  );
  expect(frameLedger.open).toBe(0);
  return { ...result, told, begun: told[0]?.segments };
}
const keep = { segmentSeconds, keepOnAbort: true };

/** Node's driver, which notes times and pixels of the frames that it is to write. */
function noting(seen: string[]): CodecDriver {
  const driver = nodeDriver();
  const note = <T extends Pick<MediaWriter, "write">>(writer: T): T => {
    const write = async (frame: Frame): Promise<void> => {
      const { luma, chroma } = await frame.planes();
      const hash = createHash("sha256");
      for (const { data } of [luma, ...chroma]) hash.update(data);
      seen.push(`${frame.timestamp} ${frame.duration} ${hash.digest("hex")}`);
      return writer.write(frame);
    };
    return new Proxy(writer, {
      get: (target, name) => (name === "write" ? write : Reflect.get(target, name, target)),
    });
  };
  return {
    ...driver,
    write: async (init) => note(await driver.write(init)),
    openSegments: async (init) => {
      const output = await driver.openSegments!(init);
      const write: SegmentedOutput["write"] = async (segment) => note(await output.write(segment));
      return new Proxy(output, {
        get: (target, name) => (name === "write" ? write : Reflect.get(target, name, target)),
      });
    },
  };
}

describe("a job that is kept", () => {
  it("is the same whether it was interrupted or not, and leaves nothing beside its output", async () => {
    const folder = await makeFolder();
    const [straight, broken] = [join(folder, "straight.mp4"), join(folder, "broken.mp4")];
    expect((await run(straight)).report).toMatchObject({ frames: 90, damaged: [] });
    const first = await run(broken, { resume: keep }, 40);
    expect(first.error).toMatchObject({ name: "AbortError" });
    expect(await readdir(folder)).toEqual(["broken.mp4.tatami", "straight.mp4"]);
    const { report, begun } = await run(broken, { resume: keep });
    expect(begun).toMatchObject({
      folder: `${broken}.tatami`,
      total: 9,
      spoilt: 0,
      keptFrames: begun!.kept * 10,
    });
    expect(begun!.kept).toBeGreaterThanOrEqual(3);
    expect(begun).not.toHaveProperty("differs");
    expect(report).toMatchObject({
      frames: 90,
      progress: { framesDone: 90, framesTotal: 90, segments: { done: 9 } },
    });
    expect(await framesMd5(broken)).toEqual(await framesMd5(straight));
    expect(await readdir(folder)).toEqual(["broken.mp4", "straight.mp4"]);
  });

  it("hands the encoder the frames of one run, bit for bit, reused patches too", async () => {
    const folder = await makeFolder();
    const sesr = await createUpscaler({
      model: seededSesr(),
      backends: ["wasm"],
      patchSize: 32,
      reuse: "exact",
    });
    await using _ = sesr;
    const [whole, pieces]: [string[], string[]] = [[], []];
    const one = await run(join(folder, "one.mp4"), { model: sesr, codecs: [noting(whole)], resume: false });
    const many = await run(join(folder, "many.mp4"), { model: sesr, codecs: [noting(pieces)] });
    expect(one.report!.progress.patchesReused).toBeGreaterThan(50);
    expect(many.begun!.total).toBe(9);
    expect(whole).toHaveLength(90);
    expect(pieces).toEqual(whole);
    expect(many.report!.changed).toEqual(one.report!.changed);
  });

  it("hands the encoder the frames of one run where they are fused too, in whatever order they are made", async () => {
    const folder = await makeFolder();
    const [whole, pieces, resumed, scattered]: string[][] = [[], [], [], []];
    const made = (seen: string[] | undefined, more: Partial<UpscaleOptions>) => ({
      fuse: "static" as const,
      codecs: [noting(seen!)],
      ...more,
    });
    const plain: string[] = [];
    await run(join(folder, "plain.mp4"), { codecs: [noting(plain)], resume: false });
    const one = await run(join(folder, "one.mp4"), made(whole, { resume: false }));
    expect(one.report!.fusion).toMatchObject({ mode: "static", frames: 90, keyFrames: 5 });
    expect(whole).not.toEqual(plain);
    const many = await run(join(folder, "many.mp4"), made(pieces, {}));
    expect(many.report!.fusion).toEqual(one.report!.fusion);
    expect(pieces).toEqual(whole);

    const broken = join(folder, "broken.mp4");
    await run(broken, made(resumed, { resume: keep }), 40);
    // what was not finished is made again
    const { length } = resumed!;
    const { report, begun } = await run(broken, made(resumed, { resume: keep }));
    expect(begun!.keptFrames).toBeGreaterThan(0);
    expect(report!.frames).toBe(90);
    expect([...resumed!.slice(0, begun!.keptFrames), ...resumed!.slice(length)]).toEqual(whole);

    const output = join(folder, "scattered.mp4");
    await using job = await openSegmentedJob(clip, {
      model: shared,
      output,
      resume: { segmentSeconds },
      ...made(scattered, {}),
    });
    const order = [3, 0, 1, 8, 2, 4, 7, 5, 6];
    for (const index of order) await job.upscale(job.output.segments[index]!);
    const sorted = order.flatMap((index, place) =>
      scattered!.slice(place * 10, place * 10 + 10).map((line) => ({ index, line })),
    );
    expect(sorted.sort((a, b) => a.index - b.index).map(({ line }) => line)).toEqual(whole);
    await job.join();
    expect(frameLedger.open).toBe(0);
  });

  it("leaves nothing when it is aborted and was not to be kept", async () => {
    const folder = await makeFolder();
    const { error } = await run(join(folder, "out.mkv"), {}, 40);
    expect(error).toMatchObject({ name: "AbortError" });
    expect(await readdir(folder)).toEqual([]);
  });

  it("begins anew where the input, the model or an option is another, and says which", async () => {
    const folder = await makeFolder();
    const [input, output] = [join(folder, "in.mp4"), join(folder, "out.mp4")];
    await writeFile(input, await readFile(clip));
    const other = await createUpscaler({ model: { ...model, name: "other" }, backends: ["cpu"] });
    await using _ = other;
    const changes: readonly [what: string, more: Partial<UpscaleOptions>, before?: () => Promise<void>][] = [
      ["input", {}, () => appendFile(input, "more")],
      ["input", {}, () => utimes(input, 1e9, 1e9)],
      ["model", { model: other }],
      ["strength", { strength: 0.5 }],
      ["bitrate", { quality: 30 }],
      ["options", { resume: { ...keep, key: "other threads" } }],
    ];
    for (const [what, more, before] of changes) {
      await run(output, { resume: keep }, 40, input);
      await before?.();
      const { begun, error } = await run(output, { resume: keep, ...more }, 1, input);
      expect(begun).toMatchObject({ kept: 0, differs: [what] });
      expect(error).toMatchObject({ name: "AbortError" });
      await rm(`${output}.tatami`, { recursive: true, force: true });
    }
  });

  it("makes a damaged part again, and one that is cut short", async () => {
    const folder = await makeFolder();
    const [output, straight] = [join(folder, "out.mp4"), join(folder, "straight.mp4")];
    await run(straight);
    await run(output, { resume: keep }, 60);
    const part = (name: string): string => join(`${output}.tatami`, name);
    const bytes = await readFile(part("00001.part"));
    bytes[200]! ^= 1;
    await writeFile(part("00001.part"), bytes);
    await truncate(part("00002.part"), 100);
    const { report, begun } = await run(output);
    expect(begun).toMatchObject({ spoilt: 2 });
    expect(report).toMatchObject({ frames: 90 });
    expect(await framesMd5(output)).toEqual(await framesMd5(straight));
  });

  it("touches nothing of somebody else's in its folder", async () => {
    const folder = await makeFolder();
    const output = join(folder, "out.mp4");
    await mkdir(`${output}.tatami`);
    await writeFile(join(`${output}.tatami`, "notes.txt"), "mine");
    expect((await run(output)).report).toMatchObject({ frames: 90 });
    expect(await readdir(`${output}.tatami`)).toEqual(["notes.txt"]);
  });

  it("needs an input and an output that are files, and a place where a folder can be made", async () => {
    const folder = await makeFolder();
    const blob = new Blob([new Uint8Array(await readFile(clip))]);
    const refused = { code: "invalid-option", fix: expect.stringContaining("--resume") };
    await expect(
      upscale(blob, { model: shared, codecs, output: join(folder, "a.mp4"), resume: true }),
    ).rejects.toMatchObject(refused);
    await expect(upscale(clip, { model: shared, codecs, resume: true })).rejects.toMatchObject({
      code: "invalid-option",
    });
    expect((await run("/dev/null", { container: "mp4" })).error).toMatchObject(refused);
    const { error } = await run(join(clip, "out.mp4"));
    expect(error).toMatchObject({
      code: "output-failed",
      message: expect.stringContaining("a folder of its path is a file"),
    });
    expect(await readdir(folder)).toEqual([]);
    expect(frameLedger.open).toBe(0);
  });
});
