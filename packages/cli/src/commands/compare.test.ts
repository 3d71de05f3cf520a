import { chmod, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { frameLedger } from "@tatami/core";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { createLocalLibrary } from "../local-library.ts";
import type { FakeRun } from "../testing/fake-shell.ts";
import { runFake } from "../testing/fake-shell.ts";
import { makeWaveClip } from "../testing/clips.ts";
import { createTemporaryFolder } from "../testing/temporary-folder.ts";

/** Runs it for real, in this process. */
function compare(cwd: string, words: readonly string[], signal?: AbortSignal): Promise<FakeRun> {
  const stop = signal ?? new AbortController().signal;
  return runFake(["compare", ...words], { cwd, signal: stop, library: createLocalLibrary(stop) });
}

/** `ref.mkv`, `near.mkv` and `far.avi`: the same picture with no, some and more noise. */
async function createClips(): Promise<string> {
  const folder = await createTemporaryFolder();
  await makeWaveClip(join(folder, "ref.mkv"), { format: "matroska" });
  await makeWaveClip(join(folder, "near.mkv"), { format: "matroska", noise: 8 });
  await makeWaveClip(join(folder, "far.avi"), { format: "avi", noise: 40 });
  return folder;
}

describe("tatami compare", () => {
  it("against a reference: every score of every frame, a table, JSON and a page", async () => {
    const cwd = await createClips();
    const words = ["near.mkv", "far.avi", "--reference", "ref.mkv"];
    const { code, stdout, stderr } = await compare(cwd, [...words, "--json", "--report", "out/page.html"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({ size: { width: 64, height: 48 }, pairs: 12, notes: [] });
    expect(result.frames).toHaveLength(12);
    for (const { scores } of result.frames) {
      expect(scores.a.psnr).toBeGreaterThan(scores.b.psnr + 10);
      expect(scores.a.ssim).toBeGreaterThan(scores.b.ssim);
      expect(scores.a.lpips).toBeLessThan(scores.b.lpips);
    }
    const mean = (metric: string, name: string) =>
      result.summary.find(
        (row: { metric: string; name: string }) => row.metric === metric && row.name === name,
      );
    // uniform noise of 8 levels: a variance of 64 / 12
    expect(mean("psnr", "a").mean).toBeCloseTo(10 * Math.log10((255 ** 2 * 12) / 64), 0);
    expect(mean("psnr", "a").worst).toBeLessThan(mean("psnr", "a").mean);
    const [a, b, reference] = result.flickerSummary;
    expect(reference).toMatchObject({ name: "reference", mean: 0 });
    expect(a.mean).toBeCloseTo((64 / 12) * (7 / 8), 0);
    expect(b.mean).toBeGreaterThan(20 * a.mean);

    const page = await readFile(join(cwd, "out/page.html"), "utf8");
    expect(page.match(/<figure><figcaption>/g)).toHaveLength(4);
    expect(page.match(/<img src="data:image\/webp;base64,/g)).toHaveLength(6);
    expect(page).not.toMatch(/(?:src|href)="https?:/);
    const table = await compare(cwd, [...words, "--lpips", "off"]);
    expect(table.stdout).toMatch(/PSNR, dB +A +\d\d\.\d\d/);
    expect(table.stdout).toMatch(/flicker +reference +0\.00/);
    expect(table.stdout).not.toContain("LPIPS");
    expect(frameLedger.open).toBe(0);
  });

  it("a page that is there is not written over unasked", async () => {
    const cwd = await createClips();
    await writeFile(join(cwd, "page.html"), "mine");
    const words = ["near.mkv", "far.avi", "--report", "page.html", "--lpips", "off"];
    const { code, stderr } = await compare(cwd, words);
    expect(code).toBe(1);
    expect(stderr).toContain("page.html exists already. [output-failed]");
    expect((await compare(cwd, [...words, "-y", "-q"])).stdout).toBe("");
    expect(await readFile(join(cwd, "page.html"), "utf8")).toContain("B against A");
  });

  it("full range is mapped, frames are paired by time, and what has no partner is told", async () => {
    const cwd = await createTemporaryFolder();
    await makeWaveClip(join(cwd, "a.mkv"), { format: "matroska", frames: 9 });
    await makeWaveClip(join(cwd, "b.mp4"), { format: "mp4", frames: 12, fullRange: true });
    const { stdout, code } = await compare(cwd, ["a.mkv", "b.mp4", "--json", "--lpips", "off"]);
    expect(code).toBe(0);
    const result = JSON.parse(stdout);
    expect(result.videos).toMatchObject([
      { frames: 9, unpaired: { frames: 0 } },
      { frames: 12, unpaired: { frames: 3, first: [0.36, 0.4, 0.44] } },
    ]);
    expect(result.notes).toContain(
      "B (b.mp4): 3 frames have no partner and no score, at 0.360, 0.400, 0.440 s.",
    );
    // rounding alone is left
    for (const { scores } of result.frames) expect(scores.b.psnr === "same" || scores.b.psnr > 48).toBe(true);
  });

  it("--every scores some, equal frames are called the same, pictures are compared too", async () => {
    const cwd = await createClips();
    const { stdout } = await compare(cwd, ["ref.mkv", "ref.mkv", "--every", "5", "--lpips", "off", "--json"]);
    const result = JSON.parse(stdout);
    expect(result.frames.map(({ time }: { time: number }) => time)).toEqual([0, 0.2, 0.4]);
    expect(result.summary[0]).toMatchObject({ metric: "psnr", mean: "same", worst: "same" });
    expect(result.notes).toEqual([
      "Every frame of B has the same luma as A's.",
      "3 of 12 pairs of frames were scored; flicker and VMAF saw all of them.",
    ]);
    const grey = (level: number) =>
      sharp({ create: { width: 20, height: 18, channels: 3, background: { r: level, g: level, b: level } } });
    await grey(100).png().toFile(join(cwd, "a.png"));
    await grey(110).png().toFile(join(cwd, "b.png"));
    const pictures = await compare(cwd, ["a.png", "b.png"]);
    expect(pictures.stdout).toContain("20×18, 1 frame\n");
    // ten levels of grey are 8 or 9 in the studio range
    expect(pictures.stdout).toMatch(/PSNR, dB +B to A +(?:29|30)\.\d\d/);
  });

  it.each<[readonly string[], number, string, string]>([
    [["near.mkv"], 2, "takes two files, and was given 1", "tatami compare A B"],
    [["near.mkv", "small.mkv", "-r", "ref.mkv"], 2, "small.mkv is 32×24", "--reference"],
    [["near.mkv", "far.avi", "-r", "small.mkv"], 2, "small.mkv is 32×24", "--reference"],
    [["near.mkv", "gone.mkv"], 1, "There is no file gone.mkv", "Check the name"],
    [["near.mkv", "far.avi", "--every", "0"], 2, "--every", "--every"],
    [["near.mkv", "far.avi", "--lpips", "gone.onnx"], 1, "gone.onnx could not be read", "--lpips"],
    [
      ["near.mkv", "far.avi", "--lpips", "off", "--vmaf", "/nowhere/ffmpeg"],
      1,
      "did not measure VMAF",
      "--vmaf",
    ],
  ])("%j is refused with a fix", async (words, exit, message, fix) => {
    const cwd = await createClips();
    await makeWaveClip(join(cwd, "small.mkv"), { format: "matroska", size: [32, 24] });
    const { code, stderr, stdout } = await compare(cwd, words);
    expect({ code, stdout }).toEqual({ code: exit, stdout: "" });
    expect(stderr.split("→")[0]).toContain(message);
    expect(stderr.split("→")[1]).toContain(fix);
    expect(frameLedger.open).toBe(0);
  });

  it("an abort ends it with 130 and leaves nothing", async () => {
    const cwd = await createClips();
    const controller = new AbortController();
    const before = await readdir(tmpdir());
    const ffmpeg = join(await createTemporaryFolder(), "ffmpeg.cjs");
    await writeFile(ffmpeg, `#!${process.execPath}\nsetInterval(() => {}, 1000);\n`);
    await chmod(ffmpeg, 0o755);
    const local = createLocalLibrary(controller.signal);
    const { code } = await runFake(
      ["compare", "near.mkv", "far.avi", "--report", "page.html", "--vmaf", ffmpeg],
      {
        cwd,
        signal: controller.signal,
        library: {
          compare: (options) =>
            local.compare(options, () => controller.abort(new DOMException("", "AbortError"))),
        },
      },
    );
    expect(code).toBe(130);
    expect((await readdir(cwd)).sort()).toEqual(["far.avi", "near.mkv", "ref.mkv"]);
    const left = (await readdir(tmpdir())).filter((name) => name.startsWith("tatami-compare-"));
    expect(left.filter((name) => !before.includes(name))).toEqual([]);
    expect(frameLedger.open).toBe(0);
  });
});
