/** WebSR's networks (`@websr/websr` 0.0.15, MIT; the architecture is Anime4K's, bloc97) as graphs, from the package's weights. */

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { concat, conv2d, depthToSpace, haloOf, input, relu, tensor, times } from "@tatami/graph";
import type { Model, Node } from "@tatami/graph";

/** Small, medium and large. */
export type WebsrSize = "s" | "m" | "l";

/** What the weights were trained on: drawings (Anime4K's own) or footage ("real life", WebSR's). */
export type WebsrKind = "an" | "rl";

/** A file of weights, as the package has it. */
export interface WebsrWeights {
  readonly layers: Readonly<
    Record<string, { readonly weights: readonly number[]; readonly bias: readonly number[] }>
  >;
}

const require = createRequire(import.meta.url);

/** The package's weights of a network. */
export async function readWebsrWeights(size: WebsrSize, kind: WebsrKind): Promise<WebsrWeights> {
  const path = require.resolve(`@websr/websr/weights/anime4k/cnn-2x-${size}-${kind}.json`);
  return JSON.parse(await readFile(path, "utf8")) as WebsrWeights;
}

/**
 * A network ×2: RGB of 0..1 in, `[1, 3, h, w]`; out comes what is added to the bilinearly enlarged picture,
 * `[1, 3, 2h, 2w]`, or `[1, 1, 2h, 2w]` from S, which adds the same to all three colours. What lies over the border is 0.
 */
export function createWebsrModel(size: WebsrSize, weights: WebsrWeights): Model {
  const output = depthToSpace(size === "s" ? smallChain(weights) : denseChain(weights, size), 2);
  return { name: `websr-${size}`, scale: 2, halo: haloOf(output), output };
}

function smallChain(weights: WebsrWeights): Node {
  let deep = conv2d(input(3), ...convolution(weights, ["conv2d_tf"], 1, 3));
  for (const name of ["conv2d_1_tf", "conv2d_2_tf", "conv2d_last_tf"])
    deep = conv2d(bothSigns(deep), ...convolution(weights, [name], 2, 3));
  return deep;
}

/** M of four features, L of eight: seven layers, all of which the last one sees. */
function denseChain(weights: WebsrWeights, size: "m" | "l"): Node {
  // a layer of the file has four features
  const halves = size === "m" ? ["tf"] : ["tf", "tf1"];
  const last = size === "m" ? "conv2d_7" : "conv2d_last";
  const features: Node[] = [];
  let deep: Node = input(3);
  for (let at = 0; at < 7; at++) {
    const names = halves.map((half) => (at === 0 ? `conv2d_${half}` : `conv2d_${at}_${half}`));
    deep = conv2d(deep, ...convolution(weights, names, at === 0 ? 1 : 2 * halves.length, 3));
    deep = bothSigns(deep);
    features.push(deep);
  }
  const colours = ["tf", "tf1", "tf2"].map((colour) => `${last}_${colour}`);
  const [kernel, bias] = convolution(weights, colours, 14 * halves.length, 1);
  // a colour's four pixels lie together in the file; depth to space wants a pixel's three colours together
  const order = Array.from({ length: 12 }, (_, channel) => (channel % 3) * 4 + Math.floor(channel / 3));
  const inputs = kernel.data.length / 12;
  return conv2d(
    concat(features, 1),
    tensor(
      kernel.shape,
      Float32Array.from(
        order.flatMap((from) => [...kernel.data.subarray(from * inputs, (from + 1) * inputs)]),
      ),
    ),
    tensor(
      bias.shape,
      Float32Array.from(order, (from) => bias.data[from]!),
    ),
  );
}

/** Features above zero, then what lies below it (CReLU, arXiv 1603.05201). */
function bothSigns(features: Node): Node {
  return concat([relu(features), relu(times(features, -1))], 1);
}

/**
 * Layers of the file that see the same, as one convolution. The file has a matrix of 4×4 for each four inputs (the
 * fourth of RGB is opacity and counts 0) and each tap: column by column, taps from the left column to the right.
 *
 * @param groups of four inputs
 * @param side of the kernel
 */
function convolution(
  { layers }: WebsrWeights,
  names: readonly string[],
  groups: number,
  side: 1 | 3,
): [kernel: ReturnType<typeof tensor>, bias: ReturnType<typeof tensor>] {
  const inputs = groups === 1 ? 3 : 4 * groups;
  const kernel = tensor([4 * names.length, inputs, side, side]);
  const bias = names.flatMap((name) => layers[name]!.bias);
  let to = 0;
  for (const name of names) {
    const numbers = layers[name]!.weights;
    for (let output = 0; output < 4; output++)
      for (let from = 0; from < inputs; from++)
        for (let y = 0; y < side; y++)
          for (let x = 0; x < side; x++, to++) {
            const matrix = Math.floor(from / 4) * side ** 2 + x * side + y;
            kernel.data[to] = numbers[16 * matrix + 4 * (from % 4) + output]!;
          }
  }
  return [kernel, tensor([bias.length], Float32Array.from(bias))];
}
