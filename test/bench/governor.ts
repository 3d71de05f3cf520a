/**
 * Whether a rate is kept, and at what price: a fixed camera's clip at 640×360 with sensor noise, at 2 Mbit/s, from file to file
 * with `framesPerSecond`, alone and beside two busy loops that come and go.
 *
 *     npm run bench:governor -- CLIP [--fps 30] [--seconds 40] [--noise 2.5]
 *       [--models m3-x2-camera,m5-x2-camera] [--reference m5-x2-camera] [--every 8]
 *
 * The clip is played to and fro until it is long enough, with noise of its own on every frame. PSNR is that of luma before it is encoded,
 * of one frame in ten, against the reference network computing every patch. Loops come and go every `--every` seconds.
 */

import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { Worker } from "node:worker_threads";
import { nodeDriver } from "@tatami/codecs/node";
import type { CodecDriver, Frame, Plane, Planes } from "@tatami/core";
import { createFrame, createRandom, psnr } from "@tatami/core";
import type { Model } from "@tatami/graph";
import type { UpscaleReport } from "@tatami/upscale";
import { createUpscaler, upscale } from "@tatami/upscale";
import { loadModel } from "@tatami/zoo";
import { copyPlane } from "./read-clips.ts";
import { shrinkClip } from "./shrink-clip.ts";

// Node 20 and 21 have relaxed SIMD behind a flag that later ones do not know; the command line sets it too
if (/^v2[01]\./.test(process.version)) setFlagsFromString("--experimental-wasm-relaxed-simd");

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    fps: { type: "string", default: "30" },
    seconds: { type: "string", default: "40" },
    noise: { type: "string", default: "2.5" },
    models: { type: "string", default: "m3-x2-camera,m5-x2-camera" },
    reference: { type: "string", default: "m5-x2-camera" },
    every: { type: "string", default: "8" },
  },
});
const [rate, seconds, noise, every] = [values.fps, values.seconds, values.noise, values.every].map(
  Number,
) as [number, number, number, number];
const size = { width: 640, height: 360 };
const sampled = 10;
const driver = nodeDriver();
const load = (name: string): Promise<Model> => loadModel(name as Parameters<typeof loadModel>[0]);

const path = resolve(process.env["INIT_CWD"] ?? ".", positionals[0]!);
const clip = await noisyClip(await shrinkClip(driver, path, size, 12));
const reference = await lumasOf(await load(values.reference));
const models = await Promise.all(values.models.split(",").map(load));
console.log(`${size.width}×${size.height}, noise ${noise}, ${seconds} s, ${values.models} at --fps ${rate}`);
console.log("load          fps   PSNR  least  changes a minute  frames by level, from the best");
for (const isLoaded of [false, true]) {
  using _loops = isLoaded ? busyLoops(2, every * 1000) : undefined;
  const { report, psnrs, took } = await run();
  const { changes, frames } = report.pace!;
  const mean = psnrs.reduce((sum, each) => sum + each, 0) / psnrs.length;
  const cells = [
    (isLoaded ? "comes, goes" : "none").padEnd(12),
    (report.frames / took).toFixed(1).padStart(5),
    mean.toFixed(2).padStart(6),
    Math.min(...psnrs)
      .toFixed(2)
      .padStart(6),
    ((60 * changes) / took).toFixed(1).padStart(17),
    ` ${frames.join(" ")}`,
  ];
  console.log(cells.join(" "));
}
process.exit(0);

/** One job, its luma compared with the reference on its way to the encoder. */
async function run(): Promise<{ report: UpscaleReport; psnrs: number[]; took: number }> {
  const psnrs: number[] = [];
  let count = 0;
  const watching: CodecDriver = {
    ...driver,
    async write(init) {
      const writer = await driver.write(init);
      return {
        encoding: writer.encoding,
        finish: () => writer.finish(),
        cancel: () => writer.cancel(),
        [Symbol.asyncDispose]: async () => writer[Symbol.asyncDispose](),
        async write(frame: Frame) {
          const at = count++;
          if (at % sampled === 0) psnrs.push(psnr((await frame.planes()).luma, reference[at / sampled]!, 0));
          await writer.write(frame);
        },
      };
    },
  };
  const since = performance.now();
  const report = await upscale(clip, {
    model: models,
    framesPerSecond: rate,
    codecs: [watching],
    audio: "drop",
  });
  return { report, psnrs, took: (performance.now() - since) / 1000 };
}

/** The clip's luma, one frame in ten, enlarged by one network with every patch computed. */
async function lumasOf(model: Model): Promise<readonly Plane[]> {
  await using upscaler = await createUpscaler({ model, reuse: "off" });
  await using reader = await driver.open(clip);
  const lumas: Plane[] = [];
  let count = 0;
  for await (const frame of reader.frames()) {
    if (count++ % sampled !== 0) {
      frame.close();
      continue;
    }
    const larger = await upscaler.frame(frame);
    lumas.push(copyPlane((await larger.planes()).luma));
    larger.close();
  }
  return lumas;
}

/** The clip to and fro for as long as it takes, each frame with noise of its own. */
async function noisyClip(source: Blob): Promise<Blob> {
  await using reader = await driver.open(source);
  const kept: { planes: Planes; color: Frame["color"] }[] = [];
  for await (const frame of reader.frames()) {
    const { luma, chroma } = await frame.planes();
    kept.push({
      planes: { luma: copyPlane(luma), chroma: [copyPlane(chroma[0]), copyPlane(chroma[1])] },
      color: frame.color,
    });
    frame.close();
  }
  const random = createRandom(1);
  // drawn once: a normal number each is most of the time that this takes
  const grains = Float32Array.from(
    { length: 1 << 20 },
    () => Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform()),
  );
  await using writer = await driver.write({ reader, size, encode: { audio: "drop", bitrate: 2_000_000 } });
  const period = Math.max(1, 2 * kept.length - 2);
  for (let at = 0; at < seconds * rate; at++) {
    const turn = at % period;
    const { planes, color } = kept[turn < kept.length ? turn : period - turn]!;
    const luma = copyPlane(planes.luma);
    let grain = random.integer(grains.length);
    for (let i = 0; i < luma.data.length; i++) {
      grain = (grain + 1) & (grains.length - 1);
      luma.data[i] = Math.min(235, Math.max(16, Math.round(luma.data[i]! + noise * grains[grain]!)));
    }
    await writer.write(
      createFrame({ ...planes, luma }, { timestamp: at / rate, duration: 1 / rate, color }, "noise"),
    );
  }
  return (await writer.finish()).blob!;
}

/** Threads that are busy for a while, then idle for as long. */
function busyLoops(count: number, period: number): Disposable {
  // its text runs in the threads
  const loop = (milliseconds: number): void => {
    const turn = (): void => {
      const end = Date.now() + milliseconds;
      while (Date.now() < end);
      setTimeout(turn, milliseconds);
    };
    setTimeout(turn, milliseconds);
  };
  const workers = Array.from({ length: count }, () => new Worker(`(${loop})(${period})`, { eval: true }));
  return { [Symbol.dispose]: () => void Promise.all(workers.map((worker) => worker.terminate())) };
}
