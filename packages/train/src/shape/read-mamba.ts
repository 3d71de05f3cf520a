/** The weights of a network of selective scans out of the model that runs, so that others can start from a shipped one. */

import { isOp, networkOf, tensor, topologicalOrder } from "@tatami/graph";
import type { Model, Node, Tensor } from "@tatami/graph";
import type { NetworkShape } from "../campaign/recipe.ts";
import type { Tensors } from "../objective/super-resolution.ts";
import { computesAs, constantOf, networkModel } from "./network-model.ts";

/** The shape and weights of a model that is a Mamba network; nothing for any other. */
export function readMamba(
  model: Model,
): { readonly network: "mamba"; readonly architecture: NetworkShape; readonly weights: Tensors } | undefined {
  const nodes = topologicalOrder(model.output);
  if (!nodes.some((node) => isOp(node, "selectiveScan"))) return undefined;
  const found = constantsOf(nodes);
  for (const architecture of shapesOf(model, nodes)) {
    const weights = readWeights(model.name, architecture, found);
    const kind = { name: model.name, network: "mamba", architecture } as const;
    if (weights && computesAs(model, kind, weights)) return { network: "mamba", architecture, weights };
  }
  return undefined;
}

/** Shapes that the model may have: what its operations do not tell is tried. */
function shapesOf({ scale }: Model, nodes: readonly Node[]): readonly NetworkShape[] {
  const convolutions = nodes.filter((node) => isOp(node, "conv2d"));
  const kernels = convolutions.map((node) => constantOf(node.sources[1])?.shape ?? []);
  const windows = nodes.find((node) => isOp(node, "window"));
  const scan = nodes.find((node) => isOp(node, "selectiveScan"));
  const [features] = kernels[0] ?? [];
  // the first, what follows the rounds, and the head are of 3×3, too
  const rounds = kernels.filter(([, , side]) => side === 3).length - 3;
  if (!windows || !scan || features === undefined || rounds < 1) return [];
  const perMixer = kernels.filter(([, , side]) => side === 1).length / (2 * rounds);
  // value, gate, select and out, or narrow and widen in its place
  const rank = perMixer === 4 ? "full" : Math.min(...kernels.map(([outputs = 0]) => outputs));
  const told = {
    features,
    rounds,
    rank,
    states: scan.arg.states,
    window: windows.arg.size,
    mixer: "scan",
    scale,
  };
  const { check } = networkOf("mamba");
  return [true, false].flatMap((inner) =>
    [4, 2, 1].map((orders) => check({ ...told, inner, orders }) as NetworkShape),
  );
}

/**
 * Weights by where a network of that shape, made of numbers that are known, has them among its constants.
 *
 * @returns nothing where it has other constants
 */
function readWeights(
  name: string,
  architecture: NetworkShape,
  found: readonly Tensor[],
): Tensors | undefined {
  const specs = networkOf("mamba").weights(architecture);
  const marks = specs.map((_, at) => Math.fround(0.3 + at / 1024));
  const marked = Object.fromEntries(
    specs.map((spec, at) => [spec.name, filled(spec.shape, marks[at]!)] as const),
  );
  const made = constantsOf(
    topologicalOrder(networkModel({ name, network: "mamba", architecture }, marked).output),
  );
  if (made.map(({ shape }) => shape.join()).join(";") !== found.map(({ shape }) => shape.join()).join(";"))
    return undefined;
  return Object.fromEntries(
    specs.map(({ name: own, shape }, at) => {
      const isRate = own.endsWith(".rate");
      const mark = isRate ? Math.fround(-Math.fround(Math.exp(marks[at]!))) : marks[at]!;
      const { data } = found[made.findIndex((each) => each.data[0] === mark)]!;
      const [, , , taps = 1] = shape;
      if (isRate)
        return [
          own,
          tensor(
            shape,
            data.map((value) => Math.log(-value)),
          ),
        ];
      if (!own.endsWith(".causal.kernel")) return [own, tensor(shape, data.slice())];
      // behind the taps that look back are as many zeros but one
      return [
        own,
        tensor(
          shape,
          data.filter((_each, i) => i % (2 * taps - 1) < taps),
        ),
      ];
    }),
  );
}

function filled(shape: readonly number[], value: number): Tensor {
  const made = tensor(shape);
  made.data.fill(value);
  return made;
}

function constantsOf(nodes: readonly Node[]): readonly Tensor[] {
  return nodes.filter((node) => isOp(node, "constant")).map(({ arg }) => arg);
}
