import { TatamiError } from "@tatami/core";
import type { Backend } from "@tatami/graph";
import {
  createSeededRandom,
  largestDifference,
  opDefinitions,
  randomModel,
  randomTensor,
  runReference,
  tensor,
  topologicalOrder,
} from "@tatami/graph";
import { describe, expect, it, vi } from "vitest";
import { createCpuBackend } from "./cpu/backend.ts";
import { createEngine } from "./engine.ts";
import { requireHardwareAdapter } from "./onnx/adapter.ts";
import { seededMamba, seededSesr, seededUnet } from "./testing/models.ts";
import type { FrameBackend } from "./webgpu/backend.ts";
import { takesFrames } from "./webgpu/backend.ts";
import { createFrameProcessor } from "./webgpu/frame/frame-processor.ts";

const model = seededSesr();
const unet = seededUnet();
const shape = { batch: 1, width: 24, height: 20 };
const ort = { threads: 1 };

/** The reference, spoilt: it adds `offset` to every number, and counts what is open. */
function spoilt(offset: number, open: { count: number } = { count: 0 }): Backend {
  const cpu = createCpuBackend();
  return {
    ...cpu,
    prepare: async (...args) => {
      const executable = await cpu.prepare(...args);
      open.count++;
      return {
        ...executable,
        infer: async (input) => {
          const right = await executable.infer(input);
          return tensor(
            right.shape,
            right.data.map((value) => value + offset),
          );
        },
        [Symbol.asyncDispose]: async () => {
          open.count--;
        },
      };
    },
  };
}

describe("createEngine", () => {
  it("never trusts a backend that answers wrongly, and says why", async () => {
    for (const offset of [0.01, Number.NaN]) {
      const open = { count: 0 };
      await using engine = await createEngine(
        {
          model,
          ort,
          backends: ["onnx-wasm", "cpu"],
          factories: { "onnx-wasm": async () => spoilt(offset, open) },
        },
        shape,
      );
      expect(engine.backend.name).toBe("cpu");
      expect(engine.rejected).toHaveLength(1);
      expect(engine.rejected[0]?.candidate).toBe("onnx-wasm");
      expect(TatamiError.is(engine.rejected[0]?.error, "wrong-answer")).toBe(true);
      expect(open.count).toBe(0);
    }
  });

  it("names every backend's reason when none works", async () => {
    const factories = { cpu: async () => spoilt(1) };
    const made = createEngine({ model, ort, backends: ["onnx-webgpu", "cpu"], factories }, shape);
    await expect(made).rejects.toMatchObject({
      code: "unsupported-environment",
      message: expect.stringMatching(/onnx-webgpu: .*WebGPU.*cpu: .*numbers off by 1/s),
    });
  });

  it("falls back once, however often the same loss is reported", async () => {
    await using engine = await createEngine({ model, ort, backends: ["onnx-wasm", "cpu"] }, shape);
    const lost = new TatamiError({ code: "device-lost", message: "Gone.", fix: "Wait." });
    const failed = engine.backend;
    await Promise.all([engine.fallBack(failed, lost), engine.fallBack(failed, lost)]);
    expect(engine.backend.name).toBe("cpu");
    expect(engine.rejected).toEqual([{ candidate: "onnx-wasm", error: lost }]);
    const executable = await engine.executable(shape);
    expect(executable.shape).toEqual(shape);
    await expect(engine.fallBack(engine.backend, lost)).rejects.toMatchObject({
      code: "unsupported-environment",
    });
  });

  it("opens a GPU whose device was lost anew once; the second time it goes on, and says so", async () => {
    let opened = 0;
    const webgpu = async (): Promise<Backend> => {
      opened++;
      return { ...createCpuBackend(), name: "webgpu" };
    };
    const options = { model, ort, backends: ["webgpu", "cpu"] as const, factories: { webgpu } };
    await using engine = await createEngine(options, shape);
    const lost = new TatamiError({ code: "device-lost", message: "Gone.", fix: "Wait." });
    const first = engine.backend;
    await Promise.all([engine.fallBack(first, lost), engine.fallBack(first, lost)]);
    expect(engine.backend.name).toBe("webgpu");
    expect(engine.backend).not.toBe(first);
    expect(engine.rejected).toEqual([]);
    await engine.fallBack(engine.backend, lost);
    expect(engine.backend.name).toBe("cpu");
    expect(opened).toBe(2);
    expect(engine.rejected).toMatchObject([
      {
        candidate: "webgpu",
        error: { code: "device-lost", message: expect.stringContaining("opened anew") },
      },
    ]);
  });

  it("keeps a few shapes ready and disposes of the rest", async () => {
    const open = { count: 0 };
    const engine = await createEngine(
      { model, ort, backends: ["cpu"], factories: { cpu: async () => spoilt(0, open) } },
      shape,
    );
    for (let width = 10; width < 20; width++) {
      const executable = await engine.executable({ batch: 1, width, height: 10 });
      expect(executable.shape.width).toBe(width);
      expect(open.count).toBeLessThanOrEqual(6);
    }
    await engine[Symbol.asyncDispose]();
    expect(open.count).toBe(0);
  });

  it("runs graphs of every op on WebAssembly, agreeing with the reference", async () => {
    const met = new Set<string>();
    for (const block of [1, 2])
      for (let seed = 1; seed <= 20; seed++) {
        const any = randomModel(seed, block);
        for (const { op } of topologicalOrder(any.output)) met.add(op);
        const size = { batch: 2, width: 12, height: 10 };
        const threads = seed % 5 === 0 ? 2 : 1;
        const options = { model: any, ort: { threads }, backends: ["wasm"] as const };
        await using engine = await createEngine(options, size);
        const executable = await engine.executable(size);
        const picture = randomTensor([2, 1, 10, 12], 0, 1, createSeededRandom(seed));
        const [seen, expected] = [await executable.infer(picture), runReference(any, picture)];
        const largest = expected.data.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
        expect(largestDifference(seen, expected), any.name).toBeLessThan(1e-5 * largest);
      }
    const inModels = Object.values(opDefinitions).filter(({ place }) => place !== "step");
    expect([...met].sort()).toEqual(inModels.map(({ op }) => op).sort());
  });

  it("keeps frames on a device for chains of convolutions only", async () => {
    const opened = vi.fn<FrameBackend["openFrames"]>();
    const webgpu = async (): Promise<FrameBackend> => ({
      ...createCpuBackend(),
      name: "webgpu",
      takesFrames,
      openFrames: opened,
    });
    const backends = ["webgpu", "cpu"] as const;
    for (const graph of [unet, seededMamba()]) {
      await using engine = await createEngine({ model: graph, ort, backends, factories: { webgpu } }, shape);
      expect(engine.backend.name).toBe("webgpu");
      expect(await engine.frames()).toBeUndefined();
      expect(opened).not.toHaveBeenCalled();
      const error = {
        code: "invalid-model",
        message: expect.stringMatching(/runs chains of convolutions; "\w+" has a \w+ where none can be/),
        fix: expect.stringContaining("takes any graph: webgpu, wasm, onnx-wasm or cpu"),
      };
      await expect(createFrameProcessor({ model: graph })).rejects.toMatchObject(error);
    }
  });

  it("refuses a shape beside the model's alignment, rather than set every engine aside", async () => {
    const backends = ["wasm", "cpu"] as const;
    const refused = {
      code: "invalid-option",
      message: 'shape must be of multiples of the model\'s alignment, 4, not "24×22".',
    };
    const deep = seededUnet({ depth: 2 });
    const wrong = { ...shape, height: 22 };
    await expect(createEngine({ model: deep, ort, backends }, wrong)).rejects.toMatchObject(refused);
    await using engine = await createEngine({ model: deep, ort, backends }, shape);
    await expect(engine.executable(wrong)).rejects.toMatchObject(refused);
    expect(engine.backend.name).toBe("wasm");
  });

  it("finds no hardware adapter in Node, and says so", async () => {
    await expect(requireHardwareAdapter()).rejects.toMatchObject({ code: "unsupported-environment" });
  });
});
