/** A program, a training step for instance, as an ONNX file. */

import { invalidModel } from "../invalid-model.ts";
import { isOp } from "../is-op.ts";
import type { Node } from "../node.ts";
import { parametersOf } from "../program.ts";
import type { Program } from "../program.ts";
import { probeShape } from "../shape.ts";
import { topologicalOrder } from "../rewrite/topological-order.ts";
import { createEmitter } from "./emitter.ts";
import type { ValueInfoProto } from "./messages.ts";
import { encodeOnnxFile, valueInfo } from "./onnx-file.ts";

/**
 * The program as the bytes of an ONNX file: opset 17, IR version 8, float32. One input for each parameter
 * and one output for each of the program's, by their names, all of fixed shape. Ordinary ops that
 * onnxruntime runs on the CPU and on its WebGPU engine, none of them internal.
 *
 * @param metadata facts for the file's `metadata_props`, beside `name`.
 * @throws TatamiError `invalid-model` for a program that is not right, or names that ONNX nodes have too.
 */
export function writeProgramOnnx(
  program: Program,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const parameters = parametersOf(program);
  const outputs = Object.entries(program.outputs);
  const writer = createEmitter();
  const { nodes, initializers, emitter, rename } = writer;
  for (const node of topologicalOrder(...Object.values(program.outputs))) {
    if (node.op !== "constant") emitter.valueOf(node);
  }
  const names = new Map<string, string>();
  for (const [name, node] of outputs) {
    // Handed on under its own name: input and output are one value.
    if (isOp(node, "parameter") && node.arg.name === name) continue;
    const value = emitter.valueOf(node);
    // An output is a value of a node, and of one output only.
    const computed = node.op !== "parameter" && node.op !== "constant" && !names.has(value);
    names.set(computed ? value : emitter.node("Identity", [value]), name);
  }
  const given = [...parameters.map(({ arg }) => arg.name), ...names.values()];
  checkNames(given, new Set([...nodes, ...initializers].flatMap((each) => valueNames(each))));
  rename(names);
  return encodeOnnxFile(
    {
      name: program.name,
      node: nodes,
      initializer: initializers,
      input: parameters.map((node) => fixedShape(node.arg.name, node)),
      output: outputs.map(([name, node]) => fixedShape(name, node)),
    },
    { ...metadata, name: program.name },
    writer.functions,
  );
}

function fixedShape(name: string, node: Node): ValueInfoProto {
  return valueInfo(
    name,
    probeShape(node).map((dim_value) => ({ dim_value })),
  );
}

function valueNames(each: {
  readonly output?: readonly string[];
  readonly name?: string;
}): readonly string[] {
  return each.output ?? (each.name === undefined ? [] : [each.name]);
}

function checkNames(given: readonly string[], taken: ReadonlySet<string>): void {
  const clash = given.find((name) => taken.has(name));
  if (clash === undefined) return;
  throw invalidModel(
    `The file's own values are called like "${clash}" too.`,
    "Give the parameter or output a name that is not an op with a number.",
    { name: clash },
  );
}
