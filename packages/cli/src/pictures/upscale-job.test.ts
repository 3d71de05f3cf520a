import { readdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { makeMuxedClip } from "@tatami/codecs/testing";
import { inspect } from "@tatami/upscale";
import { loadModel } from "@tatami/zoo";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { createLocalLibrary } from "../local-library.ts";
import type { Engine, FramesReport, JobOptions } from "../shell.ts";
import { createTemporaryFolder } from "../testing/temporary-folder.ts";
import { planJobs } from "../jobs/plan-jobs.ts";
import { isMoving } from "./is-moving.ts";
import { createDrivers } from "./open-video.ts";

const library = createLocalLibrary(new AbortController().signal);
const settings = { backends: ["wasm"], threads: 1 } as const;
let engine: Engine;
beforeAll(async () => {
  engine = await library.createEngine(await loadModel("micro-x2"), settings);
  return () => engine[Symbol.asyncDispose]();
});
const run = async (input: string, job: JobOptions): Promise<FramesReport> =>
  (await engine.upscale(input, { toSdr: false, strict: false, ...job })) as FramesReport;

const [width, height] = [24, 16];
const pixels = (alpha = 255): Buffer =>
  Buffer.from(
    Array.from({ length: width * height }, (_, i) => [
      Math.round(128 + 100 * Math.sin(i / 5)),
      i % 256,
      255 - (i % 256),
      i % width < 12 ? alpha : 255,
    ]).flat(),
  );
const image = (alpha?: number) => sharp(pixels(alpha), { raw: { width, height, channels: 4 } });

describe("a still picture", () => {
  it.each(["png", "jpg", "webp", "avif"])(
    "becomes a larger %s, its profile, EXIF and XMP kept",
    async (ending) => {
      const cwd = await createTemporaryFolder();
      const [input, output] = [join(cwd, "a.jpg"), join(cwd, `b.${ending}`)];
      const xmp = '<x:xmpmeta xmlns:x="adobe:ns:meta/"></x:xmpmeta>';
      // red and green that sRGB does not reach
      const colours = Buffer.from(
        Array.from({ length: width * height }, (_, i) =>
          i % width < 12 ? [235, 20, 30] : [20, 220, 40],
        ).flat(),
      );
      await sharp(colours, { raw: { width, height, channels: 3 } })
        .withMetadata({ orientation: 6 })
        .withIccProfile("p3")
        .withExifMerge({ IFD0: { Copyright: "somebody" } })
        .withXmp(xmp)
        .jpeg({ quality: 100, chromaSubsampling: "4:4:4" })
        .toFile(input);
      const source = await sharp(input).metadata();
      expect(source.orientation).toBe(6);
      const report = await run(input, { output, form: "picture" });
      expect(report).toMatchObject({
        input: { width: height, height: width },
        output: { width: 2 * height, height: 2 * width },
        frames: 1,
        written: ending === "jpg" ? "jpeg" : ending,
      });
      expect(report.size).toBe((await readFile(output)).length);
      expect(report.changed.map(({ kind }) => kind)).toEqual(["shape"]);
      const made = await sharp(output).metadata();
      expect([made.width, made.height, made.orientation ?? 1, made.hasAlpha]).toEqual([
        2 * height,
        2 * width,
        1,
        false,
      ]);
      expect(made.icc!.equals(source.icc!)).toBe(true);
      expect(made.exif!.includes("somebody")).toBe(true);
      expect(made.xmp!.toString()).toContain("xmpmeta");
      // pixels stay in the colours of the profile
      const at = async (path: string, part: number): Promise<number[]> => {
        const { data, info } = await sharp(path)
          .keepIccProfile()
          .autoOrient()
          .raw()
          .toBuffer({ resolveWithObject: true });
        const pixel = info.width * Math.floor(part * info.height) + (info.width >> 1);
        return [...data.subarray(3 * pixel, 3 * pixel + 3)];
      };
      for (const part of [0.2, 0.8]) {
        const [was, is] = [await at(input, part), await at(output, part)];
        was.forEach((value, channel) => expect(Math.abs(value - is[channel]!)).toBeLessThan(7));
      }
      expect(await readdir(cwd)).toEqual(["a.jpg", `b.${ending}`]);
    },
  );

  it("keeps what can be seen through; JPEG cannot, and that is told", async () => {
    const cwd = await createTemporaryFolder();
    await image(40).png().toFile(join(cwd, "a.png"));
    for (const ending of ["png", "webp", "avif"]) {
      await run(join(cwd, "a.png"), { output: join(cwd, `b.${ending}`), form: "picture" });
      const { data, info } = await sharp(join(cwd, `b.${ending}`))
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect(info).toMatchObject({ width: 48, height: 32, channels: 4 });
      expect(Math.abs(data[4 * 5 + 3]! - 40)).toBeLessThan(4);
      expect(data[4 * 40 + 3]).toBeGreaterThan(250);
    }
    const report = await run(join(cwd, "a.png"), { output: join(cwd, "b.jpg"), form: "picture" });
    expect(report.changed).toMatchObject([{ kind: "color", message: expect.stringContaining("on white") }]);
  });

  it("16 bits, grey, a size that is asked for, and a model that is chosen", async () => {
    const cwd = await createTemporaryFolder();
    const [deep, grey, output] = ["deep.png", "grey.png", "out.webp"].map((name) => join(cwd, name)) as [
      string,
      string,
      string,
    ];
    await image().removeAlpha().toColourspace("rgb16").png().toFile(deep);
    await image().removeAlpha().toColourspace("b-w").png().toFile(grey);
    const report = await run(deep, { output, form: "picture", size: "1.5x", quality: 80 });
    expect(report.changed.map(({ kind }) => kind)).toEqual(["sampling"]);
    expect(report.output).toEqual({ width: 36, height: 24 });
    expect((await run(grey, { output: join(cwd, "g.jpg"), form: "picture" })).output.width).toBe(48);
    await using chosen = await library.createEngine({ scale: 2 }, settings);
    const made = await chosen.upscale(grey, { output: join(cwd, "c.png"), form: "picture" });
    expect(made).toMatchObject({ output: { width: 48 }, choice: { sentence: expect.any(String) } });
    expect(await chosen.plan(grey, { output, form: "picture", size: "1.5x" })).toMatchObject({
      output: { width: 36, height: 24 },
    });
    expect(await chosen.plan(grey, { output, form: "picture" })).toMatchObject({
      output: { width: 48 },
      written: "webp",
    });
  });

  it("a profile of inks becomes sRGB, its colours by the profile, and that is told", async () => {
    const cwd = await createTemporaryFolder();
    const [input, output] = [join(cwd, "a.jpg"), join(cwd, "b.png")];
    const flat = sharp({ create: { width, height, channels: 3, background: { r: 180, g: 60, b: 60 } } });
    await flat.toColourspace("cmyk").withIccProfile("cmyk").jpeg({ quality: 100 }).toFile(input);
    expect((await sharp(input).metadata()).space).toBe("cmyk");
    const report = await run(input, { output, form: "picture" });
    expect(report.changed).toMatchObject([{ kind: "color", message: expect.stringContaining("cmyk") }]);
    const { data, info } = await sharp(output).raw().toBuffer({ resolveWithObject: true });
    expect([info.channels, (await sharp(output).metadata()).icc]).toEqual([3, undefined]);
    [180, 60, 60].forEach((value, channel) => expect(Math.abs(data[channel]! - value)).toBeLessThan(25));
  });

  it("what is no picture, or moves, is one error, and nothing is left", async () => {
    const cwd = await createTemporaryFolder("a.png");
    const output = join(cwd, "b.png");
    await expect(run(join(cwd, "a.png"), { output, form: "picture" })).rejects.toMatchObject({
      code: "damaged-input",
      message: expect.stringContaining("a.png"),
    });
    const frames = Buffer.concat([pixels(), pixels(9)]);
    const raw = { width, height: 2 * height, channels: 4, pageHeight: height } as const;
    await writeFile(join(cwd, "m.webp"), await sharp(frames, { raw }).webp().toBuffer());
    await expect(run(join(cwd, "m.webp"), { output, form: "picture" })).rejects.toMatchObject({
      code: "unsupported-feature",
    });
    expect(await readdir(cwd)).toEqual(["a.png", "m.webp"]);
  });
});

describe("frames", () => {
  const makeClip = async (): Promise<readonly [string, string]> => {
    const cwd = await createTemporaryFolder();
    const path = join(cwd, "clip.mp4");
    await makeMuxedClip(path, { format: "mp4", video: "libx264", audio: "aac", frames: 6, size: [32, 24] });
    return [cwd, path];
  };
  const drivers = createDrivers();

  it("an animated WebP is a video by what is in it: it becomes a larger one, and a still one stays a picture", async () => {
    const cwd = await createTemporaryFolder();
    const [moving, still, larger] = ["moving.webp", "still.webp", "larger.webp"].map((name) =>
      join(cwd, name),
    ) as [string, string, string];
    // most of each picture is that of the one before, which encoders then leave out
    const pictures = Buffer.from(
      Array.from({ length: 5 * width * height }, (_, at) => {
        const [index, x] = [Math.floor(at / (width * height)), at % width];
        return x >= index * 4 && x < index * 4 + 4 ? [220, 40, 60] : [60, 90, 120];
      }).flat(),
    );
    const raw = { width, height: 5 * height, channels: 3, pageHeight: height } as const;
    await writeFile(
      moving,
      await sharp(pictures, { raw })
        .webp({ delay: [100, 40, 60, 80, 100] })
        .toBuffer(),
    );
    await image().webp().toFile(still);
    expect([await isMoving(moving), await isMoving(still)]).toEqual([true, false]);
    const files = [moving, still].map((path) => ({ name: path, path }));
    const named = { cwd, scale: 2, output: "out/", overwrite: false };
    const jobs = await planJobs({ files, isBatch: true }, named);
    expect(jobs.map(({ form = "video", outputName }) => [form, basename(outputName)])).toEqual([
      ["video", "moving.2x.mp4"],
      ["picture", "still.2x.webp"],
    ]);
    const report = await run(moving, { output: larger, form: "webp", quality: 100 });
    expect(report).toMatchObject({ frames: 5, input: { width, height } });
    const made = sharp(larger, { pages: -1 });
    const { pages, pageHeight, delay } = await made.metadata();
    expect([pages, pageHeight]).toEqual([5, 2 * height]);
    // how long the last one is shown FFmpeg's encoder does not ask
    expect(delay!.slice(0, 4)).toEqual([100, 40, 60, 80]);
    // in each picture the bar is where it was
    const { data, info } = await made.removeAlpha().raw().toBuffer({ resolveWithObject: true });
    for (let index = 0; index < 5; index++)
      for (let x = 4; x < info.width; x += 8) {
        const red = data[((index * 2 + 1) * height * info.width + x) * 3]!;
        expect(red > 140).toBe(Math.floor(x / 8) === index);
      }
  });

  it.each(["%03d.png", "%d.jpg", "p-%02d.webp", "%03d.avif"])(
    "become numbered pictures: %s",
    async (pattern) => {
      const [cwd, path] = await makeClip();
      const output = join(cwd, pattern);
      const report = await run(path, { output, form: "numbered" });
      expect(report).toMatchObject({ frames: 6, output: { width: 64, height: 48 } });
      expect(report.leftOut).toMatchObject([{ track: { kind: "audio" } }]);
      const names = (await readdir(cwd)).filter((name) => name !== "clip.mp4");
      expect(names).toHaveLength(6);
      expect(names).toContain(
        pattern.replace(/%0?\d*d/, pattern.startsWith("%d") ? "6" : pattern.includes("03") ? "006" : "06"),
      );
      for (const name of names) {
        const { data, info } = await sharp(join(cwd, name))
          .removeAlpha()
          .raw()
          .toBuffer({ resolveWithObject: true });
        expect(info).toMatchObject({ width: 64, height: 48 });
        // the clip is grey: 40 + 5 n of luma in the studio range
        const number = Number(/\d+/.exec(name)![0]) - 1;
        expect(Math.abs(data[0]! - (40 + 5 * number - 16) * (255 / 219))).toBeLessThan(8);
      }
    },
  );

  it("move in a GIF and in a WebP, and are raw in y4m", async () => {
    const [cwd, path] = await makeClip();
    for (const form of ["gif", "webp", "y4m"] as const) {
      const output = join(cwd, `moving.${form}`);
      const report = await run(path, { output, form });
      expect(report.size).toBe((await readFile(output)).length);
      if (form === "webp") {
        expect(await sharp(output, { pages: -1 }).metadata()).toMatchObject({ pages: 6, pageHeight: 48 });
        continue;
      }
      const { video } = await inspect(output, { codecs: await drivers });
      expect(video).toMatchObject({ width: 64, height: 48 });
      // a GIF is an input, too
      if (form !== "gif") continue;
      const again = await run(output, { output: join(cwd, "again.y4m"), form: "y4m" });
      expect(again).toMatchObject({ frames: 6, output: { width: 128, height: 96 } });
    }
  });

  it("that cannot be read leave no picture behind", async () => {
    const [cwd, path] = await makeClip();
    const whole = await readFile(path);
    await writeFile(path, whole.subarray(0, whole.length - 200));
    await expect(
      run(path, { output: join(cwd, "%02d.png"), form: "numbered", strict: true }),
    ).rejects.toMatchObject({ code: expect.any(String) });
    expect(await readdir(cwd)).toEqual(["clip.mp4"]);
  });
});
