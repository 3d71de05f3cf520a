/** What every backend must do, run over each one that this environment has. */

import type { PatchJob, Plane, Size } from "@tatami/core";
import { createPlane, createPlaneLike, scaleSize } from "@tatami/core";
import type { Backend, Model } from "@tatami/graph";
import { runReference, tensor } from "@tatami/graph";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCpuBackend, createOnnxBackend, createWasmBackend, selfTest } from "./index.ts";
import { seededMamba, seededSesr } from "./testing/models.ts";
import { gatherPatches, scatterPatches } from "./patch-tensor.ts";
import { deepNoisePlane, noisePlane } from "./testing/planes.ts";
import { hasRelaxedSimd } from "./testing/relaxed-simd.ts";

interface Candidate {
  readonly open: () => Promise<Backend>;
  /**
   * How far a patch may be from the same pixels of the whole picture, in luma of 0..1. Winograd's sums depend on
   * where in its 4×4 tile a pixel lies: the rounding differs, by less than a hundredth of a level.
   */
  readonly tileError: number;
}

const wasm = (threads: number, build: "simd" | "relaxed"): Candidate => ({
  open: () => createWasmBackend({ threads, build }),
  tileError: 1e-5,
});
const backends: Record<string, Candidate> = {
  "CPU reference": { open: () => Promise.resolve(createCpuBackend()), tileError: 0 },
  "onnxruntime-web on WebAssembly": { open: () => createOnnxBackend("wasm", { threads: 2 }), tileError: 0 },
  "WebAssembly, SIMD, 1 thread": wasm(1, "simd"),
  "WebAssembly, SIMD, 3 threads": wasm(3, "simd"),
  ...(hasRelaxedSimd
    ? {
        "WebAssembly, relaxed SIMD, 1 thread": wasm(1, "relaxed"),
        "WebAssembly, relaxed SIMD, 2 threads": wasm(2, "relaxed"),
      }
    : {}),
};
const models = [seededSesr("m3", 2), seededSesr("m5", 2), seededSesr("m3", 4), seededSesr("xl", 2)];
const sizes: Size[] = [
  { width: 17, height: 13 },
  { width: 1, height: 1 },
  { width: 40, height: 9 },
];
/** What is no chain, and what its windows' sides are multiples of. */
const scans = seededMamba({ features: 16, states: 8, window: 8 });
const scanSizes: Size[] = [
  { width: 8, height: 8 },
  { width: 40, height: 16 },
];
const cases = [...models.map((model) => [model, sizes] as const), [scans, scanSizes] as const];

function wholeFrame(source: Plane, model: Model): PatchJob<Plane> {
  const rect = { x: 0, y: 0, width: source.width, height: source.height };
  return {
    source,
    target: createPlane(scaleSize(source, model.scale)),
    window: rect,
    kept: rect,
    fullRange: false,
  };
}

describe.each(Object.entries(backends))("%s", (_, { open, tileError }) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await open();
  });
  afterAll(() => backend[Symbol.asyncDispose]());

  for (const [model, tried] of cases)
    for (const size of tried)
      it(`agrees with the reference: ${model.name} at ${size.width}×${size.height}`, async () => {
        await using executable = await backend.prepare(model, { batch: 3, ...size });
        const input = tensor([3, 1, size.height, size.width]);
        const noise = noisePlane({ width: size.width, height: 3 * size.height }, size.width);
        input.data.set(Float32Array.from(noise.data, (level) => level / 255));
        const [seen, expected] = [await executable.infer(input), runReference(model, input)];
        expect(seen.shape).toEqual(expected.shape);
        const worst = seen.data.reduce((most, x, i) => Math.max(most, Math.abs(x - expected.data[i]!)), 0);
        expect(worst).toBeLessThan(1e-4);
      });

  it(`computes a patch with its halo as in the whole picture, to ${tileError} in float32`, async () => {
    const model = models[0]!;
    const [whole, part] = [
      { width: 52, height: 40 },
      { width: 30, height: 27 },
    ];
    await using onWhole = await backend.prepare(model, { batch: 1, ...whole });
    await using onPart = await backend.prepare(model, { batch: 2, ...part });
    const noise = Float32Array.from(noisePlane(whole).data, (level) => level / 255);
    const crop = (data: Float32Array, stride: number, x: number, y: number, w: number, h: number) =>
      Array.from({ length: h }, (_row, row) =>
        data.subarray((y + row) * stride + x, (y + row) * stride + x + w),
      );
    const expected = await onWhole.infer(tensor([1, 1, whole.height, whole.width], noise));
    const [x, y, s] = [11, 9, model.scale];
    const input = tensor([2, 1, part.height, part.width]);
    crop(noise, whole.width, x, y, part.width, part.height).forEach((row, index) => {
      input.data.set(row, index * part.width);
      input.data.set(row, (part.height + index) * part.width);
    });
    const seen = await onPart.infer(input);
    const inner = [(part.width - 2 * model.halo) * s, (part.height - 2 * model.halo) * s] as const;
    const right = crop(expected.data, whole.width * s, (x + model.halo) * s, (y + model.halo) * s, ...inner);
    for (const patch of [0, 1]) {
      const top = (patch * part.height + model.halo) * s;
      const found = crop(seen.data, part.width * s, model.halo * s, top, ...inner);
      if (tileError === 0) expect(found).toEqual(right);
      const errors = found.map((row, at) =>
        Math.max(...row.map((value, i) => Math.abs(value - right[at]![i]!))),
      );
      expect(Math.max(...errors)).toBeLessThanOrEqual(tileError);
    }
  });

  it("passes its self-test at the shape it will work at", async () => {
    await using executable = await backend.prepare(models[0]!, { batch: 2, width: 48, height: 32 });
    await expect(selfTest(models[0]!, executable, backend.name)).resolves.toBeUndefined();
  });

  it.each([models[0]!, scans])(
    "computes samples of 10 bits, in both ranges and at any strength: $name",
    async (model) => {
      const size = { width: 24, height: 16 };
      const window = { x: 0, y: 0, ...size };
      await using executable = await backend.prepare(model, { batch: 3, ...size });
      const jobs = [false, true].flatMap((fullRange) =>
        [1, 0.5].map((strength, seed): PatchJob => {
          const source = deepNoisePlane(size, 10, seed + 1);
          const target = createPlaneLike(source, scaleSize(size, model.scale));
          return { source, target, window, kept: window, fullRange, strength };
        }),
      );
      await executable.run([...jobs, wholeFrame(noisePlane(size), model)]);
      for (const job of jobs) {
        const right = { ...job, target: createPlaneLike(job.source, job.target) };
        const input = gatherPatches([right], { batch: 1, ...size });
        scatterPatches([right], input, runReference(model, input));
        const off = Array.from(right.target.data, (value, i) => Math.abs(value - job.target.data[i]!));
        expect(Math.max(...off)).toBeLessThanOrEqual(1);
        expect(Math.max(...job.target.data)).toBeGreaterThan(255);
      }
    },
  );

  it("passes its self-test with scans in windows", async () => {
    await using executable = await backend.prepare(scans, { batch: 2, width: 48, height: 32 });
    await expect(selfTest(scans, executable, backend.name)).resolves.toBeUndefined();
  });

  it("runs more jobs than a batch, the last batch partly full", async () => {
    const model = models[0]!;
    await using executable = await backend.prepare(model, { batch: 2, width: 12, height: 10 });
    const jobs = [1, 2, 3, 4, 5].map((seed) =>
      wholeFrame(noisePlane({ width: 12, height: 10 }, seed), model),
    );
    await executable.run(jobs);
    for (const job of jobs) {
      const alone = wholeFrame(job.source, model);
      await executable.run([alone]);
      expect(job.target.data).toEqual(alone.target.data);
    }
  });

  it("hears an abort that comes while it works", async () => {
    const model = models[0]!;
    await using executable = await backend.prepare(model, { batch: 1, width: 32, height: 32 });
    const jobs = Array.from({ length: 50 }, (_job, seed) =>
      wholeFrame(noisePlane({ width: 32, height: 32 }, seed + 1), model),
    );
    const controller = new AbortController();
    setImmediate(() => controller.abort("now"));
    await expect(executable.run(jobs, controller.signal)).rejects.toBe("now");
    expect(jobs.at(-1)!.target.data.every((value) => value === 0)).toBe(true);
  });

  it("stops at an abort with the signal's own reason", async () => {
    const model = models[0]!;
    await using executable = await backend.prepare(model, { batch: 1, width: 12, height: 10 });
    const reason = new Error("enough");
    const run = executable.run(
      [wholeFrame(noisePlane({ width: 12, height: 10 }), model)],
      AbortSignal.abort(reason),
    );
    await expect(run).rejects.toBe(reason);
  });
});
