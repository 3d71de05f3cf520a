/** A model as an ONNX file. */

import type { Model } from "../model/model.ts";
import { isOp } from "../is-op.ts";
import type { Node } from "../node.ts";
import { inputName } from "../ops/leaves/input.ts";
import { topologicalOrder } from "../rewrite/topological-order.ts";
import { verifyOrThrow } from "../model/verify.ts";
import type { OnnxScans } from "../ops/definition.ts";
import { createEmitter } from "./emitter.ts";
import type { OnnxGraphWriter } from "./emitter.ts";
import type { DimensionProto, GraphProto } from "./messages.ts";
import { encodeOnnxFile, valueInfo } from "./onnx-file.ts";

const outputName = "output";

/** How a file is written. */
export interface WriteOptions {
  /** How selective scans are. @defaultValue "triangle", which every onnxruntime runs */
  readonly scans?: OnnxScans | undefined;
}

/**
 * The model as the bytes of an ONNX file: opset 17, IR version 8, float32 weights. One input
 * `[n, 1, h, w]`, one output `[n, 1, s·h, s·w]`, n, h and w free. Every op is one that
 * onnxruntime-web's WebGPU engine has; windows and scans are functions of the file's own, made of such ops.
 *
 * @param metadata further facts for the file's `metadata_props`, beside `name` and `scale`.
 * @param features nodes of the model that are outputs, too, by these names, for other networks to learn from. Tatami itself
 * then reads the file as a teacher only.
 * @throws TatamiError `invalid-model` for a model that `verify` finds fault with, or that ONNX cannot say.
 */
export function writeOnnx(
  model: Model,
  metadata: Readonly<Record<string, string>> = {},
  features: Readonly<Record<string, Node>> = {},
  { scans }: WriteOptions = {},
): Uint8Array {
  verifyOrThrow(model);
  const writer = createEmitter(scans);
  const graph = writeGraph(writer, model, features);
  const facts = { ...metadata, name: model.name, scale: String(model.scale) };
  return encodeOnnxFile(graph, facts, writer.functions);
}

/**
 * The same of a graph that is no model: from pictures of any channels `[n, c, h, w]` to one channel of their size. Read it by
 * `readOnnxGraph`.
 */
export function writeOnnxGraph(
  name: string,
  output: Node,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const writer = createEmitter();
  const graph = writeGraph(writer, { name, scale: 1, output }, {});
  return encodeOnnxFile(graph, { ...metadata, name }, writer.functions);
}

function writeGraph(
  { nodes, initializers, emitter, rename }: OnnxGraphWriter,
  model: Pick<Model, "name" | "scale" | "output">,
  features: Readonly<Record<string, Node>>,
): GraphProto {
  for (const node of topologicalOrder(model.output)) if (node.op !== "constant") emitter.valueOf(node);
  const last = emitter.valueOf(model.output);
  // An output may not be the input itself.
  const named = last === inputName ? emitter.node("Identity", [last]) : last;
  const further = Object.entries(features);
  rename(
    new Map([[named, outputName], ...further.map(([name, node]) => [emitter.valueOf(node), name] as const)]),
  );
  const side = (name: string): DimensionProto => ({
    dim_param: model.scale === 1 ? name : `${model.scale}*${name}`,
  });
  return {
    name: model.name,
    node: nodes,
    initializer: initializers,
    input: [
      valueInfo(inputName, [
        { dim_param: "n" },
        { dim_value: channelsOf(model.output) },
        { dim_param: "h" },
        { dim_param: "w" },
      ]),
    ],
    output: [
      valueInfo(outputName, [{ dim_param: "n" }, { dim_value: 1 }, side("h"), side("w")]),
      ...further.map(([name]) =>
        valueInfo(
          name,
          ["n", `${name}_c`, "h", "w"].map((dim_param) => ({ dim_param })),
        ),
      ),
    ],
  };
}

/** Of its input. */
function channelsOf(output: Node): number {
  const [picture] = topologicalOrder(output).filter((node) => isOp(node, "input"));
  return picture?.arg.channels ?? 1;
}
