/** The kernels that decide about patches and reuse them, with a memory of their own. */

import type { Rect, Size } from "@tatami/core";
import { enlargingFilter, stepsOfLevel } from "@tatami/core";
import { carryLayout } from "../generated/layouts.ts";
import { writeFields } from "../layout.ts";
import { loadKernels } from "../load-kernels.ts";

/** Samples in the kernels' memory, row after row: bytes, or words of 16 bits. */
export interface BytePlane {
  readonly address: number;
  /** Bytes. */
  readonly stride: number;
}

/** How far two windows are from one another, in levels of 8 bits. */
export interface WindowDifference {
  readonly largest: number;
  readonly sum: number;
}

/** A patch that is reused, and what has changed since. */
export interface CarryJob {
  /** The window now, and as it was when `result` was computed. */
  readonly current: BytePlane;
  readonly before: BytePlane;
  readonly window: Size;
  /** The part of the window that `result` belongs to. */
  readonly kept: Rect;
  readonly result: BytePlane;
  readonly target: BytePlane;
}

/** One instance for enlarging by one factor. */
export interface ReuseKernels {
  /** Bytes of one sample: 1, or 2 of more than 8 bits. */
  readonly sampleBytes: 1 | 2;
  /** All of the memory; ask again after {@link ReuseKernels.take}, which may move it. */
  bytes(): Uint8Array<ArrayBuffer>;
  /** Address of new bytes. They are never given back: whoever takes them keeps them in use. */
  take(count: number): number;
  /** @param exact stop at the first row that differs: the numbers then say no more than "equal" or "not" */
  compare(a: BytePlane, b: BytePlane, size: Size, exact: boolean): WindowDifference;
  copy(from: BytePlane, to: BytePlane, size: Size): void;
  /** Σ (a − b)² over two windows, in levels² of 8 bits. */
  squareDifference(a: BytePlane, b: BytePlane, size: Size): number;
  /** target = result + Catmull–Rom enlargement of (current − before), rounded half up, clipped to what samples hold. */
  carry(job: CarryJob): void;
}

interface Exports {
  readonly memory: WebAssembly.Memory;
  heapBase(): number;
  compareWindows(
    a: number,
    aStride: number,
    b: number,
    bStride: number,
    width: number,
    height: number,
    exact: number,
    result: number,
  ): void;
  compareWords: Exports["compareWindows"];
  carryWords: Exports["carryPatch"];
  squareDifferenceOfWords: Exports["squareDifference"];
  copyRows(
    from: number,
    fromStride: number,
    to: number,
    toStride: number,
    width: number,
    height: number,
  ): void;
  squareDifference(
    a: number,
    aStride: number,
    b: number,
    bStride: number,
    width: number,
    height: number,
  ): number;
  carryPatch(carry: number): void;
}

/**
 * Loads the kernels.
 *
 * @param scale how many times larger results are
 * @param width of the widest window
 * @param bits of a sample; above 8 all planes are words of 16 bits
 * @throws TatamiError `unsupported-environment` without WebAssembly SIMD.
 */
export async function createReuseKernels(scale: number, width: number, bits = 8): Promise<ReuseKernels> {
  const { module } = await loadKernels("reuse");
  const run = new WebAssembly.Instance(module).exports as unknown as Exports;
  const { memory } = run;
  let top = align(run.heapBase());
  const take = (count: number): number => {
    const address = top;
    // the kernels read and write whole vectors
    top = align(address + count + 32);
    const missing = top - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / 65536));
    return address;
  };
  const result = take(16);
  const sampleBytes = bits > 8 ? 2 : 1;
  const steps = stepsOfLevel(bits);
  const [squareDifference, carryPatch] =
    bits > 8 ? [run.squareDifferenceOfWords, run.carryWords] : [run.squareDifference, run.carryPatch];
  const { weights, firstTaps } = enlargingFilter(scale);
  const weightsAt = take(weights.length * 4);
  const tapsAt = take(firstTaps.length * 4);
  const scratch = take((8 + scale) * (width + 16) * 4);
  const carry = take(carryLayout.bytes);
  new Float32Array(memory.buffer, weightsAt, weights.length).set(weights);
  new Int32Array(memory.buffer, tapsAt, firstTaps.length).set(firstTaps);
  return {
    sampleBytes,
    bytes: () => new Uint8Array(memory.buffer),
    take,
    compare(a, b, size, exact) {
      const { width: w, height: h } = size;
      if (bits > 8) {
        run.compareWords(a.address, a.stride, b.address, b.stride, w, h, exact ? 1 : 0, result);
        const [most, , low, high] = new Uint32Array(memory.buffer, result, 4) as unknown as Four;
        return { largest: most / steps, sum: (high * 2 ** 32 + low) / steps };
      }
      run.compareWindows(a.address, a.stride, b.address, b.stride, w, h, exact ? 1 : 0, result);
      const [largest, sum] = new Int32Array(memory.buffer, result, 2) as unknown as [number, number];
      return { largest, sum };
    },
    copy: (from, to, size) =>
      run.copyRows(from.address, from.stride, to.address, to.stride, size.width * sampleBytes, size.height),
    squareDifference: (a, b, size) =>
      squareDifference(a.address, a.stride, b.address, b.stride, size.width, size.height) / steps ** 2,
    carry({ current, before, window, kept, result: from, target }) {
      writeFields(memory.buffer, carry, carryLayout, {
        current: current.address,
        currentStride: current.stride,
        before: before.address,
        beforeStride: before.stride,
        width: window.width,
        height: window.height,
        keptX: kept.x,
        keptY: kept.y,
        keptWidth: kept.width,
        keptHeight: kept.height,
        scale,
        result: from.address,
        resultStride: from.stride,
        target: target.address,
        targetStride: target.stride,
        weights: weightsAt,
        firstTaps: tapsAt,
        scratch,
        most: 2 ** bits - 1,
      });
      carryPatch(carry);
    },
  };
}

type Four = [number, number, number, number];

function align(address: number): number {
  return Math.ceil(address / 64) * 64;
}
