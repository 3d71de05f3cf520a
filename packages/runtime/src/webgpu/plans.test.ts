/** What is worked out before a device is asked for anything. */

import type { PatchJob } from "@tatami/core";
import { createPlane } from "@tatami/core";
import type { Chain } from "@tatami/kernels";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { noisePlane } from "../testing/planes.ts";
import { planBands } from "./bands.ts";
import { planFeatures } from "./feature-planes.ts";
import { geometryStruct, layOutPlanes, packGeometry } from "./layout.ts";
import { jobParts } from "./parts.ts";
import { pipelinesOf } from "./pipelines.ts";

describe("planBands", () => {
  it("keeps every row once, with its halo, in buffers that fit", () => {
    const cases = fc.record({
      height: fc.integer({ min: 1, max: 400 }),
      halo: fc.integer({ min: 0, max: 12 }),
      room: fc.integer({ min: 60, max: 500 }),
      batch: fc.integer({ min: 1, max: 9 }),
    });
    fc.assert(
      fc.property(cases, ({ height, halo, room, batch }) => {
        const bytesAt = (rows: number): number => 100 * (rows + halo);
        const plan = planBands({ width: 10, height }, halo, batch, bytesAt, 100 * room);
        expect(plan.batch * bytesAt(plan.height)).toBeLessThanOrEqual(100 * room);
        expect(plan.batch).toBeLessThanOrEqual(batch);
        let next = 0;
        for (const { top, from, to } of plan.bands) {
          expect(from).toBe(next);
          expect(to).toBeGreaterThan(from);
          expect(top).toBeLessThanOrEqual(Math.max(0, from - halo));
          expect(top).toBeGreaterThanOrEqual(0);
          expect(top + plan.height).toBeGreaterThanOrEqual(Math.min(height, to + halo));
          expect(top + plan.height).toBeLessThanOrEqual(height);
          next = to;
        }
        expect(next).toBe(height);
      }),
    );
  });

  it("says that rows are too long for the device", () => {
    expect(() => planBands({ width: 1e6, height: 100 }, 9, 1, (rows) => rows * 1e6, 5e6)).toThrowError(
      expect.objectContaining({ code: "out-of-memory" }),
    );
  });
});

describe("planFeatures", () => {
  it("never lets a layer write what is still read", () => {
    const layer = fc.record({
      outputs: fc.integer({ min: 1, max: 40 }),
      from: fc.nat({ max: 9 }),
      bytes: fc.constantFrom(4, 16),
    });
    fc.assert(
      fc.property(fc.array(layer, { minLength: 2, maxLength: 12 }), (shape) => {
        const none = new Float32Array();
        const layers = shape.map(({ outputs, from }, index) => ({
          kernel: 3,
          inputs: 4,
          outputs,
          weights: none,
          bias: none,
          ...(from < index && index < shape.length - 1 ? { residual: from } : {}),
        }));
        const chain = { scale: 2, centre: 0, addPicture: false, layers } as Chain;
        const bytes = shape.map((each) => each.bytes);
        const { buffers, groups, vectorBytes } = planFeatures(chain, bytes);
        expect(vectorBytes).toHaveLength(groups.length);
        const held: number[] = [];
        layers.forEach(({ residual, outputs }, index) => {
          if (index > 0) expect(held[buffers[index - 1]!]).toBe(index - 1);
          if (residual !== undefined) expect(held[buffers[residual]!]).toBe(residual);
          const to = buffers[index];
          if (to === undefined) return;
          if (index > 0) expect(to).not.toBe(buffers[index - 1]);
          if (residual !== undefined) expect(to).not.toBe(buffers[residual]);
          expect(groups[to]! * 4).toBeGreaterThanOrEqual(outputs);
          // a buffer that held vectors of another size has borders that are not zero
          expect(vectorBytes[to]).toBe(bytes[index]);
          held[to] = index;
        });
      }),
    );
  });
});

describe("the geometry", () => {
  it("lies in memory as its struct says", () => {
    const geometry = layOutPlanes({ width: 17, height: 13 }, 2);
    const names = [...geometryStruct.matchAll(/(\w+): (u32|f32),/g)].map(([, name, type]) => [name, type]);
    const view = new DataView(packGeometry(geometry, true));
    const seen = Object.fromEntries(
      names.map(([name, type], index) => [
        name,
        type === "u32" ? view.getUint32(index * 4, true) : view.getFloat32(index * 4, true),
      ]),
    );
    expect(seen).toMatchObject({ width: 17, height: 13, pitch: 28, plane: 28 * 17 });
    expect(seen["readOffset"]).toBeCloseTo(16 / 255, 6);
    // there and back: level 16 of the studio range is black in the full one
    expect((16 / 255) * seen["writeGain"]! + seen["writeOffset"]!).toBeCloseTo(0, 4);
  });
});

describe("jobParts", () => {
  it("carry the same bytes in bands as whole, and only what is kept", () => {
    const source = noisePlane({ width: 31, height: 40 }, 5);
    const job = (): PatchJob => ({
      source,
      target: createPlane({ width: 62, height: 80 }),
      window: { x: 3, y: 4, width: 23, height: 33 },
      kept: { x: 5, y: 7, width: 20, height: 28 },
      fullRange: false,
    });
    const bands = planBands({ width: 23, height: 33 }, 2, 4, (rows) => rows, 14);
    expect(bands.bands.length).toBeGreaterThan(2);
    const whole = { height: 33, bands: [{ top: 0, from: 0, to: 33 }], batch: 1 };
    const [inBands, atOnce] = [job(), job()];
    for (const [each, plan] of [
      [inBands, bands],
      [atOnce, whole],
    ] as const)
      for (const part of jobParts([each], plan, 2)) {
        const pixels = new Uint8Array(24 * plan.height);
        part.write(pixels, 24);
        const larger = new Uint8Array(48 * plan.height * 2);
        for (let i = 0; i < larger.length; i++)
          larger[i] = pixels[(Math.floor(i / 48) >> 1) * 24 + ((i % 48) >> 1)]!;
        part.read(larger, 48);
      }
    expect(inBands.target.data).toEqual(atOnce.target.data);
    const at = (x: number, y: number): number => atOnce.target.data[y * 62 + x]!;
    expect(at(10, 14)).toBe(source.data[7 * 31 + 5]);
    expect([at(9, 14), at(10, 13), at(50, 14), at(10, 70)]).toEqual([0, 0, 0, 0]);
  });
});

describe("pipelinesOf", () => {
  const device = (messages: readonly object[], built: string[]): GPUDevice =>
    ({
      pushErrorScope: () => {},
      popErrorScope: () => Promise.resolve(null),
      createShaderModule: ({ code }: { readonly code: string }) => {
        built.push(code);
        return { getCompilationInfo: () => Promise.resolve({ messages }) };
      },
      createComputePipelineAsync: () =>
        messages.length > 0 ? Promise.reject(new Error("refused")) : Promise.resolve({}),
    }) as unknown as GPUDevice;

  it("says where a shader is wrong: its name, line, column and source", async () => {
    const messages = [{ type: "error", lineNum: 2, linePos: 5, message: "unresolved value 'x'" }];
    const cache = pipelinesOf(device(messages, []));
    await expect(cache.get("levels", "fn main() {\n  let y = x;\n}")).rejects.toMatchObject({
      code: "unsupported-environment",
      message: expect.stringMatching(/"levels": line 2, column 5: unresolved value 'x' In: let y = x;/),
    });
  });

  it("builds the same text once on a device, whoever asks", async () => {
    const built: string[] = [];
    const own = device([], built);
    const asked = [pipelinesOf(own), pipelinesOf(own)].map((cache) => cache.get("a", "fn"));
    const [first, second] = await Promise.all(asked);
    expect(second).toBe(first);
    expect(built).toEqual(["fn"]);
    await pipelinesOf(device([], built)).get("a", "fn");
    expect(built).toEqual(["fn", "fn"]);
  });
});
