import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
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
import { makeMuxedClip } from "@tatami/codecs/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { Progress, UpscaleOptions } from "../options.ts";
import { nearestModel, seededSesr } from "../testing/models.ts";
import { upscale } from "../upscale.ts";
import { createUpscaler } from "../upscaler.ts";

const clips = await mkdtemp(join(tmpdir(), "tatami-resume-"));
const clip = join(clips, "clip.mp4");
const model = nearestModel();
const shared = await createUpscaler({ model, backends: ["cpu"] });
afterAll(async () => {
  await shared[Symbol.asyncDispose]();
  await rm(clips, { recursive: true });
});
beforeAll(() =>
  makeMuxedClip(clip, {
    format: "mp4",
    video: "libx264",
    audio: "aac",
    frames: 90,
    size: [64, 48],
    encoder: { "x264-params": "keyint=10:bframes=2:scenecut=0" },
    // a block that moves in front of what stands still
    draw: (planes, strides, index) =>
      planes.forEach((plane, number) =>
        plane.forEach((_, at) => {
          const [x, y] = [at % strides[number]!, Math.floor(at / strides[number]!)];
          const isBlock = number === 0 && y < 12 && x >= index % 48 && x < (index % 48) + 12;
          plane[at] = isBlock ? 220 : 60 + ((x * 5 + y * 3) % 90);
        }),
      ),
  }),
);
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

/** Frames as they are decoded again, and their times. */
function md5(path: string): string {
  const { stdout, status } = spawnSync("ffmpeg", ["-v", "error", "-i", path, "-f", "framemd5", "-"], {
    encoding: "utf8",
  });
  expect(status).toBe(0);
  return stdout;
}

describe("a job that is kept", () => {
  test("is the same whether it was interrupted or not, and leaves nothing beside its output", async () => {
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
    expect(md5(broken)).toBe(md5(straight));
    expect(await readdir(folder)).toEqual(["broken.mp4", "straight.mp4"]);
  });

  test("hands the encoder the frames of one run, bit for bit, reused patches too", async () => {
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

  test("leaves nothing when it is aborted and was not to be kept", async () => {
    const folder = await makeFolder();
    const { error } = await run(join(folder, "out.mkv"), {}, 40);
    expect(error).toMatchObject({ name: "AbortError" });
    expect(await readdir(folder)).toEqual([]);
  });

  test("begins anew where the input, the model or an option is another, and says which", async () => {
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

  test("makes a damaged part again, and one that is cut short", async () => {
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
    expect(md5(output)).toBe(md5(straight));
  });

  test("touches nothing of somebody else's in its folder", async () => {
    const folder = await makeFolder();
    const output = join(folder, "out.mp4");
    await mkdir(`${output}.tatami`);
    await writeFile(join(`${output}.tatami`, "notes.txt"), "mine");
    expect((await run(output)).report).toMatchObject({ frames: 90 });
    expect(await readdir(`${output}.tatami`)).toEqual(["notes.txt"]);
  });

  test("needs an input and an output that are files, and a place where a folder can be made", async () => {
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

describe("a process that is killed", () => {
  test("has its frames made once, but for the segment it was at", { timeout: 60_000 }, async () => {
    const folder = await makeFolder();
    const [straight, broken] = [join(folder, "straight.mkv"), join(folder, "broken.mkv")];
    expect((await start(straight)).ended).toBe(true);
    const begun: number[] = [];
    let kills = 0;
    for (;;) {
      // the last one may come to its end
      const life = await start(broken, kills < 5 ? 20 + Math.random() * 90 * (kills + 1) : Infinity);
      begun.push(...life.begun);
      if (life.ended) break;
      kills += 1;
    }
    expect(kills).toBeGreaterThan(0);
    // every segment was made, and each kill cost the one that was under way at most
    expect(new Set(begun).size).toBe(9);
    expect(begun.length).toBeLessThanOrEqual(9 + kills);
    expect(md5(broken)).toBe(md5(straight));
    expect(await readdir(folder)).toEqual(["broken.mkv", "straight.mkv"]);
  });
});

/** Upscales the clip in a process of its own, which is killed so many milliseconds after it began to work. */
async function start(output: string, killAfter = Infinity) {
  const program = `
    import { writeSync } from "node:fs";
    import { nodeDriver } from "@tatami/codecs/node";
    import { upscale } from "@tatami/upscale";
    import { conv2d, depthToSpace, haloOf, input, tensor } from "@tatami/graph";
    const out = depthToSpace(conv2d(input(), tensor([4, 1, 1, 1], new Float32Array(4).fill(1))), 2);
    const model = { name: "nearest-x2", scale: 2, halo: haloOf(out), output: out };
    const driver = nodeDriver();
    const openSegments = async (init) => {
      writeSync(1, "opens\\n");
      const output = await driver.openSegments(init);
      const { write } = output;
      return Object.assign(output, {
        write: (segment) => (writeSync(1, segment.index + "\\n"), write(segment)),
      });
    };
    await upscale(${JSON.stringify(clip)}, {
      model, backends: ["cpu"], codecs: [{ ...driver, openSegments }], output: ${JSON.stringify(output)},
      resume: { segmentSeconds: ${segmentSeconds} },
    });
    writeSync(1, "ends\\n");
    process.exit(0);
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exit = once(child, "close");
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (more: string) => {
    if (text === "" && killAfter < Infinity) setTimeout(() => child.kill("SIGKILL"), killAfter).unref();
    text += more;
  });
  const [code, signal] = (await exit) as [number | null, string | null];
  expect([code, signal]).toEqual(code === null ? [null, "SIGKILL"] : [0, null]);
  const begun = text
    .split("\n")
    .filter((line) => /^\d+$/.test(line))
    .map(Number);
  return { begun, ended: text.includes("ends") };
}
