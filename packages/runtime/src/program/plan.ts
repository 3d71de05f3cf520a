/** A program as data: a picture of memory and the kernel calls that run on it. Any thread can be given one. */

import type { TrainingExports } from "@tatami/kernels";
import type { FlatLayout, Shape } from "@tatami/graph";

/** The kernels' functions that a plan may call. */
export type Kernel = Exclude<keyof TrainingExports, "memory" | "heapBase">;

/** One call: what is called, with addresses and numbers. */
export interface Call {
  readonly kernel: Kernel;
  readonly args: readonly number[];
}

/** Floats one behind the other in a plan's memory, and the tensors among them. */
export interface Region {
  /** Address in bytes. */
  readonly start: number;
  readonly layout: FlatLayout;
}

/** Numbers that a plan's memory begins with. */
export interface ImagePart {
  readonly address: number;
  readonly words: Int32Array | Float32Array;
}

/** A compiled program. */
export interface Plan {
  /** Where its memory begins and ends, in bytes. Everything in between but the image is zero at first. */
  readonly base: number;
  readonly end: number;
  readonly image: readonly ImagePart[];
  /** Given seldom: weights. After they change, `onWeights` is called. */
  readonly weights: Region;
  /** Given at every run. */
  readonly inputs: Region;
  /** Set to zero before every run; what comes out, in whatever order the kernels keep it. */
  readonly results: Region;
  readonly onWeights: readonly Call[];
  readonly onRun: readonly Call[];
  /** From `results`, or from sums of several of them, to `outputs`. */
  readonly onResults: readonly Call[];
  /** What came out, by name, row-major, anywhere in memory; some of it is a part of `results`. */
  readonly outputs: Region;
}

/** A shape's number of elements. */
export function countOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}
