/** The kernel that resizes planes, of bytes or of words, with a memory of its own. */

import type { AnyPlane, Size } from "@tatami/core";
import { bitsOf, isDeepPlane, rowsOf } from "@tatami/core";
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
  /** Resizes by four taps each way, rounded half up, clipped to what the source's samples hold. */
  resize<P extends AnyPlane>(source: P, size: Size, columns: ResizeTaps, rows: ResizeTaps): P;
  /** The same by any number of taps each way. */
  reduce<P extends AnyPlane>(source: P, size: Size, columns: ResizeTaps, rows: ResizeTaps): P;
}

type Four = [number, number, number, number];
type ResizeNumbers = [...Four, ...Four, number, number, number];
type ReduceNumbers = [...ResizeNumbers, number, number];

interface Exports {
  readonly memory: WebAssembly.Memory;
  heapBase(): number;
  /** As `assembly/resize/index.ts` names its parameters. */
  resizePlane(...given: ResizeNumbers): void;
  resizeWords(...given: [...ResizeNumbers, most: number]): void;
  /** As `assembly/resize/reduce-plane.ts` does. */
  reducePlane(...given: ReduceNumbers): void;
  reduceWords(...given: [...ReduceNumbers, most: number]): void;
}

/** Loads the kernels. @throws TatamiError `unsupported-environment` without WebAssembly SIMD. */
export async function createResizeKernels(): Promise<ResizeKernels> {
  const { module } = await loadKernels("resize");
  const run = new WebAssembly.Instance(module).exports as unknown as Exports;
  return {
    resize<P extends AnyPlane>(source: P, size: Size, columns: ResizeTaps, rows: ResizeTaps) {
      const at = layOut(run, source, size, columns, rows);
      const { width, height } = size;
      const given: ResizeNumbers = [
        at.from,
        at.stride,
        source.height,
        at.columnTaps,
        at.columnWeights,
        at.rowTaps,
        at.rowWeights,
        at.between,
        at.to,
        width,
        height,
      ];
      if (isDeepPlane(source)) run.resizeWords(...given, mostOf(source));
      else run.resizePlane(...given);
      return take(run, source, size, at.to) as P;
    },
    reduce<P extends AnyPlane>(source: P, size: Size, columns: ResizeTaps, rows: ResizeTaps) {
      const at = layOut(run, source, size, columns, rows);
      const { width, height } = size;
      const given: ReduceNumbers = [
        at.from,
        at.stride,
        source.height,
        at.columnTaps,
        at.columnWeights,
        columns.indices.length / width,
        at.rowTaps,
        at.rowWeights,
        rows.indices.length / height,
        at.between,
        at.to,
        width,
        height,
      ];
      if (isDeepPlane(source)) run.reduceWords(...given, mostOf(source));
      else run.reducePlane(...given);
      return take(run, source, size, at.to) as P;
    },
  };
}

/** Has a source and its taps in memory, with room for the result; where everything is. */
function layOut(
  { memory, heapBase }: Exports,
  source: AnyPlane,
  { width, height }: Size,
  columns: ResizeTaps,
  rows: ResizeTaps,
) {
  const { data, stride } = rowsOf(source);
  const sampleBytes = isDeepPlane(source) ? 2 : 1;
  const bytes = stride * (source.height - 1) + source.width * sampleBytes;
  let top = Math.ceil(heapBase() / 64) * 64;
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
  const to = place(width * height * sampleBytes + 16);
  const missing = top - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / 65536));
  const { buffer } = memory;
  new Uint8Array(buffer, from, bytes).set(data.subarray(0, bytes));
  for (const [values, address] of taps) {
    const room = values instanceof Int32Array ? Int32Array : Float32Array;
    new room(buffer, address, values.length).set(values);
  }
  const [columnTaps, columnWeights, rowTaps, rowWeights] = taps.map(([, address]) => address) as Four;
  return { from, stride, columnTaps, columnWeights, rowTaps, rowWeights, between, to };
}

/** A copy of the result, of the source's kind. */
function take({ memory }: Exports, source: AnyPlane, { width, height }: Size, address: number): AnyPlane {
  const whole = { width, height, stride: width };
  const room = [memory.buffer, address, width * height] as const;
  if (!isDeepPlane(source)) return { ...whole, data: new Uint8Array(...room).slice() };
  return { ...whole, bits: source.bits, data: new Uint16Array(...room).slice() };
}

function mostOf(plane: AnyPlane): number {
  return 2 ** bitsOf(plane) - 1;
}
