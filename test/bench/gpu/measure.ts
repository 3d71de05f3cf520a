/** Times GPU engines side by side on one adapter: round after round, each does one frame in turn. */

import type { PatchJob, Plane, Size } from "@tatami/core";
import { createPlane, scaleSize } from "@tatami/core";
import type { Backend, Model, SesrSize } from "@tatami/graph";
import { countMacs, seededSesr } from "@tatami/graph";
import type { Variant } from "@tatami/runtime";
import { createOnnxBackend, createWasmBackend, createWebGpuBackend } from "@tatami/runtime";
import { openFrames } from "./frames.ts";
import type { GpuRunner } from "./frames.ts";
import { measurePeak } from "./peak.ts";
import { openNativeOrt } from "../cpu/native-ort.ts";

/** What is measured. */
export interface GpuBench {
  readonly models: readonly SesrSize[];
  readonly sizes: readonly Size[];
  readonly rounds: number;
  /** Whether the frame processor takes part, with and without reuse. */
  readonly frames: boolean;
  /** Whether onnxruntime takes part: in a page its web build, in Node the native one where it is installed. */
  readonly ort: boolean;
  /** Names of other upscalers. */
  readonly peers: readonly string[];
  /** Ways of writing our shaders, each a contender. */
  readonly variants: readonly Partial<Variant>[];
}

/** One contender's times. */
export interface GpuFigure {
  readonly engine: string;
  readonly size: Size;
  /** Milliseconds a frame. */
  readonly median: number;
  readonly least: number;
  readonly worst: number | undefined;
  /** Multiply-accumulates a second in the median. */
  readonly macs: number | undefined;
  /** Of what the adapter can at best. */
  readonly peak: number;
}

/** Measures, and tells the figures of each size. Gives a line for everything that could not be measured. */
export async function measureGpu(
  bench: GpuBench,
  openPeers: (size: Size) => Promise<readonly GpuRunner[]>,
  tell: (figures: readonly GpuFigure[]) => void,
): Promise<readonly string[]> {
  const absent: string[] = [];
  const software = { acceptSoftwareAdapter: true };
  const backends: { readonly name: string; readonly backend: Backend }[] = [];
  for (const variant of bench.variants) {
    const backend = await createWebGpuBackend({ ...software, variant });
    backends.push({ name: ["tatami", ...Object.values(variant)].join(" "), backend });
  }
  absent.push(`adapter: ${backends[0]?.backend.description}`);
  const others = [
    ["onnxruntime-web", () => createOnnxBackend("webgpu", { threads: 1, ...software })],
    ["onnxruntime-node", () => openNativeOrt({ executionProviders: ["webgpu"], logSeverityLevel: 3 })],
  ] as const;
  for (const [name, open] of bench.ort ? others : [])
    try {
      if (name === "onnxruntime-web" || typeof process === "object")
        backends.push({ name, backend: await open() });
    } catch (cause) {
      absent.push(`${name}: ${String(cause)}`);
    }
  const peak = (await measurePeak("float32"))!;
  const integers = await measurePeak("int8");
  absent.push(
    `8-bit integers: ${integers === undefined ? "this browser has none" : `${(integers / 1e9).toFixed(2)} GMAC/s at best, ${(integers / peak).toFixed(2)}× float32`}`,
  );
  for (const size of bench.sizes) {
    const runners: GpuRunner[] = [];
    for (const { name, backend } of backends)
      for (const model of bench.models)
        try {
          runners.push(await openRunner(`${name} ${model}`, backend, seededSesr(model), size));
        } catch (cause) {
          absent.push(`${name} ${model}: ${String(cause)}`);
        }
    if (bench.frames)
      for (const model of bench.models) runners.push(...(await openFrames(model, seededSesr(model), size)));
    runners.push(...(await openPeers(size)));
    const times = runners.map((): number[] => []);
    // the first frame is not counted: drivers finish compiling in it
    for (const runner of runners) await runner.frame();
    for (let round = 0; round < bench.rounds; round++)
      for (const [index, runner] of runners.entries()) {
        const start = performance.now();
        await runner.frame();
        times[index]!.push(performance.now() - start);
      }
    tell(
      runners.map(({ name, macs, worst }, index) => {
        const sorted = times[index]!.toSorted((a, b) => a - b);
        const median = sorted[sorted.length >> 1]!;
        const rate = macs === undefined ? undefined : (macs / median) * 1000;
        return { engine: name, size, median, least: sorted[0]!, worst, macs: rate, peak };
      }),
    );
    for (const runner of runners) await runner[Symbol.asyncDispose]();
  }
  for (const { backend } of backends) await backend[Symbol.asyncDispose]();
  return absent;
}

/** A whole frame of 8-bit luma, to the GPU and back. */
async function openRunner(name: string, backend: Backend, model: Model, frame: Size): Promise<GpuRunner> {
  const executable = await backend.prepare(model, { batch: 1, ...frame });
  const source = createPlane(frame);
  for (let i = 0; i < source.data.length; i++) source.data[i] = (i * 31 + ((i * i) >> 3)) & 255;
  const window = { x: 0, y: 0, ...frame };
  const job = (): PatchJob<Plane> => ({
    source,
    target: createPlane(scaleSize(frame, model.scale)),
    window,
    kept: window,
    fullRange: false,
  });
  const [own, right] = [job(), job()];
  await executable.run([own]);
  await using cpu = await createWasmBackend({ threads: 1 });
  await using reference = await cpu.prepare(model, { batch: 1, ...frame });
  await reference.run([right]);
  return {
    name,
    macs: countMacs(model, frame),
    worst: own.target.data.reduce(
      (most, level, i) => Math.max(most, Math.abs(level - right.target.data[i]!)),
      0,
    ),
    frame: () => executable.run([own]),
    [Symbol.asyncDispose]: () => executable[Symbol.asyncDispose](),
  };
}
