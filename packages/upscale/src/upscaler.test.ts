import type { Worker } from "node:worker_threads";
import type { Frame, Size } from "@tatami/core";
import { createFrame, createPlane, frameLedger, TatamiError } from "@tatami/core";
import type { Backend, BackendName } from "@tatami/graph";
import { createCpuBackend } from "@tatami/runtime";
import { beforeEach, describe, expect, it } from "vitest";
import { resolveUpscalerOptions } from "./resolve-options.ts";
import { seededSesr } from "./testing/models.ts";
import { syntheticLuma } from "./testing/synthetic-driver.ts";
import { createUpscaler, openUpscaler } from "./upscaler.ts";

const model = seededSesr();

function frameOf(size: Size, index = 0, fullRange = false): Frame {
  const chroma = () => createPlane({ width: Math.ceil(size.width / 2), height: Math.ceil(size.height / 2) });
  const color = { primaries: null, transfer: null, matrix: "bt709", fullRange };
  const planes = { luma: syntheticLuma(size, index), chroma: [chroma(), chroma()] as const };
  return createFrame(planes, { timestamp: index / 25, duration: 0.04, color }, "test");
}

async function lumaOf(frame: Frame): Promise<Uint8Array> {
  const { luma } = await frame.planes();
  frame.close();
  return luma.data;
}

describe("createUpscaler", () => {
  beforeEach(() => frameLedger.reset());

  for (const backend of ["onnx-wasm", "cpu"] satisfies BackendName[])
    it(`gives the same picture tiled and whole, bit for bit: ${backend}`, async () => {
      const size = backend === "cpu" ? { width: 41, height: 37 } : { width: 83, height: 61 };
      const options = { model, backends: [backend], threads: 2 };
      await using whole = await createUpscaler({ ...options, patchSize: 4096 });
      const expected = await lumaOf(await whole.frame(frameOf(size)));
      for (const [patchSize, batchSize] of [
        [24, 3],
        [32, 8],
        [36, 1],
      ] as const) {
        await using tiled = await createUpscaler({ ...options, patchSize, batchSize });
        expect(tiled.patchesPerFrame(size)).toBeGreaterThan(1);
        expect(Buffer.compare(await lumaOf(await tiled.frame(frameOf(size))), expected)).toBe(0);
      }
      expect(frameLedger.open).toBe(0);
    });

  it("gives the same picture tiled and whole, to a level, on the engine used by default", async () => {
    const size = { width: 400, height: 231 };
    await using whole = await createUpscaler({ model, backends: ["onnx-wasm"], patchSize: 4096, threads: 1 });
    await using tiled = await createUpscaler({ model, threads: 3 });
    expect(tiled.backend).toBe("wasm");
    expect(tiled.rejected.map(({ candidate }) => candidate)).toEqual(["webgpu", "onnx-webgpu"]);
    expect(tiled.patchesPerFrame(size) % 3).toBe(0);
    const [seen, expected] = [
      await lumaOf(await tiled.frame(frameOf(size))),
      await lumaOf(await whole.frame(frameOf(size))),
    ];
    expect(seen.reduce((most, level, i) => Math.max(most, Math.abs(level - expected[i]!)), 0)).toBeLessThan(
      2,
    );
    // the levels that differ are those whose value lies on the edge between two
    expect(seen.filter((level, i) => level !== expected[i]).length).toBeLessThan(seen.length / 1000);
  });

  it("keeps timestamp, duration and colour, at every awkward size", async () => {
    await using upscaler = await createUpscaler({ model, patchSize: 48 });
    for (const [width, height] of [
      [1, 1],
      [17, 13],
      [2, 61],
      [100, 7],
    ] as const) {
      const source = frameOf({ width, height }, 3, true);
      const { timestamp, duration, color } = source;
      const larger = await upscaler.frame(source);
      expect(larger).toMatchObject({
        timestamp,
        duration,
        color,
        size: { width: 2 * width, height: 2 * height },
      });
      const { luma, chroma } = await larger.planes();
      expect(luma.data).toHaveLength(4 * width * height);
      expect([chroma[0].width, chroma[0].height]).toEqual([width, height]);
      larger.close();
    }
    expect(frameLedger.open).toBe(0);
  });

  it("refuses what is not an option or not a model, naming it", async () => {
    const wrong: [object, RegExp][] = [
      [{ model, patch: 3 }, /options\.patch is not an option/],
      [
        { model: "m5-x2" },
        /options\.model must be a model, a function that loads one, or a list of up to three, not "m5-x2"/,
      ],
      [
        { model, backends: ["gpu"] },
        /options\.backends\[0\] must be one of webgpu, onnx-webgpu, wasm, onnx-wasm, cpu/,
      ],
      [{ model, backends: [] }, /options\.backends must be a list/],
      [{ model, threads: 0 }, /options\.threads must be a whole number from 1 to 64, not 0/],
      [{ model, patchSize: 7 }, /options\.patchSize must be/],
      [{ model, batchSize: 1.5 }, /options\.batchSize must be/],
    ];
    for (const [options, message] of wrong)
      await expect(async () => createUpscaler(options as never)).rejects.toThrow(message);
  });

  it("closes the frame it was given, on an abort too, and throws the reason", async () => {
    await using upscaler = await createUpscaler({ model, backends: ["cpu"], patchSize: 24 });
    const reason = new Error("enough");
    const stopped = upscaler.frame(frameOf({ width: 60, height: 20 }), { signal: AbortSignal.abort(reason) });
    await expect(stopped).rejects.toBe(reason);
    expect(frameLedger.open).toBe(0);
  });

  it("loses no frame when its engine fails in mid-stream: the next one does it again", async () => {
    const lost = new TatamiError({ code: "device-lost", message: "Unplugged.", fix: "Plug it in." });
    let runs = 0;
    const failing = async (): Promise<Backend> => {
      const cpu = createCpuBackend();
      return {
        ...cpu,
        name: "onnx-wasm",
        prepare: async (...args) => {
          const executable = await cpu.prepare(...args);
          return {
            ...executable,
            run: (...jobs) => (++runs > 2 ? Promise.reject(lost) : executable.run(...jobs)),
          };
        },
      };
    };
    const options = resolveUpscalerOptions({ model, backends: ["onnx-wasm", "cpu"], patchSize: 24 });
    await using upscaler = await openUpscaler({ ...options, factories: { "onnx-wasm": failing } });
    await using reference = await createUpscaler({ model, backends: ["cpu"], patchSize: 24 });
    const size = { width: 20, height: 20 };
    for (let index = 0; index < 5; index++) {
      const seen = await lumaOf(await upscaler.frame(frameOf(size, index)));
      expect(seen).toEqual(await lumaOf(await reference.frame(frameOf(size, index))));
    }
    expect(upscaler.backend).toBe("cpu");
    expect(upscaler.rejected).toEqual([{ candidate: "onnx-wasm", error: lost }]);
    expect(frameLedger.open).toBe(0);
  });

  it("loses no frame when a thread of its engine dies: the next engine does it again, and says why", async () => {
    const workers: Worker[] = [];
    const note = (worker: Worker): void => void workers.push(worker);
    process.on("worker", note);
    const backends = ["wasm", "cpu"] as const;
    await using upscaler = await createUpscaler({ model, backends, threads: 2 });
    process.off("worker", note);
    await using reference = await createUpscaler({ model, backends: ["cpu"] });
    const size = { width: 50, height: 20 };
    for (let index = 0; index < 4; index++) {
      const pending = upscaler.frame(frameOf(size, index));
      if (index === 2) await workers[1]!.terminate();
      const [seen, expected] = [
        await lumaOf(await pending),
        await lumaOf(await reference.frame(frameOf(size, index))),
      ];
      const worst = seen.reduce((most, level, i) => Math.max(most, Math.abs(level - expected[i]!)), 0);
      expect(worst).toBeLessThanOrEqual(1);
      if (index === 1) expect(upscaler.backend).toBe("wasm");
    }
    await upscaler.frame(frameOf(size)).then((frame) => frame.close());
    expect(upscaler.backend).toBe("cpu");
    expect(upscaler.rejected).toMatchObject([{ candidate: "wasm", error: { code: "worker-lost" } }]);
    expect(frameLedger.open).toBe(0);
  });
});
