/**
 * What kills cost a job that is resumed: `npm run bench:kills [-- --minutes 10 --kills 20 --seed 1 --model micro-x2]`. Draws a
 * clip of ten minutes, upscales it once in peace, then with `tatami upscale --resume` again and again, which is killed with SIGKILL,
 * the engine's process with it, at moments drawn from a seed. Prints whether the same frames came out, how many segments were begun
 * twice, and how much of the disk was used at most. Ends with status 1 where frames differ, a kill cost more than one segment,
 * or the disk held more than 1.2 times the result.
 */

import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { framesMd5, makeMuxedClip } from "@tatami/codecs/testing";
import { createRandom } from "@tatami/core";
import type { Random } from "@tatami/core";

/** Of the result's bytes, those that parts and result may take at once. */
const mostDisk = 1.2;
const rate = 25;
/** Seconds that a life takes before it computes: its process starts and looks at the film. */
const start = 2;

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    kills: { type: "string", default: "20" },
    seed: { type: "string", default: "1" },
    size: { type: "string", default: "160x90" },
    container: { type: "string", default: "mp4" },
    model: { type: "string", default: "micro-x2" },
  },
});
const frames = Math.round(Number(values.minutes) * 60 * rate);
const [width = 160, height = 90] = values.size.split("x").map(Number);
const bin = fileURLToPath(new URL("../../packages/cli/dist/bin.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "tatami-kills-"));
const film = join(folder, `film.${values.container}`);

try {
  await draw();
  process.exitCode = (await measure()) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measure(): Promise<boolean> {
  const straight = join(folder, `straight.${values.container}`);
  const since = performance.now();
  await ended(begin(straight));
  const seconds = (performance.now() - since) / 1000;
  console.log(
    `${frames} frames of ${width}×${height} in ${values.minutes} minutes, ${values.model}: ${seconds.toFixed(0)} s in peace, ` +
      `${statSync(straight).size} bytes`,
  );
  const before = await framesMd5(straight);
  const random = createRandom(Number(values.seed));
  let left = Number(values.kills);
  let isGood = before.length === frames;
  // a job that is through before all kills have come is followed by another
  for (let job = 1; left > 0; job++) {
    const work = join(folder, `job-${job}`);
    await mkdir(work);
    const done = await runKilled(join(work, `killed.${values.container}`), { left, seconds, random });
    left -= done.killed;
    isGood = (await report(before, done)) && isGood;
  }
  return isGood;
}

interface Done {
  readonly output: string;
  /** How often each segment was begun. */
  readonly begun: ReadonlyMap<string, number>;
  /** Bytes on the disk at most, of parts and result. */
  readonly peak: number;
  readonly killed: number;
}

/** Begins a job until it is through, and kills it up to `left` times. */
async function runKilled(
  output: string,
  { left, seconds, random }: { readonly left: number; readonly seconds: number; readonly random: Random },
): Promise<Done> {
  const watch = watchFolder(join(output, ".."), `${output}.tatami`);
  for (let killed = 0; ;) {
    const child = begin(output);
    const over = ended(child).then(() => true);
    // as long in the mean as the rest of the work in as many lives takes
    const mean = start + (seconds * (1 - watch.share())) / Math.max(1, left - killed);
    const after = random.uniform() * 2000 * mean;
    const isOver = await (killed < left ? Promise.race([over, later(after).then(() => false)]) : over);
    if (isOver) return { output, killed, ...watch.stop() };
    process.kill(-child.pid!, "SIGKILL");
    await over;
    killed++;
    console.log(
      `killed after ${(after / 1000).toFixed(1).padStart(5)} s: ${(100 * watch.share()).toFixed(0).padStart(3)} % are kept, ` +
        `${watch.again()} segments were begun again so far`,
    );
  }
}

async function report(before: readonly string[], { output, begun, peak, killed }: Done): Promise<boolean> {
  const after = await framesMd5(output);
  const isSame = before.join("\n") === after.join("\n");
  const again = [...begun.values()].reduce((sum, times) => sum + times - 1, 0);
  const disk = peak / statSync(output).size;
  const left = readdirSync(join(output, "..")).length - 1;
  console.log(`frames             ${after.length}, ${isSame ? "the same" : "NOT THE SAME"} as without kills`);
  console.log(`segments           ${begun.size}, ${again} begun again after ${killed} kills`);
  console.log(`disk at most       ${disk.toFixed(2)} times the result`);
  console.log(`left beside it     ${left} files`);
  return isSame && again <= killed && disk <= mostDisk && left === 0;
}

/** The command in a group of processes of its own, which can be killed as a loss of power would. */
function begin(output: string): ChildProcess {
  const args = ["upscale", film, "-o", output, "--model", values.model, "--quiet", "--resume"];
  return spawn(process.execPath, [bin, ...args], { stdio: ["ignore", "ignore", "inherit"], detached: true });
}

async function ended(child: ChildProcess): Promise<void> {
  const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
  if (code !== 0 && signal !== "SIGKILL") throw new Error(`the command line ended with ${code ?? signal}`);
}

function later(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Looks from outside at what is begun, kept and used, a hundred times a second. */
function watchFolder(work: string, parts: string) {
  const seen = new Set<string>();
  const begun = new Map<string, number>();
  let peak = 0;
  const look = (): void => {
    let used = 0;
    for (const place of [work, parts])
      for (const name of namesIn(place)) {
        const found = statSync(join(place, name), { throwIfNoEntry: false });
        if (found?.isFile()) used += found.size;
        const segment = /^(\d+)\.part\.[0-9a-f]+\.unfinished$/.exec(name)?.[1];
        if (segment === undefined || seen.has(name)) continue;
        seen.add(name);
        begun.set(segment, (begun.get(segment) ?? 0) + 1);
      }
    peak = Math.max(peak, used);
  };
  const timer = setInterval(look, 10);
  return {
    share: () => {
      const kept = new Set(namesIn(parts).flatMap((name) => /^(\d+)\.(?:part|moved)$/.exec(name)?.[1] ?? []));
      return kept.size === 0 ? 0 : kept.size / segmentsIn(join(parts, "manifest.json"));
    },
    again: () => [...begun.values()].reduce((sum, times) => sum + times - 1, 0),
    stop: () => {
      clearInterval(timer);
      return { begun, peak };
    },
  };
}

function namesIn(place: string): readonly string[] {
  try {
    return readdirSync(place);
  } catch {
    return [];
  }
}

function segmentsIn(manifest: string): number {
  return (JSON.parse(readFileSync(manifest, "utf8")) as { readonly segments: readonly unknown[] }).segments
    .length;
}

/** Shapes that move in front of a pattern that slides: no two frames are the same. */
function draw(): Promise<void> {
  return makeMuxedClip(film, {
    format: values.container === "mkv" ? "matroska" : values.container,
    video: "libx264",
    audio: "aac",
    frames,
    rate,
    size: [width, height],
    encoder: { "x264-params": "keyint=25:scenecut=0", preset: "ultrafast" },
    draw: (planes, strides, index) => {
      const [luma, ...chroma] = planes;
      for (let at = 0; at < luma!.length; at++) {
        const [x, y] = [at % strides[0]!, (at / strides[0]!) | 0];
        const isShape = (x + index * 3) % 60 < 18 && (y + index) % 45 < 18;
        luma![at] = isShape ? 200 : 50 + ((((x + (index >> 1)) * 7) ^ (y * 5)) % 120);
      }
      chroma.forEach((plane) => plane.fill(128));
    },
  });
}
