/**
 * How large a patch should be: milliseconds a frame by patch size and batch, halo's cost included.
 * `npm run bench:patches [-- WIDTH HEIGHT [MODEL [ENGINE [THREADS]]]]`. The sizes are run in turn, round after round, so
 * that a busy moment of the machine falls on all of them; each figure is the median of its rounds.
 */

import { createFrame, createPlane } from "@tatami/core";
import type { BackendName } from "@tatami/graph";
import { createUpscaler } from "@tatami/upscale";
import { loadModel } from "@tatami/zoo";

const [width = 640, height = 360] = process.argv.slice(2, 4).map(Number);
const [modelName = "m5-x2", engine = "wasm", threads = "2"] = process.argv.slice(4);
const rounds = 9;
const size = { width, height };
const model = await loadModel(modelName);
const choices: { readonly patchSize?: number; readonly batchSize: number }[] = [
  { patchSize: 64, batchSize: 16 },
  { patchSize: 96, batchSize: 8 },
  { patchSize: 128, batchSize: 1 },
  { patchSize: 128, batchSize: 8 },
  { patchSize: 192, batchSize: 1 },
  { patchSize: 256, batchSize: 1 },
  { patchSize: 256, batchSize: 2 },
  { patchSize: 319, batchSize: 1 },
  { patchSize: 384, batchSize: 1 },
  { patchSize: 512, batchSize: 1 },
  { batchSize: 1 },
  { patchSize: 4096, batchSize: 1 },
];
const upscalers = [];
for (const choice of choices)
  upscalers.push({
    ...choice,
    upscaler: await createUpscaler({
      model,
      backends: [engine as BackendName],
      threads: Number(threads),
      ...choice,
      reuse: "off",
    }),
  });

const times = choices.map((): number[] => []);
for (let round = 0; round <= rounds; round++)
  for (const [index, { upscaler }] of upscalers.entries()) {
    const start = performance.now();
    (await upscaler.frame(noiseFrame(round))).close();
    // The first round prepares and proves each shape.
    if (round > 0) times[index]!.push(performance.now() - start);
  }

console.log(`${width}×${height}, ${modelName} on ${upscalers[0]!.upscaler.description}`);
console.log("patch  batch  patches  overlap  ms a frame  GMAC/s");
for (const [index, { patchSize, batchSize, upscaler }] of upscalers.entries()) {
  const time = times[index]!.toSorted((a, b) => a - b)[rounds >> 1]!;
  const macs = upscaler.macsPerFrame(size);
  const overlap = macs / upscalers.at(-1)!.upscaler.macsPerFrame(size);
  const cells = [
    (patchSize === 4096 ? "whole" : String(patchSize ?? "auto")).padStart(5),
    String(batchSize).padStart(7),
    String(upscaler.patchesPerFrame(size)).padStart(9),
    `${overlap.toFixed(2)}×`.padStart(9),
    time.toFixed(0).padStart(12),
    (macs / time / 1e6).toFixed(2).padStart(8),
  ];
  console.log(cells.join(""));
}
process.exit(0);

function noiseFrame(seed: number): ReturnType<typeof createFrame> {
  const luma = createPlane(size);
  for (let i = 0; i < luma.data.length; i++) luma.data[i] = (i * 31 + seed * 57 + ((i * i) >> 3)) & 255;
  const chroma = () => createPlane({ width: width >> 1, height: height >> 1 });
  return createFrame({ luma, chroma: [chroma(), chroma()] }, { timestamp: seed });
}
