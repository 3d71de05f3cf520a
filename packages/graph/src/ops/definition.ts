/** What an op is: the faces that each file of this folder fills in. */

import { invalidModel } from "../invalid-model.ts";
import type { Node, Op, OpArguments } from "../node.ts";
import { formatShape } from "../probe.ts";
import type { Tensor } from "../tensor.ts";

/** Sizes of a tensor's dimensions, outermost first. */
export type Shape = readonly number[];

/** What an op's ONNX face writes to. Values go by name. */
export interface OnnxEmitter extends OnnxBody {
  /** The name of a node's value. */
  valueOf(node: Node): string;
  /** The shape of a node's value; where there is a picture, for the imagined one of `probeShape`. */
  shapeOf(node: Node): Shape;
  /**
   * Adds a call of a function of the file's own, in the domain "tatami", which is written where it is called first:
   * several ONNX nodes that readers take back as one.
   *
   * @param name unlike that of any other body or attributes
   * @returns the output's name
   */
  call(name: string, inputs: readonly string[], attributes: OnnxAttributes, write: WriteBody): string;
}

/** What nodes are added to: a file's graph, or the body of a function. */
export interface OnnxBody {
  /** How selective scans are written. */
  readonly scans: OnnxScans;
  /** Adds an ONNX node; returns its first output's name. */
  node(
    opType: string,
    inputs: readonly string[],
    attributes?: OnnxAttributes,
    options?: OnnxNodeOptions,
  ): string;
  /** Adds float32 numbers known beforehand; returns their name. */
  floats(tensor: Tensor): string;
  /** Adds int64 numbers of one dimension; returns their name. */
  integers(values: readonly number[]): string;
}

/** Writes a function's body; returns the name of its output. */
export type WriteBody = (body: OnnxBody, inputs: readonly string[]) => string;

/**
 * `triangle`: products of matrices, which every onnxruntime has. `linear-attention`: the node of onnxruntime's own
 * domain, from 1.30 on, which is quicker and needs no matrix of every two tokens.
 */
export type OnnxScans = "triangle" | "linear-attention";

/** What is seldom said of a node. */
export interface OnnxNodeOptions {
  /** @defaultValue ONNX's own */
  readonly domain?: string;
  /** How many outputs it has. @defaultValue 1 */
  readonly outputs?: number;
}

/** Attributes of an ONNX node; plain numbers are whole. */
export type OnnxAttributes = Readonly<
  Record<string, number | string | readonly number[] | { readonly float: number }>
>;

/**
 * What a gradient rule builds its nodes with: those builders of `build.ts` and `build-training.ts` that rules need, and
 * shapes. They are handed over and named here by what they take, because the builders stand on the op table, and the op
 * table on the files of the ops.
 */
export interface GradientBuilders {
  shapeOf(node: Node): Shape;
  add(first: Node, second: Node): Node;
  concat(sources: readonly Node[], axis: number): Node;
  conv2d(picture: Node, kernel: Node): Node;
  conv2dInputGradient(outgoing: Node, kernel: Node): Node;
  conv2dWeightGradient(picture: Node, outgoing: Node, height: number, width: number): Node;
  cumulativeSum(source: Node, axis: number, reversed: boolean): Node;
  depthToSpace(picture: Node, block: number): Node;
  depthwiseConv2d(picture: Node, kernel: Node): Node;
  depthwiseInputGradient(outgoing: Node, kernel: Node): Node;
  depthwiseWeightGradient(picture: Node, outgoing: Node, height: number, width: number): Node;
  divide(first: Node, second: Node): Node;
  expand(source: Node, shape: Shape): Node;
  isPositive(source: Node): Node;
  isWithin(source: Node, minimum: number, maximum: number): Node;
  matrixMultiply(first: Node, second: Node): Node;
  multiply(first: Node, second: Node): Node;
  pad(source: Node, axis: number, before: number, after: number): Node;
  preluInputGradient(outgoing: Node, picture: Node, slopes: Node): Node;
  preluSlopeGradient(outgoing: Node, picture: Node): Node;
  relu(source: Node): Node;
  reshape(source: Node, shape: Shape): Node;
  selectiveScan(q: Node, k: Node, v: Node, g: Node, sizes: OpArguments["selectiveScan"]): Node;
  sign(source: Node): Node;
  slice(source: Node, axis: number, start: number, end: number): Node;
  spaceToDepth(picture: Node, block: number): Node;
  subtract(first: Node, second: Node): Node;
  sum(source: Node, axes: readonly number[]): Node;
  sumTo(source: Node, shape: Shape): Node;
  times(source: Node, factor: number): Node;
  transpose(source: Node, order: readonly number[]): Node;
  unwindow(windows: Node, like: Node, argument: OpArguments["unwindow"]): Node;
  window(picture: Node, argument: OpArguments["window"]): Node;
}

/**
 * The faces of an op. The picture and parameters are sources like any other: `input` is handed the
 * picture itself, `parameter` the tensor that is bound to it.
 */
export interface OpDefinition<O extends Op> {
  readonly op: O;
  /** Shape of the result. @throws TatamiError `invalid-model` when the sources do not fit. */
  shape(sources: readonly Shape[], arg: OpArguments[O]): Shape;
  /** The result: the definition of right. Float32 stored, float64 summed. */
  reference(sources: readonly Tensor[], arg: OpArguments[O]): Tensor;
  /** Pixels of context it needs on each side, at its own resolution. */
  halo(sources: readonly Shape[]): number;
  /** Multiply-accumulates for these shapes, as papers count them: convolutions and scans only. */
  macs(sources: readonly Shape[], arg: OpArguments[O]): number;
  /** Learned numbers, as papers count them: kernels only, no bias, no slope. */
  parameters(sources: readonly Shape[]): number;
  /** Writes the node as ONNX; returns the name of its value. */
  onnx(emitter: OnnxEmitter, node: Node<O>): string;
  /**
   * The gradient of each source, from the gradient of the result: nodes of the op set, so that whatever
   * runs the graph runs its gradient. `undefined` where none passes. What nobody needs is never reached,
   * so a rule gives all of them.
   */
  gradient(build: GradientBuilders, node: Node<O>, outgoing: Node): readonly (Node | undefined)[];
  /** Where it may stand: `verify` refuses a model that holds one of a step. */
  readonly place: Place;
}

/**
 * Where an op may stand. `picture`: in models and steps alike, as it takes pictures to pictures, each pixel by
 * what lies about it. `step`: in training steps only, so that what engines run for inference stays a small set.
 */
export type Place = "picture" | "step";

/** The faces of an op that looks at one pixel at a time and has no kernel. */
export const pixelwise: CommonFaces = {
  halo: () => 0,
  macs: () => 0,
  parameters: () => 0,
  place: "picture",
};

/** The faces of an op that no model may hold. */
export const stepOnly: CommonFaces = { ...pixelwise, place: "step" };

interface CommonFaces extends Pick<OpDefinition<Op>, "halo" | "parameters" | "place"> {
  macs(): number;
}

/** Throws unless an op has as many sources as it takes. */
export function checkSourceCount(op: Op, sources: readonly unknown[], wanted: number): void {
  if (sources.length === wanted) return;
  throw invalidModel(
    `${op} takes ${wanted} source${wanted === 1 ? "" : "s"}, not ${sources.length}.`,
    `Give ${op} exactly ${wanted} source${wanted === 1 ? "" : "s"}.`,
    { op, sources: sources.length },
  );
}

/** The shape as a picture `[n, c, h, w]`. @throws TatamiError `invalid-model` when it is not one. */
export function pictureShape(op: Op, shape: Shape | undefined): readonly [number, number, number, number] {
  if (shape?.length === 4) return shape as unknown as readonly [number, number, number, number];
  throw invalidModel(
    `${op} takes a picture of four dimensions [n, c, h, w], not ${formatShape(shape ?? [])}.`,
    `Give ${op} a picture of four dimensions.`,
    { op, shape: formatShape(shape ?? []) },
  );
}
