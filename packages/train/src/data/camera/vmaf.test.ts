import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPlane, TatamiError } from "@tatami/core";
import { expect, onTestFinished, test } from "vitest";
import { openVmaf } from "./vmaf.ts";

async function createTemporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tatami-meter-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A program in FFmpeg's place, which no test machine is sure to have with libvmaf. */
async function createProgram(script: string): Promise<{ ffmpeg: string; folder: string }> {
  const folder = await createTemporaryFolder();
  const ffmpeg = join(folder, "ffmpeg.cjs");
  await writeFile(ffmpeg, `#!${process.execPath}\nconst fs = require("node:fs");\n${script}\n`);
  await chmod(ffmpeg, 0o755);
  return { ffmpeg, folder };
}

const frame = (level: number) => ({ width: 3, height: 2, stride: 5, data: new Uint8Array(10).fill(level) });

test("each pair goes to the program as 4:2:0, and each one's score comes back", async () => {
  // reads all of one input before it begins with the other, as FFmpeg may
  const { ffmpeg, folder } = await createProgram(`
    const [a, b] = [fs.readFileSync(0), fs.readFileSync(3)];
    const frames = Array.from({ length: a.length / 10 }, (_, at) => ({ metrics: { vmaf: a[at * 10] - b[at * 10] } }));
    fs.writeFileSync("seen.json", JSON.stringify({ words: process.argv.slice(2), first: [...a.subarray(0, 10)] }));
    fs.writeFileSync("x.json", JSON.stringify({ frames }));`);
  await using vmaf = openVmaf({ ffmpeg, folder, log: "x.json", width: 3, height: 2 });
  for (const level of [90, 80, 70]) await vmaf.add(frame(level), frame(level / 10));
  expect(await vmaf.finish()).toEqual([81, 72, 63]);
  const seen = JSON.parse(await readFile(join(folder, "seen.json"), "utf8"));
  expect(seen.words.join(" ")).toContain("-s 3x2 -r 25 -i pipe:0");
  expect(seen.words.join(" ")).toContain("-i pipe:3 -lavfi libvmaf=log_fmt=json:log_path=x.json");
  expect(seen.first).toEqual([90, 90, 90, 90, 90, 90, 128, 128, 128, 128]);
  expect(await readdir(folder)).not.toContain("x.json");
});

test.each([
  ["does not exist", undefined, "ENOENT"],
  [
    "has no libvmaf",
    `console.error("No such filter: 'libvmaf'"); process.exit(1);`,
    "No such filter: 'libvmaf'",
  ],
  ["writes no log", "fs.readFileSync(0); fs.readFileSync(3);", "ENOENT"],
])("a program that %s is told with its reason", async (_, script, why) => {
  const folder = await createTemporaryFolder();
  const { ffmpeg } = script === undefined ? { ffmpeg: "/nowhere/ffmpeg" } : await createProgram(script);
  await using vmaf = openVmaf({ ffmpeg, folder, log: "x.json", width: 640, height: 480 });
  const work = async (): Promise<unknown> => {
    const plane = createPlane({ width: 640, height: 480 });
    for (let at = 0; at < 3; at++) await vmaf.add(plane, plane);
    return vmaf.finish();
  };
  const error = await work().catch((reason: unknown) => reason);
  expect(TatamiError.is(error, "unsupported-environment")).toBe(true);
  expect((error as TatamiError).message).toContain(why);
});

test("disposing ends a program that would go on", async () => {
  const { ffmpeg, folder } = await createProgram("setInterval(() => {}, 1000);");
  const vmaf = openVmaf({ ffmpeg, folder, log: "x.json", width: 3, height: 2 });
  await vmaf.add(frame(1), frame(2));
  await vmaf[Symbol.asyncDispose]();
  await expect(vmaf.finish()).rejects.toThrow("SIGKILL");
});
