/** Every backend's strength beside the definition: whole frames by the reference, weighed against the filter. */

import type { PatchJob, Rect } from "@tatami/core";
import { createPlane, scaleSize } from "@tatami/core";
import type { Backend, Model } from "@tatami/graph";
import { runReference } from "@tatami/graph";
import { centred, resizePlane } from "@tatami/patches";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createCpuBackend,
  createOnnxBackend,
  createWasmBackend,
  gatherPatches,
  scatterPatches,
} from "./index.ts";
import { seededSesr, seededUnet } from "./testing/models.ts";
import { noisePlane } from "./testing/planes.ts";
import { hasRelaxedSimd } from "./testing/relaxed-simd.ts";

const backends: Record<string, () => Promise<Backend>> = {
  "CPU reference": () => Promise.resolve(createCpuBackend()),
  "onnxruntime-web on WebAssembly": () => createOnnxBackend("wasm", { threads: 2 }),
  "WebAssembly, SIMD": () => createWasmBackend({ threads: 1, build: "simd" }),
  "WebAssembly, SIMD, 2 threads": () => createWasmBackend({ threads: 2, build: "simd" }),
  ...(hasRelaxedSimd
    ? { "WebAssembly, relaxed SIMD": () => createWasmBackend({ threads: 1, build: "relaxed" }) }
    : {}),
};
// the last one is no chain: WebAssembly runs it as a program
const models = [seededSesr("m3", 2), seededSesr("m3", 4), seededUnet()];
const strengths = [0, 0.35, 1, 1.5];
const frame = { width: 60, height: 52 };
const source = noisePlane(frame, 9);
source.data.forEach((level, at, data) => (data[at] = 40 + (level >> 1)));

/** Windows at every corner of the frame and one inside, and what of them is exact. */
function patchesOf({ halo, alignment = 1 }: Model): { readonly window: Rect; readonly kept: Rect }[] {
  const side = Math.max(24, 2 * halo + 2 * alignment);
  const [right, bottom] = [frame.width - side, frame.height - side];
  if (right < 0 || bottom < 0) return [];
  const inside = Math.floor(right / 2 / alignment) * alignment;
  return [
    [0, 0],
    [right, 0],
    [0, bottom],
    [right, bottom],
    [inside, Math.floor(bottom / 2 / alignment) * alignment],
  ].map(([x, y]) => {
    const [fromX, fromY] = [x === 0 ? 0 : x! + halo, y === 0 ? 0 : y! + halo];
    const [toX, toY] = [
      x === right ? frame.width : x! + side - halo,
      y === bottom ? frame.height : y! + side - halo,
    ];
    return {
      window: { x: x!, y: y!, width: side, height: side },
      kept: { x: fromX, y: fromY, width: toX - fromX, height: toY - fromY },
    };
  });
}

/** The whole frame's levels by the definition. */
function define(model: Model, fullRange: boolean, strength: number): Uint8Array {
  const whole = { x: 0, y: 0, ...frame };
  const target = createPlane(scaleSize(frame, model.scale));
  const job: PatchJob = { source, target, window: whole, kept: whole, fullRange, strength };
  const input = gatherPatches([job], { batch: 1, ...frame });
  scatterPatches([job], input, runReference(model, input));
  return target.data;
}

describe.each(Object.entries(backends))("the strength of %s", (_, open) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await open();
  });
  afterAll(() => backend[Symbol.asyncDispose]());

  it.each(models.map((model) => [model.name, model] as const))(
    "is the definition's at every corner of the frame, job by job: %s",
    async (_name, model) => {
      const patches = patchesOf(model);
      expect(patches).toHaveLength(5);
      const { width, height } = patches[0]!.window;
      await using executable = await backend.prepare(model, { batch: 3, width, height });
      const jobs = patches.flatMap((patch) =>
        strengths.flatMap((strength) =>
          [false, true].map((fullRange): PatchJob => {
            const target = createPlane(scaleSize(frame, model.scale));
            return { ...patch, source, target, fullRange, strength };
          }),
        ),
      );
      await executable.run(jobs);
      for (const strength of strengths)
        for (const fullRange of [false, true]) {
          const right = define(model, fullRange, strength);
          for (const job of jobs) {
            if (job.strength !== strength || job.fullRange !== fullRange) continue;
            expect(worst(job, right, model.scale)).toBeLessThanOrEqual(1);
          }
        }
    },
  );

  it.each([2, 4] as const)("is the plane resizer's filter at 0, but for ties: ×%i", async (scale) => {
    const model = seededSesr("m3", scale);
    const whole = { x: 0, y: 0, ...frame };
    await using executable = await backend.prepare(model, { batch: 1, ...frame });
    const map = centred(scale);
    const size = scaleSize(frame, scale);
    const right = resizePlane(source, { size, horizontal: map, vertical: map }).data;
    for (const fullRange of [false, true]) {
      const target = createPlane(size);
      await executable.run([{ source, target, window: whole, kept: whole, fullRange, strength: 0 }]);
      const off = target.data.filter((level, at) => level !== right[at]);
      expect(worst({ target, kept: whole }, right, scale)).toBeLessThanOrEqual(1);
      // sums of weights in 1/128 or 1/1024 lie on a half now and then, which floats see from either side
      expect(off.length / target.data.length).toBeLessThan(0.01);
    }
  });

  it("is 1 unless a job says otherwise", async () => {
    const model = models[0]!;
    const whole = { x: 0, y: 0, ...frame };
    await using executable = await backend.prepare(model, { batch: 2, ...frame });
    const job = (given: Partial<PatchJob>): PatchJob => ({
      source,
      target: createPlane(scaleSize(frame, model.scale)),
      window: whole,
      kept: whole,
      fullRange: false,
      ...given,
    });
    const jobs = [job({}), job({ strength: 0.5 }), job({ strength: 1 })] as const;
    await executable.run(jobs);
    expect(jobs[2].target.data).toEqual(jobs[0].target.data);
    expect(jobs[1].target.data).not.toEqual(jobs[0].target.data);
  });
});

/** The largest difference within what a job keeps. */
function worst(
  { target, kept }: Pick<PatchJob, "target" | "kept">,
  right: Uint8Array,
  scale: number,
): number {
  let most = 0;
  for (let y = kept.y * scale; y < (kept.y + kept.height) * scale; y++)
    for (let x = kept.x * scale; x < (kept.x + kept.width) * scale; x++)
      most = Math.max(most, Math.abs(target.data[y * target.stride + x]! - right[y * target.stride + x]!));
  return most;
}
