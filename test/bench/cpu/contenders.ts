/** The engines that `npm run bench:cpu` sets side by side, in Node and in a page. */

import type { PatchJob, Size } from "@tatami/core";
import { createPlane, scaleSize } from "@tatami/core";
import type { Backend, Model } from "@tatami/graph";
import { planGrid } from "@tatami/patches";
import { createOnnxBackend, createWasmBackend } from "@tatami/runtime";
import { choosePatchSize } from "@tatami/upscale";
import { openNativeOrt } from "./native-ort.ts";

/** One engine, cut one way or the best of several. */
export interface Contender {
  readonly name: string;
  readonly backend: Backend;
  /** Ways to cut a frame; the fastest counts. */
  readonly cuts: (frame: Size, halo: number) => readonly Cut[];
}

/** How a frame is cut. */
export interface Cut {
  readonly patchSize: number;
  readonly batch: number;
}

/** A contender ready to do one frame. Dispose of it. */
export interface Runner extends AsyncDisposable {
  readonly cut: Cut;
  readonly patches: number;
  /** One frame; gives the larger luma. */
  frame(): Promise<Uint8Array>;
}

/** Every engine that this environment has, on so many threads, and why others are left out. */
export async function openContenders(
  threads: number,
): Promise<{ readonly contenders: readonly Contender[]; readonly absent: readonly string[] }> {
  const contenders: Contender[] = [];
  const absent: string[] = [];
  const add = async (
    name: string,
    open: () => Promise<Backend>,
    ...ways: readonly [string, Contender["cuts"]][]
  ): Promise<void> => {
    try {
      const backend = await open();
      for (const [way, cuts] of ways) contenders.push({ name: `${name}${way}`, backend, cuts });
    } catch (cause) {
      absent.push(`${name}: ${cause instanceof Error ? cause.message : String(cause)}`);
    }
  };
  const own: Contender["cuts"] = (frame, halo) => [
    { patchSize: choosePatchSize(frame, halo, threads, false), batch: 1 },
  ];
  await add("tatami, relaxed", () => createWasmBackend({ threads, build: "relaxed" }), ["", own]);
  await add("tatami, SIMD128", () => createWasmBackend({ threads, build: "simd" }), ["", own]);
  await add(
    "onnxruntime-web",
    () => createOnnxBackend("wasm", { threads }),
    [", whole", whole],
    [", patches", patches],
  );
  if (typeof process === "object")
    await add("onnxruntime-node", () => openNativeOrt({ intraOpNumThreads: threads, interOpNumThreads: 1 }), [
      ", whole",
      whole,
    ]);
  return { contenders, absent };
}

/** Prepares a contender for a frame, cut one way. */
export async function prepareRunner(
  { backend }: Contender,
  model: Model,
  frame: Size,
  cut: Cut,
): Promise<Runner> {
  const grid = planGrid({ frame, patchSize: cut.patchSize, halo: model.halo });
  const batch = Math.min(cut.batch, grid.patches.length);
  const executable = await backend.prepare(model, { batch, ...grid.window });
  const source = createPlane(frame);
  for (let i = 0; i < source.data.length; i++) source.data[i] = (i * 31 + ((i * i) >> 3)) & 255;
  const target = createPlane(scaleSize(frame, model.scale));
  const jobs = grid.patches.map((patch): PatchJob => ({ ...patch, source, target, fullRange: false }));
  return {
    cut,
    patches: jobs.length,
    async frame() {
      await executable.run(jobs);
      return target.data;
    },
    [Symbol.asyncDispose]: () => executable[Symbol.asyncDispose](),
  };
}

const whole: Contender["cuts"] = () => [{ patchSize: 4096, batch: 1 }];
// a frame that a cut leaves whole is the other contender's
const patches: Contender["cuts"] = ({ width, height }) =>
  [
    { patchSize: 128, batch: 8 },
    { patchSize: 256, batch: 1 },
    { patchSize: 384, batch: 1 },
  ].filter(({ patchSize }) => Math.max(width, height) > patchSize);
