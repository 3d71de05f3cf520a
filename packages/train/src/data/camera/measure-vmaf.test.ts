import { chmod, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TatamiError } from "@tatami/core";
import { expect, onTestFinished, test } from "vitest";
import { createVmafMeter } from "./measure-vmaf.ts";

const frame = { width: 4, height: 2, data: Float32Array.of(0, 1.6, 300, -5, 50, 60, 70, 80) };

/** A program in FFmpeg's place, which no test machine is sure to have with libvmaf. */
async function createProgram(script: string): Promise<{ path: string; folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), "tatami-program-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, "ffmpeg.cjs");
  await writeFile(path, `#!${process.execPath}\nconst fs = require("node:fs");\n${script}\n`);
  await chmod(path, 0o755);
  return { path, folder };
}

test("the program gets both videos as 4:2:0 and its log is read", async () => {
  const { path, folder } = await createProgram(`
    const seen = { words: process.argv.slice(2), frames: [...fs.readFileSync(0)], truth: fs.readFileSync(3).length };
    fs.writeFileSync(__dirname + "/seen.json", JSON.stringify(seen));
    const frames = [87, 87.5].map((vmaf) => ({ metrics: { vmaf } }));
    fs.writeFileSync("vmaf.json", JSON.stringify({ frames }));`);
  expect(await createVmafMeter(path)([frame, frame], [frame, frame])).toBe(87.25);
  const { default: seen } = await import(join(folder, "seen.json"), { with: { type: "json" } });
  expect(seen.words.join(" ")).toContain("-pix_fmt yuv420p -s 4x2 -r 25 -i pipe:3 -lavfi libvmaf=");
  expect(seen.frames.slice(0, 12)).toEqual([0, 2, 255, 0, 50, 60, 70, 80, 128, 128, 128, 128]);
  expect(seen.truth).toBe(24);
});

test.each([
  ["does not exist", undefined, "ENOENT"],
  [
    "has no libvmaf",
    `console.error("No such filter: 'libvmaf'"); process.exit(1);`,
    "No such filter: 'libvmaf'",
  ],
  ["writes no log", "fs.readFileSync(0); fs.readFileSync(3);", "ENOENT"],
])("a program that %s is told with its reason, and nothing is left behind", async (_, script, why) => {
  const path = script === undefined ? "/nowhere/ffmpeg" : (await createProgram(script)).path;
  const error = await createVmafMeter(path)([frame], [frame]).catch((reason: unknown) => reason);
  expect(TatamiError.is(error, "unsupported-environment")).toBe(true);
  expect((error as TatamiError).message).toContain(why);
  expect((await readdir(tmpdir())).filter((name) => name.startsWith("tatami-vmaf-"))).toEqual([]);
});

test("an abort ends the program", async () => {
  const { path } = await createProgram("setInterval(() => {}, 1000);");
  const controller = new AbortController();
  const measured = createVmafMeter(path)([frame], [frame], controller.signal);
  setImmediate(() => controller.abort());
  await expect(measured).rejects.toMatchObject({ name: "AbortError" });
});
