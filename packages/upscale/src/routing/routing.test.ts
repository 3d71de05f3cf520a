import type { Frame, Plane } from "@tatami/core";
import { createFrame, createPlane, frameLedger } from "@tatami/core";
import type { BackendName, Model } from "@tatami/graph";
import { seededSesr } from "@tatami/graph";
import { beforeEach, describe, expect, it } from "vitest";
import type { FrameOptions, Upscaler, UpscalerOptions } from "../options.ts";
import { createUpscaler } from "../upscaler.ts";

// untrained, but called as networks are that were calibrated with one another
const small = { ...seededSesr("m3", 2, 1), name: "m3-x2" };
const middle = { ...seededSesr("m5", 2, 2), name: "m7-x2" };
const large = { ...seededSesr("m7", 2, 3), name: "xl-x2" };
const size = { width: 91, height: 69 };
const engines: readonly BackendName[] = ["cpu", "onnx-wasm", "wasm"];

/** Flat but for noise in a part that moves with `index`, half as strong in its lower half where it is `graded`. */
function lumaOf(index = 0, graded = false): Plane {
  const luma = createPlane(size);
  luma.data.forEach((_, i) => {
    const [x, y] = [i % size.width, Math.floor(i / size.width)];
    const isBusy = x > 20 + index && x < 60 + index && y > 16 && y < 50;
    luma.data[i] = isBusy ? 40 + ((i * 2654435761) >>> (graded && y > 32 ? 26 : 25)) : 90;
  });
  return luma;
}

function frameOf(luma: Plane, index = 0): Frame {
  const half = { width: Math.ceil(luma.width / 2), height: Math.ceil(luma.height / 2) };
  return createFrame({ luma, chroma: [createPlane(half), createPlane(half)] }, { timestamp: index }, "test");
}

async function enlarge(upscaler: Upscaler, luma: Plane, options: FrameOptions = {}): Promise<Uint8Array> {
  const larger = await upscaler.frame(frameOf(luma), options);
  const { data } = (await larger.planes()).luma;
  larger.close();
  return data.slice();
}

const open = (
  model: UpscalerOptions["model"],
  backend: BackendName,
  more: Partial<UpscalerOptions> = {},
): Promise<Upscaler> => createUpscaler({ model, backends: [backend], threads: 1, reuse: "off", ...more });

async function alone(model: Model, backend: BackendName, luma: Plane): Promise<Uint8Array> {
  await using upscaler = await open(model, backend);
  return await enlarge(upscaler, luma);
}

/** On the engine `wasm` a pixel's rounding depends on its place in its tile. */
const levels = (backend: BackendName): number => (backend === "wasm" ? 1 : 0);
const worst = (a: Uint8Array, b: Uint8Array): number =>
  a.reduce((most, level, i) => Math.max(most, Math.abs(level - b[i]!)), 0);

describe.each(engines)("several networks on %s", (backend) => {
  beforeEach(() => frameLedger.reset());

  it("are the largest alone at no loss, and the smallest alone at any", async () => {
    const luma = lumaOf();
    await using upscaler = await open([large, small], backend, { patchSize: 48 });
    const cells: (readonly number[] | undefined)[] = [];
    const onPatches: FrameOptions["onPatches"] = (_computed, _reused, made) => void cells.push(made);
    for (const [loss, model] of [
      [0, large],
      [Infinity, small],
    ] as const) {
      upscaler.setRoutingLoss(loss);
      const seen = await enlarge(upscaler, luma, { onPatches });
      expect(worst(seen, await alone(model, backend, luma))).toBeLessThanOrEqual(levels(backend));
    }
    expect(cells).toEqual([
      [0, 108],
      [108, 0],
    ]);
    expect(frameLedger.open).toBe(0);
  });

  it("share a frame: flat parts are the smallest's, hard ones the largest's within its context", async () => {
    const luma = lumaOf();
    let cells: readonly number[] | undefined;
    const onPatches: FrameOptions["onPatches"] = (_computed, _reused, made) => void (cells = made);
    await using upscaler = await open([small, large], backend, { routingLoss: 0.28, patchSize: 64 });
    const seen = await enlarge(upscaler, luma, { onPatches });
    const [smallest, largest] = [await alone(small, backend, luma), await alone(large, backend, luma)];
    expect(cells![0]).toBeGreaterThan(20);
    expect(cells![1]).toBeGreaterThan(8);
    // which network a pixel is from: seeds differ, so that the two are far apart where there is anything to see
    let [asSmall, asLarge] = [0, 0];
    seen.forEach((level, i) => {
      if (Math.abs(level - smallest[i]!) <= levels(backend)) asSmall++;
      if (Math.abs(level - largest[i]!) <= levels(backend)) asLarge++;
    });
    expect(asSmall).toBeGreaterThan(seen.length * 0.2);
    expect(asLarge).toBeGreaterThan(seen.length * 0.05);
    // the middle of the hard part is further from its border than the context reaches
    const at = (2 * 33 + 1) * 2 * size.width + 2 * 40;
    expect(Math.abs(seen[at]! - largest[at]!)).toBeLessThanOrEqual(Math.max(8, levels(backend)));
  });

  it("of three each has its cells, and a stream gives what single frames give", async () => {
    const lumas = [0, 3, 3, 9].map((index) => lumaOf(index, true));
    const options = { routingLoss: 0.28, patchSize: 48, reuse: "exact" } as const;
    await using upscaler = await open([small, middle, large], backend, options);
    const streamed: Uint8Array[] = [];
    let sum = [0, 0, 0];
    const onPatches: FrameOptions["onPatches"] = (_computed, _reused, made) =>
      void (sum = sum.map((count, rung) => count + (made?.[rung] ?? 0)));
    const source = async function* (): AsyncGenerator<Frame> {
      for (const [index, luma] of lumas.entries()) yield frameOf(luma, index);
    };
    for await (const larger of upscaler.frames(source(), { onPatches })) {
      streamed.push((await larger.planes()).luma.data.slice());
      larger.close();
    }
    expect(streamed[2]).toEqual(streamed[1]);
    expect(sum.every((count) => count > 0)).toBe(true);
    await using single = await open([small, middle, large], backend, { ...options, reuse: "off" });
    expect(worst(await enlarge(single, lumas[0]!), streamed[0]!)).toBeLessThanOrEqual(levels(backend));
    expect(frameLedger.open).toBe(0);
  });
});

describe("a ladder", () => {
  it("is sorted by cost, loaded where it is a function, and told of", async () => {
    await using upscaler = await open([large, async () => small], "wasm");
    expect(upscaler.models).toEqual([small, large]);
    expect(upscaler.model).toBe(large);
  });

  it.each<[Partial<UpscalerOptions>, RegExp]>([
    [{ model: [small, seededSesr("m3", 4, 1)] }, /networks of one scale/],
    [{ model: [small, seededSesr("m3", 2, 5)] }, /networks of different cost/],
    [{ model: [] }, /a list of up to three/],
  ])("%# is refused", async (options, message) => {
    const opened = async (): Promise<Upscaler> =>
      createUpscaler({ backends: ["cpu"], model: [], ...options });
    await expect(opened()).rejects.toThrow(message);
  });
});
