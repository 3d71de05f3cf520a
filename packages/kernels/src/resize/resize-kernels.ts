/** The kernel that resizes planes of bytes, with a memory of its own. */

import type { Plane, Size } from "@tatami/core";
import { loadKernels } from "../load-kernels.ts";

/** Four taps of every output sample along one axis. */
export interface ResizeTaps {
  /** `[samples][4]`, each inside the source. */
  readonly indices: Int32Array;
  /** `[samples][4]` */
  readonly weights: Float32Array;
}

/** One instance. */
export interface ResizeKernels {
  /** Resizes by four taps each way, rounded half up, clipped to bytes. */
  resize(source: Plane, size: Size, columns: ResizeTaps, rows: ResizeTaps): Plane;
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
}

/** Loads the kernel. @throws TatamiError `unsupported-environment` without WebAssembly SIMD. */
export async function createResizeKernels(): Promise<ResizeKernels> {
  const { module } = await loadKernels("resize");
  const run = new WebAssembly.Instance(module).exports as unknown as Exports;
  const { memory } = run;
  const base = Math.ceil(run.heapBase() / 64) * 64;
  return {
    resize(source, { width, height }, columns, rows) {
      const bytes = source.stride * (source.height - 1) + source.width;
      let top = base;
      const place = (count: number): number => {
        const address = top;
        top = Math.ceil((top + count + 16) / 64) * 64;
        return address;
      };
      const from = place(bytes);
      const [columnTaps, columnWeights] = [place(width * 16), place(width * 16)];
      const [rowTaps, rowWeights] = [place(height * 16), place(height * 16)];
      const wide = place(source.height * (width + 8) * 4);
      const to = place(width * height + 16);
      const missing = top - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / 65536));
      const { buffer } = memory;
      new Uint8Array(buffer, from, bytes).set(source.data.subarray(0, bytes));
      new Int32Array(buffer, columnTaps, width * 4).set(columns.indices);
      new Float32Array(buffer, columnWeights, width * 4).set(columns.weights);
      new Int32Array(buffer, rowTaps, height * 4).set(rows.indices);
      new Float32Array(buffer, rowWeights, height * 4).set(rows.weights);
      run.resizePlane(
        from,
        source.stride,
        source.height,
        columnTaps,
        columnWeights,
        rowTaps,
        rowWeights,
        wide,
        to,
        width,
        height,
      );
      return { width, height, stride: width, data: new Uint8Array(buffer, to, width * height).slice() };
    },
  };
}
