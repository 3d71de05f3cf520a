/** The kernel that resizes planes of bytes, with a memory of its own. */

import type { Plane, Size } from "@tatami/core";
import { loadKernels } from "../load-kernels.ts";

/** Taps of every output sample along one axis: four to enlarge, as many as there are to reduce. */
export interface ResizeTaps {
  /** `[samples][taps]`, each inside the source. */
  readonly indices: Int32Array;
  /** `[samples][taps]` */
  readonly weights: Float32Array;
}

/** One instance. */
export interface ResizeKernels {
  /** Resizes by four taps each way, rounded half up, clipped to bytes. */
  resize(source: Plane, size: Size, columns: ResizeTaps, rows: ResizeTaps): Plane;
  /** The same by any number of taps each way. */
  reduce(source: Plane, size: Size, columns: ResizeTaps, rows: ResizeTaps): Plane;
}

interface Exports {
  readonly memory: WebAssembly.Memory;
  heapBase(): number;
  resizePlane(
    source: number,
    sourceStride: number,
    sourceHeight: number,
    columnTaps: number,
    columnWeights: number,
    rowTaps: number,
    rowWeights: number,
    wide: number,
    target: number,
    width: number,
    height: number,
  ): void;
  reducePlane(
    source: number,
    sourceStride: number,
    sourceHeight: number,
    columnTaps: number,
    columnWeights: number,
    across: number,
    rowTaps: number,
    rowWeights: number,
    down: number,
    narrow: number,
    target: number,
    width: number,
    height: number,
  ): void;
}

/** Loads the kernels. @throws TatamiError `unsupported-environment` without WebAssembly SIMD. */
export async function createResizeKernels(): Promise<ResizeKernels> {
  const { module } = await loadKernels("resize");
  const run = new WebAssembly.Instance(module).exports as unknown as Exports;
  const { memory } = run;
  const base = Math.ceil(run.heapBase() / 64) * 64;
  const layOut = (source: Plane, { width, height }: Size, columns: ResizeTaps, rows: ResizeTaps) => {
    const bytes = source.stride * (source.height - 1) + source.width;
    let top = base;
    const place = (count: number): number => {
      const address = top;
      top = Math.ceil((top + count + 16) / 64) * 64;
      return address;
    };
    const from = place(bytes);
    const taps = [columns.indices, columns.weights, rows.indices, rows.weights].map(
      (values) => [values, place(values.byteLength)] as const,
    );
    const between = place(source.height * (width + 8) * 4);
    const to = place(width * height + 16);
    const missing = top - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / 65536));
    const { buffer } = memory;
    new Uint8Array(buffer, from, bytes).set(source.data.subarray(0, bytes));
    for (const [values, address] of taps) {
      const room = values instanceof Int32Array ? Int32Array : Float32Array;
      new room(buffer, address, values.length).set(values);
    }
    const [columnTaps, columnWeights, rowTaps, rowWeights] = taps.map(([, address]) => address) as [
      number,
      number,
      number,
      number,
    ];
    const take = (): Plane => {
      const data = new Uint8Array(memory.buffer, to, width * height).slice();
      return { width, height, stride: width, data };
    };
    return { from, columnTaps, columnWeights, rowTaps, rowWeights, between, to, take };
  };
  return {
    resize(source, size, columns, rows) {
      const at = layOut(source, size, columns, rows);
      const { stride, height } = source;
      run.resizePlane(
        at.from,
        stride,
        height,
        at.columnTaps,
        at.columnWeights,
        at.rowTaps,
        at.rowWeights,
        at.between,
        at.to,
        size.width,
        size.height,
      );
      return at.take();
    },
    reduce(source, size, columns, rows) {
      const at = layOut(source, size, columns, rows);
      const { stride, height } = source;
      run.reducePlane(
        at.from,
        stride,
        height,
        at.columnTaps,
        at.columnWeights,
        columns.indices.length / size.width,
        at.rowTaps,
        at.rowWeights,
        rows.indices.length / size.height,
        at.between,
        at.to,
        size.width,
        size.height,
      );
      return at.take();
    },
  };
}
