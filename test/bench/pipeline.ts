/**
 * What a frame costs: the whole pipeline, and each stage alone. `npm run bench [-- CLIP [MODEL]]`.
 * Every figure is the median of several rounds on one clip; stages are run one after the other, so
 * that none waits for another.
 */

import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { nodeDriver } from "@tatami/codecs/node";
import type { Frame, MediaReader, Planes } from "@tatami/core";
import { createFrame } from "@tatami/core";
import type { Stage, Upscaler } from "@tatami/upscale";
import { createUpscaler, upscale } from "@tatami/upscale";
import { loadModel } from "@tatami/zoo";

const [clipName, modelName = "m5-x2"] = process.argv.slice(2);
const shipped = fileURLToPath(new URL("../../examples/clips/bunny-320x180.mp4", import.meta.url));
const clip = clipName === undefined ? shipped : resolve(process.env["INIT_CWD"] ?? ".", clipName);
const rounds = 3;
const framesARound = 20;

const driver = nodeDriver();
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
const whole: number[] = [];
for (let round = 0; round < rounds; round++)
  whole.push(await perFrame(async () => (await upscale(clip, { model: upscaler })).frames));

console.log(
  `\n${"stage".padEnd(10)}${"ms a frame".padStart(12)}${"frames/s".padStart(10)}${"GMAC/s".padStart(9)}`,
);
for (const [stage, times] of Object.entries(milliseconds)) print(stage, median(times), stage === "infer");
print("pipeline", median(whole), true);

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
  for await (const frame of from.frames()) {
    await frame.planes();
    frame.close();
    count += 1;
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

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

function print(name: string, time: number, withMacs: boolean): void {
  const macs = withMacs ? ((gigaMacs / time) * 1000).toFixed(2) : "";
  console.log(
    `${name.padEnd(10)}${time.toFixed(2).padStart(12)}${(1000 / time).toFixed(1).padStart(10)}${macs.padStart(9)}`,
  );
}
