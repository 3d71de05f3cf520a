/** Whole pipes, by the built command line in processes of its own. */

import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { createWriteStream } from "node:fs";
import { fileURLToPath } from "node:url";
import { makeMuxedClip } from "@tatami/codecs/testing";
import { inspect, readFrames, openMedia } from "@tatami/upscale";
import { expect, onTestFinished, test } from "vitest";
import { createTemporaryFolder } from "../testing/temporary-folder.ts";
import { createDrivers } from "./open-video.ts";

const bin = fileURLToPath(new URL("../../dist/bin.js", import.meta.url));
const engine = ["--model", "micro-x2", "--backend", "wasm", "--threads", "1"];

/** A `tatami`; what it says on stderr is kept. */
function tatami(
  words: readonly string[],
  cwd: string,
): { readonly child: ChildProcess; stderr(): string; ended: Promise<number | null> } {
  const child = spawn(process.execPath, [bin, "upscale", ...words, ...engine], {
    cwd,
    stdio: ["pipe", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let text = "";
  child.stderr!.setEncoding("utf8").on("data", (part: string) => (text += part));
  // whoever leaves early closes the pipe; that is told by the exit code
  child.stdin!.on("error", () => undefined);
  return { child, stderr: () => text, ended: once(child, "close").then(([code]) => code as number | null) };
}

async function makeClip(name = "clip.mp4", frames = 10): Promise<readonly [cwd: string, path: string]> {
  const cwd = await createTemporaryFolder();
  const path = join(cwd, name);
  await makeMuxedClip(path, { format: "mp4", video: "libx264", audio: "aac", frames, size: [32, 24] });
  return [cwd, path];
}

async function read(
  path: string,
): Promise<{ readonly times: readonly number[]; readonly lumas: readonly number[] }> {
  const codecs = await createDrivers();
  const media = await openMedia(path, codecs, {});
  await using reader = media.reader;
  const [times, lumas]: [number[], number[]] = [[], []];
  for await (const frame of readFrames({ input: path, media: { ...media, reader }, open: {}, read: {} })) {
    times.push(frame.timestamp);
    lumas.push((await frame.planes()).luma.data[0]!);
    frame.close();
  }
  return { times, lumas };
}

test("raw video and Matroska go from one tatami to the next, and nothing else goes with them", async () => {
  const [cwd, path] = await makeClip();
  const first = tatami([path, "-o", "-", "--container", "y4m", "--json"], cwd);
  const second = tatami(["-", "-o", "-"], cwd);
  const output = join(cwd, "out.mkv");
  const file = createWriteStream(output);
  first.child.stdout!.pipe(second.child.stdin!);
  second.child.stdout!.pipe(file);
  first.child.stdin!.end();
  const [codes] = await Promise.all([Promise.all([first.ended, second.ended]), finished(file)]);
  expect(codes).toEqual([0, 0]);
  // the report of a program is talk here
  expect(JSON.parse(first.stderr())).toMatchObject({ outputFile: "-", frames: 10, written: "y4m, raw" });
  expect(second.stderr()).toContain("64×48 → 128×96, 10 frames");
  const { video, container } = await inspect(output, { codecs: await createDrivers() });
  expect([container, video.width, video.height]).toEqual(["Matroska", 128, 96]);
  const { times, lumas } = await read(output);
  expect(times.map((time) => Math.round(25 * time))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  lumas.forEach((luma, index) => expect(Math.abs(luma - 40 - 5 * index)).toBeLessThan(8));
});

test("Matroska from a pipe keeps its sound; a result may go into a file by the shell's redirection", async () => {
  const [cwd, path] = await makeClip();
  const first = tatami([path, "-o", "-"], cwd);
  const second = tatami(["-", "-o", "again.mkv"], cwd);
  first.child.stdout!.pipe(second.child.stdin!);
  first.child.stdin!.end();
  expect([await first.ended, await second.ended]).toEqual([0, 0]);
  const { video, tracks } = await inspect(join(cwd, "again.mkv"), { codecs: await createDrivers() });
  expect([video.width, tracks.map(({ kind }) => kind)]).toEqual([128, ["video", "audio"]]);
  const shell = spawn(
    `"${process.execPath}" "${bin}" upscale clip.mp4 -o - ${engine.join(" ")} > by-shell.mkv`,
    {
      cwd,
      shell: true,
      stdio: "ignore",
    },
  );
  expect((await once(shell, "close"))[0]).toBe(0);
  expect((await read(join(cwd, "by-shell.mkv"))).times).toHaveLength(10);
});

test("a reader that closes the pipe early is one error with a code, and no stack", async () => {
  const [cwd, path] = await makeClip("long.mp4", 200);
  for (const more of [["--container", "y4m"], []]) {
    const { child, stderr, ended } = tatami([path, "-o", "-", ...more, "--quiet"], cwd);
    child.stdin!.end();
    child.stdout!.once("data", () => child.stdout!.destroy());
    expect(await ended).toBe(1);
    expect(stderr()).toMatch(
      /^error: .*could not be written: nobody reads it any more \(EPIPE\)\. \[output-failed\]\n {2}→ Keep its reader open until the end\.\n$/,
    );
  }
});

test("what is wrong is told on stderr alone", async () => {
  const cwd = await createTemporaryFolder();
  await writeFile(join(cwd, "a.mp4"), "no video");
  const { child, stderr, ended } = tatami(["a.mp4", "-o", "-", "--json"], cwd);
  child.stdin!.end();
  const parts: Buffer[] = [];
  child.stdout!.on("data", (part: Buffer) => parts.push(part));
  expect(await ended).toBe(1);
  expect(Buffer.concat(parts).length).toBe(0);
  expect(JSON.parse(stderr().split("\n")[0]!)).toMatchObject({ error: { code: "unsupported-container" } });
  expect((await readFile(join(cwd, "a.mp4"))).length).toBe(8);
});
