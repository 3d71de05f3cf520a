/**
 * Scans in windows: patches that keep to the alignment give what the whole picture gives, bit for bit. On WebAssembly to
 * rounding, as chains do: 3×3 convolutions by Winograd take what lies beyond the halo into sums where it cancels.
 */

import type { Model } from "@tatami/graph";
import { runReference, tensor } from "@tatami/graph";
import { loadKernels } from "@tatami/kernels";
import { extendPlane, planGrid } from "@tatami/patches";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createModelRunner } from "./program/run-model.ts";
import { seededMamba } from "./testing/models.ts";
import { noisePlane } from "./testing/planes.ts";

type Run = (picture: Float32Array, width: number, height: number) => Float32Array;

/** Small networks, and how far the reference can be asked to go. */
const networks = fc.record({
  window: fc.constantFrom(2, 4, 8),
  rounds: fc.integer({ min: 1, max: 3 }),
  orders: fc.constantFrom(1, 4),
  scale: fc.integer({ min: 1, max: 3 }),
  seed: fc.integer({ min: 1, max: 1000 }),
});

/** A frame of up to some windows each way, and patches with room for a halo and some windows more. */
const tilings = fc.record({
  across: fc.integer({ min: 1, max: 60 }),
  down: fc.integer({ min: 1, max: 60 }),
  inner: fc.integer({ min: 1, max: 3 }),
  beside: fc.nat(7),
});

/** How many pixels of the frame differ between its patches and the whole, by how much, and how many patches there are. */
function compare(model: Model, run: Run, frame: { width: number; height: number }, patchSize: number) {
  const { halo, alignment, scale } = model;
  const { extended, patches } = planGrid({ frame, patchSize, halo, alignment });
  const noise = extendPlane(noisePlane(frame, 7), extended);
  const picture = Float32Array.from(noise.data, (level) => level / 255);
  const whole = run(picture, extended.width, extended.height);
  let [different, most] = [0, 0];
  for (const { window, kept } of patches) {
    const rows = Array.from({ length: window.height }, (_, y) => {
      const from = (window.y + y) * extended.width + window.x;
      return [...picture.subarray(from, from + window.width)];
    });
    const part = run(Float32Array.from(rows.flat()), window.width, window.height);
    for (let y = kept.y * scale; y < (kept.y + kept.height) * scale; y++)
      for (let x = kept.x * scale; x < (kept.x + kept.width) * scale; x++) {
        const seen = part[(y - window.y * scale) * window.width * scale + x - window.x * scale]!;
        const right = whole[y * extended.width * scale + x]!;
        if (!Object.is(seen, right)) different++;
        most = Math.max(most, Math.abs(seen - right));
      }
  }
  return { different, most, patches: patches.length };
}

describe("patches of scans", () => {
  it("equal the whole picture in the reference, whatever the sizes", () => {
    fc.assert(
      fc.property(networks, tilings, ({ seed, ...shape }, { across, down, inner, beside }) => {
        const model = seededMamba({ features: 4, states: 2, ...shape }, seed);
        const [limit, patchSize] = [3 * model.halo + 20, 2 * model.halo + inner * shape.window + beside];
        const frame = { width: 1 + (across % limit), height: 1 + (down % limit) };
        fc.pre(
          planGrid({ frame, patchSize, halo: model.halo, alignment: model.alignment }).patches.length > 1,
        );
        const run: Run = (picture, width, height) =>
          runReference(model, tensor([1, 1, height, width], picture)).data;
        expect(compare(model, run, frame, patchSize).different).toBe(0);
      }),
      { numRuns: 16 },
    );
  });

  it.each(["simd", "relaxed"] as const)("equal it to rounding on WebAssembly (%s)", async (build) => {
    const kernels = await loadKernels("training", build);
    const model = seededMamba({ features: 16, states: 8, window: 8 });
    const runner = createModelRunner(kernels, model);
    const run: Run = (picture, width, height) => runner.run(tensor([1, 1, height, width], picture)).data;
    for (const [width, height, patchSize] of [
      [130, 71, 64],
      [57, 200, 48],
    ] as const) {
      const { most, patches } = compare(model, run, { width, height }, patchSize);
      expect(patches).toBeGreaterThan(3);
      expect(most).toBeLessThan(1e-5);
    }
  });
});
