/**
 * What a frame costs: the whole pipeline, and each stage alone. `npm run bench [-- CLIP [MODEL] [--size 640x360]
 * [--seconds 6] [--reuse off,exact,bounded]]`. Every figure is the median of several rounds on one clip; stages are run one after the
 * other, so that none waits for another. With a size the clip is brought to it first. The pipeline is run in each way
 * of reusing patches that is named.
 */

import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { nodeDriver } from "@tatami/codecs/node";
import type { Frame, MediaReader, Planes } from "@tatami/core";
import { createFrame } from "@tatami/core";
import type { Progress, Stage, UpscaleOptions, Upscaler } from "@tatami/upscale";
import { createUpscaler, upscale } from "@tatami/upscale";
import { loadModel } from "@tatami/zoo";
import { shrinkClip } from "./shrink-clip.ts";

// Node 20 and 21 have relaxed SIMD behind a flag that later ones do not know; the command line sets it too
if (/^v2[01]\./.test(process.version)) setFlagsFromString("--experimental-wasm-relaxed-simd");

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    size: { type: "string" },
    seconds: { type: "string", default: "6" },
    reuse: { type: "string", default: "exact" },
  },
});
const [clipName, modelName = "m5-x2"] = positionals;
const shipped = fileURLToPath(new URL("../../examples/clips/bunny-320x180.mp4", import.meta.url));
const path = clipName === undefined ? shipped : resolve(process.env["INIT_CWD"] ?? ".", clipName);
const rounds = 3;
const framesARound = 20;

const driver = nodeDriver();
const end = Number(values.seconds);
const [width, height] = (values.size ?? "").split("x").map(Number);
const clip = width && height ? await shrinkClip(driver, path, { width, height }, end) : path;
const model = await loadModel(modelName);
const reader = await driver.open(clip);
const { video } = reader.description;
const upscaler = await createUpscaler({ model });
const gigaMacs = upscaler.macsPerFrame(video) / 1e9;
console.log(
  `${video.width}×${video.height} → ${video.width * 2}×${video.height * 2}, ${modelName} on ${upscaler.description}: ` +
    `${upscaler.patchesPerFrame(video)} patches, ${gigaMacs.toFixed(2)} GMAC a frame (halo included)`,
);

const kept = await keep(reader);
const larger: Kept[] = [];
const milliseconds: Record<Stage, number[]> = { decode: [], split: [], infer: [], assemble: [], encode: [] };
for (let round = 0; round < rounds; round++) {
  milliseconds.decode.push(await perFrame(() => decodeAll(reader)));
  const spent = await upscaleAll(upscaler, kept, larger);
  for (const stage of ["split", "infer", "assemble"] as const) milliseconds[stage].push(spent[stage]);
  milliseconds.encode.push(await perFrame(() => encodeAll(larger)));
}
const modes = values.reuse.split(",") as NonNullable<UpscaleOptions["reuse"]>[];
const whole = modes.map((): { readonly time: number; readonly progress: Progress }[] => []);
for (const [index, reuse] of modes.entries()) {
  await using own = await createUpscaler({ model, reuse });
  // the first run finds out how frames are best cut
  for (let round = 0; round <= rounds; round++) {
    const start = performance.now();
    const { frames, progress } = await upscale(clip, { model: own, end });
    const time = (performance.now() - start) / frames;
    if (round > 0) whole[index]!.push({ time, progress });
  }
}

console.log(
  `\n${"stage".padEnd(20)}${"ms a frame".padStart(12)}${"frames/s".padStart(10)}${"GMAC/s".padStart(9)}`,
);
for (const [stage, times] of Object.entries(milliseconds)) print(stage, median(times), stage === "infer");
for (const [index, runs] of whole.entries()) {
  const { time, progress } = runs.toSorted((first, second) => first.time - second.time)[runs.length >> 1]!;
  const patches = progress.patchesComputed + progress.patchesReused;
  const reused = Math.round((100 * progress.patchesReused) / patches);
  const stages = Object.entries(progress.stageMs).map(([stage, each]) => `${stage} ${each.toFixed(1)}`);
  print(`pipeline, ${modes[index]}`, time, false);
  console.log(`  ${reused} % of patches reused; ${stages.join(", ")}`);
}

await upscaler[Symbol.asyncDispose]();
await reader[Symbol.asyncDispose]();
process.exit(0);

interface Kept {
  readonly planes: Planes;
  readonly source: Pick<Frame, "timestamp" | "duration" | "color">;
}

async function keep(from: MediaReader): Promise<Kept[]> {
  const result: Kept[] = [];
  for await (const frame of from.frames()) {
    const { timestamp, duration, color } = frame;
    result.push({ planes: await frame.planes(), source: { timestamp, duration, color } });
    frame.close();
    if (result.length === framesARound) break;
  }
  return result;
}

async function decodeAll(from: MediaReader): Promise<number> {
  let count = 0;
  for await (const frame of from.frames({ end })) {
    await frame.planes();
    frame.close();
    count++;
  }
  return count;
}

async function upscaleAll(
  on: Upscaler,
  frames: readonly Kept[],
  out: Kept[],
): Promise<Record<Stage, number>> {
  const spent: Record<Stage, number> = { decode: 0, split: 0, infer: 0, assemble: 0, encode: 0 };
  const onStage = (stage: Stage, time: number): void => {
    spent[stage] += time / frames.length;
  };
  out.length = 0;
  for (const { planes, source } of frames) {
    const frame = await on.frame(createFrame(planes, source), { onStage });
    out.push({ planes: await frame.planes(), source });
    frame.close();
  }
  return spent;
}

async function encodeAll(frames: readonly Kept[]): Promise<number> {
  const { luma } = frames[0]!.planes;
  const writer = await driver.write({ reader, size: luma, encode: { audio: "drop" } });
  for (const { planes, source } of frames) await writer.write(createFrame(planes, source));
  await writer.finish();
  await writer[Symbol.asyncDispose]();
  return frames.length;
}

async function perFrame(work: () => Promise<number>): Promise<number> {
  const start = performance.now();
  const frames = await work();
  return (performance.now() - start) / frames;
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1]!;
}

function print(name: string, time: number, withMacs: boolean): void {
  const macs = withMacs ? ((gigaMacs / time) * 1000).toFixed(2) : "";
  console.log(
    `${name.padEnd(20)}${time.toFixed(2).padStart(12)}${(1000 / time).toFixed(1).padStart(10)}${macs.padStart(9)}`,
  );
}
