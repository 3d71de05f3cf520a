/**
 * Prints what chroma takes beside the network's luma, one thread, milliseconds of the processor a frame:
 *
 *     npx tsx --conditions=@tatami/source packages/train/bench/chroma-time.ts [MODEL.onnx [WIDTHxHEIGHT [ROUNDS]]]
 *
 * Luma is computed as one window, without a halo twice; all three run in turn, and each figure is its rounds' median. A
 * busy machine disturbs the processor's time less than the clock's.
 */

import type { Plane, Size } from "@tatami/core";
import { createPlane, scaleSize } from "@tatami/core";
import { createChromaGuide, createPlaneResizer, enlargeChroma } from "@tatami/patches";
import { createWasmBackend } from "@tatami/runtime";
import { readTrained } from "../src/campaign/read-trained.ts";

const [path = "packages/zoo/models/m5-x2.onnx", sides = "640x360", rounds = "15"] = process.argv.slice(2);
const [frameWidth = 640, frameHeight = 360] = sides.split("x").map(Number);
const { model } = await readTrained(path);
const { scale } = model;
const size = { width: frameWidth, height: frameHeight };
const half = { width: Math.ceil(frameWidth / 2), height: Math.ceil(frameHeight / 2) };
const planes = { luma: drawn(size, 1), chroma: [drawn(half, 2), drawn(half, 3)] as const };
const target = createPlane(scaleSize(size, scale));

await using backend = await createWasmBackend({ threads: 1 });
await using executable = await backend.prepare(model, { batch: 1, ...size });
const window = { x: 0, y: 0, ...size };
const resize = await createPlaneResizer();
const guide = await createChromaGuide();
const ways: Readonly<Record<string, () => unknown>> = {
  luma: () => executable.run([{ source: planes.luma, target, window, kept: window, fullRange: false }]),
  bicubic: () => enlargeChroma(planes, scale, resize),
  guided: () => guide(planes, target, scale),
};
const times = new Map(Object.keys(ways).map((name) => [name, [] as number[]]));
for (let round = -2; round < Number(rounds); round++)
  for (const [name, run] of Object.entries(ways)) {
    const start = process.cpuUsage();
    await run();
    const { user, system } = process.cpuUsage(start);
    // the first rounds compile
    if (round >= 0) times.get(name)!.push((user + system) / 1000);
  }
const median = (name: string): number => times.get(name)!.toSorted((a, b) => a - b)[Number(rounds) >> 1]!;
console.log(`${model.name}, ${sides}, ${backend.description}`);
for (const name of times.keys()) {
  const share = `${((100 * median(name)) / median("luma")).toFixed(1)} %`;
  console.log(`${name.padEnd(8)} ${median(name).toFixed(2).padStart(8)} ms ${share.padStart(8)} of luma`);
}

/** Waves and noise. */
function drawn({ width, height }: Size, seed: number): Plane {
  const plane = createPlane({ width, height });
  for (let i = 0; i < plane.data.length; i++) {
    const wave = Math.sin((i % width) / (5 + seed)) + Math.cos(Math.floor(i / width) / (7 + seed));
    plane.data[i] = 128 + 45 * wave + ((Math.imul(i + seed, 2654435761) >>> 28) & 7);
  }
  return plane;
}
