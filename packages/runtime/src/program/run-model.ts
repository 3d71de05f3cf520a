/** Any model on the training kernels, on the calling thread: what scores a network while it is trained. */

import type { Model, Node, Tensor } from "@tatami/graph";
import { isOp, parameter, replaceNodes, tensor, topologicalOrder } from "@tatami/graph";
import type { LoadedKernels } from "@tatami/kernels";
import { createTrainingKernels } from "@tatami/kernels";
import { compileProgram } from "./compile.ts";
import type { LoadedPlan } from "./run-plan.ts";
import { loadPlan } from "./run-plan.ts";

/** Runs one model on pictures of any size. */
export interface ModelRunner {
  /**
   * @param picture `[1, 1, h, w]`
   * @returns what the reference gives, `[1, 1, s·h, s·w]`, to rounding
   */
  run(picture: Tensor): Tensor;
}

/** Runs a graph on pictures of any size, and gives several of its nodes: features of a network, say. */
export interface GraphRunner {
  /** @param picture `[1, 1, h, w]` @returns each node's value, by name */
  run(picture: Tensor): Readonly<Record<string, Tensor>>;
}

/** A runner, which keeps what it compiled for the last size. @throws TatamiError `invalid-model` at the first run. */
export function createModelRunner(kernels: LoadedKernels, model: Model): ModelRunner {
  const runner = createGraphRunner(kernels, model.name, ({ arg: { name, shape } }) => ({
    output: bindPicture(model.output, shape, name),
  }));
  return { run: (picture) => runner.run(picture)["output"]! };
}

/** {@link createModelRunner} for any nodes. @param build the nodes over a picture */
export function createGraphRunner(
  kernels: LoadedKernels,
  name: string,
  build: (picture: Node<"parameter">) => Readonly<Record<string, Node>>,
): GraphRunner {
  let size = "";
  let loaded: LoadedPlan | undefined;
  return {
    run(picture) {
      if (!loaded || size !== picture.shape.join()) {
        const { run } = createTrainingKernels(kernels.module);
        const outputs = build(parameter("picture", picture.shape));
        loaded = loadPlan(run, compileProgram({ name, outputs }, { base: run.heapBase() }));
        loaded.setWeights(new Float32Array(0));
        size = picture.shape.join();
      }
      const { plan } = loaded;
      loaded.inputs().set(picture.data);
      loaded.run();
      loaded.finish();
      const values = loaded.region(plan.outputs);
      return Object.fromEntries(
        plan.outputs.layout.spans.map((span) => [
          span.name,
          tensor(span.shape, values.slice(span.start, span.start + span.count)),
        ]),
      );
    },
  };
}

/** The graph on a picture of a known size. */
export function bindPicture(output: Node, shape: readonly number[], name = "picture"): Node {
  const input = topologicalOrder(output).find((node) => isOp(node, "input"));
  return input ? replaceNodes(output, new Map([[input, parameter(name, shape)]])) : output;
}
