/** The WebGPU engine on 8-bit integers beside their definition in TypeScript, in the page. */

import type { Frame, Size, TatamiError } from "@tatami/core";
import { createFrame, createPlane } from "@tatami/core";
import type { Model, Tensor } from "@tatami/graph";
import {
  conv2d,
  createSeededRandom,
  depthToSpace,
  input,
  randomTensor,
  relu,
  runReference,
} from "@tatami/graph";
import {
  createFrameProcessor,
  createTuneMemory,
  createWebGpuBackend,
  runIntegerReference,
  selfTest,
} from "@tatami/runtime";
import { createUpscaler } from "@tatami/upscale";
import { loadModel } from "@tatami/zoo";
import { watchDevices } from "../device-loss/watch-devices.ts";
import { openDevice } from "../page-device.ts";
import { readTexture } from "../read-texture.ts";
import { enlargeOnGpu } from "../../../bench/gpu/enlarge.ts";
import { testModel } from "../webgpu-passes/models.ts";
import { largest, ramp } from "../webgpu-passes/pictures.ts";
import type { GpuCase } from "../webgpu-passes/run-case.ts";
import { backendOf, runCase, software } from "../webgpu-passes/run-case.ts";

/** What one run showed. */
export interface IntegerOutcome {
  readonly shape: readonly number[];
  /** Largest difference from the definition, in luma of 0..1: a number between two integers may become either. */
  readonly worst: number;
  /** Share of the pixels that differ by more than floats do. */
  readonly differing: number;
  /** Largest difference of 8-bit levels from the definition, everything that must not be written included. */
  readonly levels: number;
  /** Share of these that differ by more than one. */
  readonly differingLevels: number;
  /** Decibels by which the engine's numbers are close to the network in floats, and the definition's. */
  readonly psnr: readonly [engine: number, definition: number];
}

const made = new Map<string, Model>();

/** The same model each time, so that its integers are worked out once. */
function modelOf(name: string): Model {
  if (!made.has(name)) made.set(name, testModel(name));
  return made.get(name)!;
}

async function compareWithIntegers(each: GpuCase): Promise<IntegerOutcome> {
  const model = modelOf(each.model);
  const { luma, seen, expected, jobs, right } = await runCase(model, each, runIntegerReference);
  const floats = runReference(model, luma);
  return {
    shape: [...seen.shape],
    worst: largest(seen.data, expected.data),
    differing: share([...seen.data].map((value, i) => !(Math.abs(value - expected.data[i]!) < 1e-4))),
    differingLevels: share(
      jobs.flatMap(({ target }, index) =>
        [...target.data].map((level, at) => Math.abs(level - right[index]!.target.data[at]!) > 1),
      ),
    ),
    levels: Math.max(...jobs.map(({ target }, index) => largest(target.data, right[index]!.target.data))),
    psnr: [psnrOf(seen, floats), psnrOf(expected, floats)],
  };
}

function share(cases: readonly boolean[]): number {
  return cases.filter(Boolean).length / cases.length;
}

/** Of numbers of 0..1. */
function psnrOf({ data }: Tensor, truth: Tensor): number {
  const squares = data.reduce((sum, value, i) => sum + (value - truth.data[i]!) ** 2, 0);
  return -10 * Math.log10(squares / data.length);
}

/** What the self-test says of a network on integers: nothing where it passes. */
async function selfTested(name: string): Promise<string> {
  const model = name === "unequal" ? modelOf(name) : await loadModel(name);
  const backend = await backendOf({ variant: { features: "int8" } });
  await using executable = await backend.prepare(model, { batch: 2, width: 48, height: 32 });
  return await selfTest(model, executable, backend.name).then(
    () => "",
    (error: TatamiError) => `${error.code}: ${error.message}`,
  );
}

/** Why a network of two convolutions is not taken. */
async function refused(): Promise<string> {
  const random = createSeededRandom(1);
  const numbers = (...shape: readonly number[]) => randomTensor([...shape], -0.3, 0.3, random);
  const features = relu(conv2d(input(), numbers(8, 1, 3, 3), numbers(8)));
  const output = depthToSpace(conv2d(features, numbers(4, 8, 3, 3), numbers(4)), 2);
  const model: Model = { name: "short", scale: 2, halo: 2, output };
  const backend = await backendOf({ variant: { features: "int8" } });
  return backend.prepare(model, { batch: 1, width: 16, height: 16 }).then(
    () => "taken",
    (error: TatamiError) => `${error.code}: ${error.message}`,
  );
}

/** Decibels by which frames drawn on integers are close to those drawn on floats: whole, then by patches, of which few change. */
async function throughFrames(name: string): Promise<readonly number[]> {
  const model = await loadModel(name);
  const size = { width: 120, height: 90 };
  const frames = [0, 1].map((index) => frameOf(size, index));
  const seen: Record<string, readonly Uint8Array[]> = {};
  for (const features of ["f32", "int8"] as const)
    for (const reuse of ["off", "exact"] as const) {
      const device = await openDevice();
      const options = { ...software, device, model, reuse, patchSize: 64, variant: { features } };
      await using processor = await createFrameProcessor(options);
      const drawn: Uint8Array[] = [];
      for (const pixels of frames) {
        // TEXTURE_BINDING, COPY_DST
        const texture = device.createTexture({
          size: [size.width, size.height],
          format: "rgba8unorm",
          usage: 4 | 2,
        });
        device.queue.writeTexture({ texture }, pixels, { bytesPerRow: size.width * 4 }, [
          size.width,
          size.height,
        ]);
        drawn.push(await readTexture(device, await processor.process(texture)));
        texture.destroy();
      }
      seen[`${features} ${reuse}`] = drawn;
    }
  return (["off", "exact"] as const).flatMap((reuse) =>
    frames.map((_, index) => levelPsnr(seen[`int8 ${reuse}`]![index]!, seen[`f32 ${reuse}`]![index]!)),
  );
}

/** Waves with an edge across; version 1 has a bright spot in its middle. */
function frameOf({ width, height }: Size, version: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: width * height * 4 }, (_, at) => {
    const [x, y] = [(at >> 2) % width, Math.floor((at >> 2) / width)];
    const spot = version === 1 && Math.hypot(x - width / 2, y - height / 2) < 5 ? 60 : 0;
    return 110 + spot + 50 * Math.sin(x / 3) * Math.cos(y / 5) + (x + y > width ? 35 : 0);
  });
}

function levelPsnr(seen: Uint8Array, truth: Uint8Array): number {
  const squares = seen.reduce((sum, level, at) => sum + (level - truth[at]!) ** 2, 0);
  return 10 * Math.log10(255 ** 2 / (squares / seen.length));
}

/** What the tuner comes to where it may take integers, and decibels of its choice. */
async function tunedWithIntegers(name: string, tuneMilliseconds: number) {
  const entries = new Map<string, string>();
  const tuneMemory = createTuneMemory({
    getItem: (key) => entries.get(key) ?? null,
    setItem: (key, value) => void entries.set(key, value),
  });
  const model = await loadModel(name);
  await using backend = await createWebGpuBackend({
    ...software,
    tuneMilliseconds,
    tuneMemory,
    integers: true,
  });
  await using executable = await backend.prepare(model, { batch: 1, width: 80, height: 60 });
  await selfTest(model, executable, backend.name);
  const picture = ramp(1, 60, 80);
  const psnr = psnrOf(await executable.infer(picture), runReference(model, picture));
  return { keys: [...entries.keys()], choices: [...entries.values()], psnr };
}

/** An upscaler that may take integers: what its tuner has kept, and decibels of its picture against the CPU engine's. */
async function upscaleWithIntegers(): Promise<{ readonly kept: readonly string[]; readonly psnr: number }> {
  // an upscaler leaves software adapters alone
  watchDevices();
  const model = await loadModel("m3-x2");
  await using upscaler = await createUpscaler({ model, backends: ["webgpu"], patchSize: 96, integers: true });
  await using right = await createUpscaler({ model, backends: ["wasm"], threads: 1 });
  const lumaFrom = async (enlarge: (frame: Frame) => Promise<Frame>): Promise<Uint8Array> => {
    const luma = createPlane({ width: 96, height: 64 });
    luma.data.forEach((_, at) => (luma.data[at] = 40 + ((at * 3 + (at >> 4)) % 160)));
    const half = { width: 48, height: 32 };
    const planes = { luma, chroma: [createPlane(half), createPlane(half)] as const };
    const larger = await enlarge(createFrame(planes, { timestamp: 0 }, "test"));
    const { data } = (await larger.planes()).luma;
    larger.close();
    return data;
  };
  const [seen, expected] = [
    await lumaFrom((frame) => upscaler.frame(frame)),
    await lumaFrom((frame) => right.frame(frame)),
  ];
  return {
    kept: Object.entries(localStorage).flatMap(([key, value]) =>
      key.includes("integers too") ? [String(value)] : [],
    ),
    psnr: levelPsnr(seen, expected),
  };
}

Object.assign(globalThis, {
  upscaleWithIntegers,
  compareWithIntegers,
  enlargeOnGpu,
  refused,
  selfTested,
  throughFrames,
  tunedWithIntegers,
});
