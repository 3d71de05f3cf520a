/** Threads that start, die, take turns and end. */

import type { Worker } from "node:worker_threads";
import type { PatchJob } from "@tatami/core";
import { createPlane, scaleSize, TatamiError } from "@tatami/core";
import { createArena, loadKernels } from "@tatami/kernels";
import { afterEach, beforeEach, describe, expect, it, test, vi } from "vitest";
import { seededSesr } from "../testing/models.ts";
import { noisePlane } from "../testing/planes.ts";
import { createWasmBackend } from "../wasm/backend.ts";
import { createThreadPool } from "./thread-pool.ts";

const model = seededSesr();
const size = { width: 24, height: 18 };
const started: Worker[] = [];
const note = (worker: Worker): void => void started.push(worker);
beforeEach(() => void process.on("worker", note));
afterEach(() => {
  process.off("worker", note);
  started.length = 0;
  vi.restoreAllMocks();
});

function jobs(count: number, of: { readonly width: number; readonly height: number } = size): PatchJob[] {
  const rect = { x: 0, y: 0, ...of };
  return Array.from({ length: count }, (_, index) => ({
    source: noisePlane(of, index + 1),
    target: createPlane(scaleSize(of, model.scale)),
    window: rect,
    kept: rect,
    fullRange: false,
  }));
}

describe("threads", () => {
  it("are as many as asked for, and gone once the engine is disposed of", async () => {
    const backend = await createWasmBackend({ threads: 3 });
    expect(started).toHaveLength(3);
    expect(backend).toMatchObject({ parallelPatches: 3, description: expect.stringMatching(/3 threads$/) });
    const ended = started.map((worker) => new Promise((resolve) => worker.once("exit", resolve)));
    await backend[Symbol.asyncDispose]();
    await Promise.all(ended);
  });

  it("taken away at work end the run, instead of leaving it waiting", async () => {
    const backend = await createWasmBackend({ threads: 2 });
    const executable = await backend.prepare(model, { batch: 1, width: 200, height: 200 });
    const running = executable.run(jobs(30, { width: 200, height: 200 }));
    const ended = expect(running).rejects.toMatchObject({
      code: "worker-lost",
      message: expect.stringContaining("its engine was disposed of"),
    });
    await backend[Symbol.asyncDispose]();
    await ended;
  });

  it("when one dies at work the run ends in worker-lost, and so does every later one", async () => {
    await using backend = await createWasmBackend({ threads: 2 });
    await using executable = await backend.prepare(model, { batch: 1, width: 200, height: 200 });
    const running = executable.run(jobs(30, { width: 200, height: 200 }));
    await started[1]!.terminate();
    const lost = { code: "worker-lost", message: expect.stringContaining("the thread ended") };
    await expect(running).rejects.toMatchObject(lost);
    await expect(executable.run(jobs(1, { width: 200, height: 200 }))).rejects.toMatchObject(lost);
  });

  it("when one dies between two frames the next run says so", async () => {
    await using backend = await createWasmBackend({ threads: 2 });
    await using executable = await backend.prepare(model, { batch: 1, ...size });
    await executable.run(jobs(4));
    await started[0]!.terminate();
    await expect(executable.run(jobs(4))).rejects.toMatchObject({ code: "worker-lost" });
  });

  it("have all taken a model over before it counts as prepared: its memory may grow only then", async () => {
    await using pool = await createThreadPool(2);
    const { module } = await loadKernels("inference");
    const arena = createArena();
    const open = (memory: WebAssembly.Memory): Promise<void> => {
      const id = pool.newId();
      return pool.ask(() => ({ kind: "open", id, module, memory, plan: 0 }));
    };
    await open(arena.memory);
    const unfit = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
    await expect(open(unfit)).rejects.toMatchObject({
      code: "worker-lost",
      message: expect.stringContaining("memory"),
    });
  });

  it("serve several prepared shapes at once, each in its turn", async () => {
    await using backend = await createWasmBackend({ threads: 2 });
    const shapes = [size, { width: 9, height: 31 }, { width: 40, height: 5 }];
    await Promise.all(
      shapes.flatMap((shape) =>
        [1, 2, 3].map(async () => {
          await using executable = await backend.prepare(model, { batch: 1, ...shape });
          const [some, again] = [jobs(5, shape), jobs(5, shape)];
          await Promise.all([executable.run(some), executable.run(again)]);
          expect(some.map(({ target }) => target.data)).toEqual(again.map(({ target }) => target.data));
          expect(some[0]!.target.data.some((level) => level > 0)).toBe(true);
        }),
      ),
    );
  });

  it("that cannot be had are done without, and the description says why", async () => {
    const { Memory } = WebAssembly;
    // as on a page that is not cross-origin isolated: the memory is made, but cannot be sent
    vi.spyOn(WebAssembly, "Memory").mockImplementation(function (this: unknown, init) {
      const memory = new Memory(init);
      if (init.maximum === 1) throw new RangeError("no shared memory here");
      return memory;
    });
    await using backend = await createWasmBackend({ threads: 4 });
    expect(backend.description).toMatch(/1 thread \(not 4: .*cannot be started: .*no shared memory here/);
    expect(backend.parallelPatches).toBe(1);
    await using executable = await backend.prepare(model, { batch: 1, ...size });
    await expect(executable.run(jobs(2))).resolves.toBeUndefined();
  });

  it("stop at an abort, and work again afterwards", async () => {
    await using backend = await createWasmBackend({ threads: 2 });
    await using executable = await backend.prepare(model, { batch: 1, ...size });
    const controller = new AbortController();
    const many = jobs(3000);
    const running = executable.run(many, controller.signal);
    const reason = new Error("enough");
    setImmediate(() => controller.abort(reason));
    await expect(running).rejects.toBe(reason);
    expect(many.at(-1)!.target.data.every((level) => level === 0)).toBe(true);
    const [one] = jobs(1);
    await executable.run([one!]);
    expect(one!.target.data.some((level) => level > 0)).toBe(true);
  });
});

test("memory that cannot be had ends in out-of-memory, before any thread knows of the model", async () => {
  await using backend = await createWasmBackend({ threads: 2 });
  const shape = { batch: 1, width: 2 ** 20, height: 8 };
  await expect(backend.prepare(model, shape)).rejects.toMatchObject({ code: "out-of-memory" });
  expect(() => createArena().take(2 ** 31)).toThrow(TatamiError);
  await using executable = await backend.prepare(model, { batch: 1, ...size });
  await expect(executable.run(jobs(1))).resolves.toBeUndefined();
});
