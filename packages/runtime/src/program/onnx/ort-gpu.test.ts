/** WebGPU where onnxruntime-web looks for it, in Node: tried with classes that only note what they are given. */

import { afterEach, describe, expect, it } from "vitest";
import { exposeGpu } from "./ort-gpu.node.ts";

const here = globalThis as { navigator?: { gpu?: unknown }; GPUQueue?: unknown };
const before = Object.getOwnPropertyDescriptor(globalThis, "navigator");

afterEach(() => {
  delete here.GPUQueue;
  if (before) Object.defineProperty(globalThis, "navigator", before);
  else delete here.navigator;
});

/** A queue that cannot read shared memory, as Dawn's cannot. */
function createQueue() {
  const written: (readonly number[])[] = [];
  class Queue {
    writeBuffer(
      _buffer: unknown,
      _at: number,
      data: Uint8Array,
      offset = 0,
      size = data.length - offset,
    ): void {
      if (!(data.buffer instanceof ArrayBuffer)) throw new Error("Invalid argument");
      written.push([...data.subarray(offset, offset + size)]);
    }
  }
  return { Queue, written };
}

describe("exposeGpu", () => {
  it("puts the entry point into navigator, and leaves one that is there", async () => {
    here.GPUQueue = createQueue().Queue;
    const gpu = {} as GPU;
    await exposeGpu(gpu);
    expect(here.navigator!.gpu).toBe(gpu);
    await exposeGpu({} as GPU);
    expect(here.navigator!.gpu).toBe(gpu);
  });

  it("lets queues take views of shared memory, once", async () => {
    const { Queue, written } = createQueue();
    here.GPUQueue = Queue;
    await exposeGpu({} as GPU);
    await exposeGpu({} as GPU);
    const shared = new Uint8Array(new SharedArrayBuffer(4));
    shared.set([1, 2, 3, 4]);
    const queue = new Queue();
    queue.writeBuffer({}, 0, shared, 1, 2);
    queue.writeBuffer({}, 0, shared.subarray(2));
    queue.writeBuffer({}, 0, Uint8Array.of(7, 8, 9), 1);
    expect(written).toEqual([
      [2, 3],
      [3, 4],
      [8, 9],
    ]);
  });
});
