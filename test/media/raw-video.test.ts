/** Raw video without headers, from FFmpeg's pipe and into FFmpeg's pipe. */

import { execFileSync, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { judgeIsThere, probe } from "../support/judge/ffprobe.ts";
import { tatami } from "../support/command-line.ts";

const frog = fileURLToPath(new URL("../../examples/clips/frog-240x160.mp4", import.meta.url));
const bin = fileURLToPath(new URL("../../packages/cli/dist/bin.js", import.meta.url));
// the size of patches is measured at each start, and at another one a sample in millions is rounded the other way
const quick = ["--model", "micro-x2", "--backend", "wasm", "--threads", "1", "--patch", "128"];
const pictureBytes = { yuv420p: 240 * 160 * 1.5, yuv420p10le: 240 * 160 * 3, rgb24: 240 * 160 * 3 } as const;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tatami-raw-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const inFolder = (name: string): string => join(folder, name);

/** A program of a pipe. @returns it, and its exit code with what it said */
function start(
  command: string,
  words: readonly string[],
): { readonly child: ChildProcess; readonly ended: Promise<readonly [code: number | null, said: string]> } {
  const child = spawn(command, words, { cwd: folder, stdio: ["pipe", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let said = "";
  child.stderr!.setEncoding("utf8").on("data", (text: string) => (said += text));
  child.stdin!.on("error", () => undefined);
  return { child, ended: once(child, "close").then(([code]) => [code as number | null, said] as const) };
}

/** Programs one behind the other. */
async function pipe(...programs: readonly (readonly string[])[]): ReturnType<typeof endsOf> {
  const started = programs.map(([command = "", ...words]) => start(command, words));
  started.slice(1).forEach(({ child }, index) => started[index]!.child.stdout!.pipe(child.stdin!));
  started[0]!.child.stdin!.end();
  started.at(-1)!.child.stdout!.resume();
  return endsOf(started);
}

function endsOf(started: readonly ReturnType<typeof start>[]): Promise<(readonly [number | null, string])[]> {
  return Promise.all(started.map(({ ended }) => ended));
}

const ffmpeg = ["ffmpeg", "-v", "error", "-nostdin"];
const raw = (format: string): readonly string[] => ["-f", "rawvideo", "-pix_fmt", format];
const upscale = (...words: readonly string[]): readonly string[] => [
  process.execPath,
  bin,
  "upscale",
  ...words,
  ...quick,
];
const said = (format: string): readonly string[] => [
  "--input-format",
  format,
  "--input-size",
  "240x160",
  "--frame-rate",
  "30",
];

describe.runIf(judgeIsThere())("raw video", () => {
  it("goes from FFmpeg through tatami to FFmpeg, sample for sample what the file itself becomes", async () => {
    const direct = await tatami(["upscale", frog, "-o", "direct.yuv", ...quick, "--json"], { cwd: folder });
    expect(JSON.parse(direct.stdout)).toMatchObject({
      frames: 45,
      written: "raw video without a header, yuv420p",
    });
    const ends = await pipe(
      [...ffmpeg, "-i", frog, ...raw("yuv420p"), "-"],
      upscale("-", ...said("yuv420p"), "-o", "-", "--container", "rawvideo"),
      [...ffmpeg, ...raw("yuv420p"), "-s", "480x320", "-r", "30", "-i", "-", "-c:v", "ffv1", "out.mkv"],
    );
    expect(ends.map(([code]) => code)).toEqual([0, 0, 0]);
    expect(ends[1]![1]).toContain("240×160 → 480×320, 45 frames");
    const { frames } = await probe(inFolder("out.mkv"));
    expect(frames).toHaveLength(45);
    const back = execFileSync("ffmpeg", [...ffmpeg.slice(1), "-i", "out.mkv", ...raw("yuv420p"), "-"], {
      cwd: folder,
      maxBuffer: 2 ** 28,
    });
    expect(back.equals(readFileSync(inFolder("direct.yuv")))).toBe(true);
  }, 60_000);

  it("keeps ten bits, and takes R′G′B′", async () => {
    for (const [format, made] of [
      ["yuv420p10le", "yuv420p10le"],
      ["rgb24", "yuv420p"],
    ] as const) {
      const [first, second] = await pipe(
        [...ffmpeg, "-i", frog, "-frames:v", "3", ...raw(format), "-"],
        upscale("-", ...said(format), "-o", `${format}.yuv`, "--json"),
      );
      expect([first![0], second![0]]).toEqual([0, 0]);
      expect(readFileSync(inFolder(`${format}.yuv`)).length).toBe(3 * 4 * pictureBytes[made]);
    }
  }, 60_000);

  it("tells a picture that is not all there, ends at it with --strict, and refuses what holds none", async () => {
    execFileSync("ffmpeg", [...ffmpeg.slice(1), "-i", frog, "-frames:v", "3", ...raw("yuv420p"), "all.yuv"], {
      cwd: folder,
    });
    const bytes = readFileSync(inFolder("all.yuv"));
    expect(bytes.length).toBe(3 * pictureBytes.yuv420p);
    writeFileSync(inFolder("cut.yuv"), bytes.subarray(0, bytes.length - 100));
    const run = (...words: readonly string[]) =>
      tatami(["upscale", "cut.yuv", "-o", "cut.mkv", "--overwrite", "--json", ...words, ...quick], {
        cwd: folder,
      });
    const told = await run(...said("yuv420p"));
    expect(JSON.parse(told.stdout)).toMatchObject({
      frames: 2,
      damaged: [{ message: expect.stringContaining("it has 57500 bytes of 57600") }],
    });
    const strict = await run(...said("yuv420p"), "--strict");
    expect([strict.status, strict.stderr]).toEqual([1, expect.stringContaining("[damaged-input]")]);
    const wide = await run("--input-format", "yuv420p", "--input-size", "2400x1600");
    expect(wide.stderr).toContain("There is not one whole picture of 2400×1600 in yuv420p. [damaged-input]");
    const odd = await run("--input-format", "yuv42", "--input-size", "240x160");
    expect(odd.stderr).toMatch(/--input-format must be FFmpeg's name of a pixel format, not "yuv42"/);
    const nothing = await run();
    expect(nothing.stderr).toMatch(/\[unsupported-container\]\n.*--input-format/);
  }, 60_000);
});
