/**
 * Whether memory is flat: `npm run bench:memory [-- --frames 100000 --size 64x48 --container mkv --sound --stdin]`. Draws a film
 * of that many small frames, runs the command line on it, and reads the resident memory of all its processes from /proc
 * (Linux) twenty times a second. What is not swept yet comes and goes, so floors are compared: the least of the first
 * tenth of the run against that of the last, after the start, which fills caches. Ends with status 1 where that grows by
 * more than 5 MB.
 */

import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { makeMuxedClip } from "@tatami/codecs/testing";

/** Megabytes that memory may grow by. */
const most = 5;
/** The part of the run that is passed over: the engine starts, finds out how it is quickest, and compiles what is hot. */
const start = 0.15;
const tenths = 10;

const { values } = parseArgs({
  options: {
    frames: { type: "string", default: "100000" },
    size: { type: "string", default: "64x48" },
    container: { type: "string", default: "mkv" },
    model: { type: "string", default: "micro-x2" },
    sound: { type: "boolean", default: false },
    stdin: { type: "boolean", default: false },
  },
});
const frames = Number(values.frames);
const [width = 64, height = 48] = values.size.split("x").map(Number);
const bin = fileURLToPath(new URL("../../packages/cli/dist/bin.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "tatami-memory-"));

try {
  const samples = await measure();
  const grown = report(samples);
  process.exitCode = grown <= most ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Megabytes by process, oldest first. */
interface Sample {
  readonly seconds: number;
  readonly resident: readonly number[];
}

async function measure(): Promise<Sample[]> {
  const film = join(folder, `film.${values.container}`);
  if (!values.stdin) await draw(film);
  const output = join(folder, `larger.${values.container}`);
  const args = [
    "upscale",
    values.stdin ? "-" : film,
    "-o",
    output,
    "--model",
    values.model,
    "--quiet",
    "--json",
  ];
  const child = spawn(process.execPath, [bin, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  const begun = performance.now();
  const samples: Sample[] = [];
  const timer = setInterval(() => {
    const resident = processTree(child.pid!).map(residentOf);
    samples.push({ seconds: (performance.now() - begun) / 1000, resident });
  }, 50);
  let json = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (json += text));
  const [[code]] = (await Promise.all([
    once(child, "close"),
    values.stdin ? pipeFrames(child) : child.stdin.end(),
  ])) as [[number], unknown];
  clearInterval(timer);
  if (code !== 0) throw new Error(`the command line ended with ${code}`);
  const done = JSON.parse(json) as { frames: number; size: number; seconds: number };
  if (done.frames !== frames) throw new Error(`${done.frames} frames of ${frames} were written`);
  console.log(
    `${frames} frames of ${width}×${height}${values.sound ? " and their sound" : ""}, ${values.stdin ? "Y4M by standard input" : values.container} to ` +
      `${values.container}, ${values.model}: ${done.seconds.toFixed(0)} s`,
  );
  return samples;
}

/** Prints floors over time; gives by how many megabytes they grew. */
function report(samples: readonly Sample[]): number {
  const [first, last] = [samples[0]!.seconds, samples.at(-1)!.seconds];
  const from = first + (last - first) * start;
  const span = (last - from) / tenths;
  const floors = Array.from({ length: tenths }, (_, index) => {
    const inside = samples.filter(
      ({ seconds, resident }) =>
        seconds >= from + index * span && seconds < from + (index + 1) * span && isRunning(resident),
    );
    return inside.map(({ resident }) => resident).toSorted((a, b) => sum(a) - sum(b))[0]!;
  });
  console.log(`${"from".padStart(8)}${"MB".padStart(9)}  by process`);
  for (const [index, resident] of floors.entries()) {
    const at = `${(from + index * span).toFixed(0)} s`;
    console.log(
      `${at.padStart(8)}${sum(resident).toFixed(1).padStart(9)}  ${resident.map((each) => each.toFixed(1)).join(" ")}`,
    );
  }
  const between = frames * (1 - start) * (1 - 1 / tenths);
  const grown = sum(floors.at(-1)!) - sum(floors[0]!);
  console.log(`grown by ${grown.toFixed(1)} MB, ${((grown * 1e6) / between).toFixed(0)} bytes a frame`);
  return grown;
}

async function draw(path: string): Promise<void> {
  await makeMuxedClip(path, {
    format: values.container === "mkv" ? "matroska" : values.container,
    video: "libx264",
    ...(values.sound ? { audio: "aac" } : {}),
    encoder: { preset: "veryfast" },
    frames,
    size: [width, height],
    draw: ([luma], [stride], index) => drawLuma(luma!, stride!, index),
  });
}

/** Y4M (yuv4mpeg(5)): a line for the file, a line for each frame, and its planes. */
async function pipeFrames({ stdin }: ChildProcess): Promise<void> {
  const to = stdin as Writable;
  to.write(`YUV4MPEG2 W${width} H${height} F25:1 Ip A1:1 C420jpeg\n`);
  const size = (width * height * 3) / 2;
  for (let index = 0; index < frames; index++) {
    const picture = Buffer.alloc(size, 128);
    drawLuma(picture.subarray(0, width * height), width, index);
    to.write("FRAME\n");
    if (!to.write(picture)) await once(to, "drain");
  }
  to.end();
}

/** A slope that wanders, so that every frame differs and has something to encode. */
function drawLuma(luma: Uint8Array, stride: number, index: number): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) luma[y * stride + x] = 16 + ((x * 3 + y * 2 + index * 5) % 200);
  }
}

/** A process and all that it started, oldest first. */
function processTree(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    const parent = /^\d+$/.test(name) ? parentOf(name) : undefined;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const all = [pid];
  for (const each of all) all.push(...(children.get(each) ?? []));
  return all;
}

function parentOf(name: string): number | undefined {
  try {
    const text = readFileSync(`/proc/${name}/stat`, "utf8");
    return Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    // it has ended meanwhile
    return undefined;
  }
}

function residentOf(pid: number): number {
  try {
    const [, kilobytes = "0"] =
      /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return (Number(kilobytes) * 1024) / 1e6;
  } catch {
    return 0;
  }
}

/** Whether the engine's process is there beside the command's own: neither before it has started nor after it has ended. */
function isRunning(resident: readonly number[]): boolean {
  return resident.length > 1 && resident.every((each) => each > 0);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, value) => total + value, 0);
}
