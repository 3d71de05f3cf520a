/** A network as data: its weights by name, and a function from them and a picture to an enlarged one. */

import { add, constant, depthToSpace, input } from "../build.ts";
import { addIdentityTap } from "../collapse/absorb-residual.ts";
import { foldConstants } from "../collapse/fold-constants.ts";
import { invalidModel } from "../invalid-model.ts";
import { reachOf } from "../model/halo.ts";
import type { Model } from "../model/model.ts";
import { verifyOrThrow } from "../model/verify.ts";
import type { Node } from "../node.ts";
import type { Shape } from "../ops/definition.ts";
import { formatShape } from "../probe.ts";
import { randomTensor } from "../random/random-tensor.ts";
import { rewrite } from "../rewrite/rewrite.ts";
import { createSeededRandom } from "../random/seeded-random.ts";
import { elementCount, tensor } from "../tensor.ts";
import type { Tensor } from "../tensor.ts";

/**
 * How a weight begins. `uniform`: evenly in ±gain·√(6 / (fan in + fan out)) (Glorot and Bengio, 2010, equation 16),
 * gain 1 when left out. `constant`: one number everywhere. `spread`: in even steps, from the first number to the last.
 */
export type Begin =
  | { readonly kind: "uniform"; readonly gain?: number }
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "spread"; readonly from: number; readonly to: number };

/** A linear block of SESR (arXiv 2103.09404, section 3): a kernel that is trained as a product. */
export interface LinearBlock {
  /** Hidden channels of the product: p in the paper. */
  readonly width: number;
  /** Whether the block's short residual, an identity tap, is in the kernel. */
  readonly residual: boolean;
}

/** One weight of a network. */
export interface WeightSpec {
  /** Unlike any other in the network: `first.kernel`. */
  readonly name: string;
  /** Kernels `[o, i, kh, kw]`; biases, slopes and all else that is one number a channel `[c]`. */
  readonly shape: Shape;
  readonly begin: Begin;
  /** For kernels named `….kernel` that can be trained wide. @defaultValue trained as it is */
  readonly block?: LinearBlock;
}

/** What a network makes of a picture. */
export interface BuiltNetwork {
  /** `[n, 1, s·h, s·w]` for a network of scale s; not clipped. */
  readonly output: Node;
  /** What lies between, by name: what distillation looks at. */
  readonly features: Readonly<Record<string, Node>>;
}

/** A kind of network, of any shape. */
export interface Network<S = unknown> {
  /** The name it is found by: `sesr`. */
  readonly name: string;
  /** A whole shape, defaults filled in. @throws TatamiError `invalid-option` */
  check(shape: unknown): S;
  /** How many times wider and higher the output is than the picture. */
  scaleOf(shape: S): number;
  /** Its weights, in one order. */
  weights(shape: S): readonly WeightSpec[];
  /**
   * @param weight the node of a weight: a constant, a parameter, or something computed; asked for by name.
   * @param picture `[n, 1, h, w]`, Y′/255.
   */
  build(shape: S, weight: (name: string) => Node, picture: Node): BuiltNetwork;
}

/**
 * A network with its weights, as a model.
 *
 * @param shape as `check` returns it.
 * @param tensors one for each weight, by name.
 * @throws TatamiError `invalid-model` for a tensor that is missing, unknown or of another shape, and for a network
 * that is no model: a critic, for instance.
 */
export function createNetworkModel<S>(
  network: Network<S>,
  shape: S,
  name: string,
  tensors: Readonly<Record<string, Tensor>>,
): Model {
  const nodes = new Map(
    network.weights(shape).map((spec) => [spec.name, constant(checkTensor(name, spec, tensors[spec.name]))]),
  );
  const unknown = Object.keys(tensors).find((each) => !nodes.has(each));
  if (unknown !== undefined) throw unknownWeight(name, unknown);
  const built = network.build(shape, (each) => nodes.get(each) ?? fail(name, each), input());
  // what is worked out of weights alone is a weight where the network runs
  const output = rewrite(built.output, [foldConstants]);
  const model: Model = { name, scale: network.scaleOf(shape), ...reachOf(output), output };
  verifyOrThrow(model);
  return model;
}

/**
 * Weights as training begins, the same for the same seed: one stream of random numbers, in the order of the specs.
 * A kernel with a short residual has its identity tap.
 */
export function initialWeights(specs: readonly WeightSpec[], seed: number): Record<string, Tensor> {
  const random = createSeededRandom(seed);
  return Object.fromEntries(specs.map((spec) => [spec.name, beginWeight(spec, random)]));
}

/** The tensor a weight begins as. @param random numbers from 0 up to 1 */
export function beginWeight({ shape, begin, block }: WeightSpec, random: () => number): Tensor {
  if (begin.kind === "constant") {
    return tensor(shape, new Float32Array(elementCount(shape)).fill(begin.value));
  }
  if (begin.kind === "spread") {
    const [count, by] = [elementCount(shape), begin.to - begin.from];
    const at = (index: number): number => begin.from + (by * index) / Math.max(1, count - 1);
    return tensor(
      shape,
      Float32Array.from({ length: count }, (_, index) => at(index)),
    );
  }
  const [outputs = 1, inputs = 1, ...sides] = shape;
  const limit = (begin.gain ?? 1) * Math.sqrt(6 / ((outputs + inputs) * elementCount(sides)));
  const drawn = randomTensor(shape, -limit, limit, random);
  return block?.residual ? addIdentityTap(drawn) : drawn;
}

/**
 * What a head of scale² channels makes of the picture: the picture is added to every one of a pixel's sub-pixels, so
 * that the network learns what is to be added to the nearest neighbour's enlargement. Sub-pixels in the order of rows.
 */
export function enlarge(head: Node, picture: Node, scale: number): Node {
  const bright = add(head, picture);
  return scale === 1 ? bright : depthToSpace(bright, scale);
}

function checkTensor(network: string, { name, shape }: WeightSpec, given: Tensor | undefined): Tensor {
  if (given && formatShape(given.shape) === formatShape(shape)) return given;
  throw invalidModel(
    `${network}: the weight "${name}" is ${given ? formatShape(given.shape) : "missing"}, not ${formatShape(shape)}.`,
    "Give the weights of a network of this very shape.",
    { model: network, weight: name },
  );
}

function fail(network: string, name: string): never {
  throw unknownWeight(network, name);
}

function unknownWeight(network: string, name: string): Error {
  return invalidModel(
    `${network}: there is no weight "${name}".`,
    "Give the weights that the network's own list names, and no others.",
    { model: network, weight: name },
  );
}
