/** Files that Tatami did not write, and that mean the same. */

import { describe, expect, it } from "vitest";
import {
  add,
  concat,
  conv2d,
  depthToSpace,
  input,
  multiply,
  prelu,
  relu,
  scalar,
  subtract,
} from "../build.ts";
import { haloOf } from "../model/halo.ts";
import { isOp } from "../is-op.ts";
import type { Node } from "../node.ts";
import { runReference } from "../reference.ts";
import { tensor } from "../tensor.ts";
import { topologicalOrder } from "../topological-order.ts";
import {
  attribute,
  bias,
  constantNode,
  convolution,
  file,
  floats,
  integers,
  kernel,
  last,
  nodeProto,
  one,
  perChannel,
  picture,
  slopes,
} from "./made-file.fixture.ts";
import { readOnnx } from "./read-onnx.ts";
import { writeOnnx } from "./write-onnx.ts";

const x = input();
const convolved = conv2d(x, kernel, bias);
describe("readOnnx", () => {
  it.each<readonly [string, Uint8Array, Node]>([
    ["a convolution with stated pads", file([convolution, last("c")]), convolved],
    [
      "a convolution with automatic pads and no bias",
      file([nodeProto("Conv", ["x", "k"], "last", [attribute("auto_pad", "SAME_UPPER")])]),
      conv2d(x, kernel),
    ],
    [
      "a PRelu node",
      file([convolution, nodeProto("PRelu", ["c", "slope"], "last")], [floats("slope", perChannel)]),
      prelu(convolved, slopes),
    ],
    [
      "a PRelu node with one slope for all",
      file([convolution, nodeProto("PRelu", ["c", "slope"], "last")], [floats("slope", one(0.2))]),
      prelu(convolved, tensor([4], new Float32Array(4).fill(0.2))),
    ],
    [
      "a LeakyRelu node",
      file([
        convolution,
        nodeProto("LeakyRelu", ["c"], "last", [{ name: "alpha", f: 0.3, type: 1, floats: [], ints: [] }]),
      ]),
      prelu(convolved, tensor([4], new Float32Array(4).fill(0.3))),
    ],
    [
      "a PReLU in its parts, slope first",
      file(
        [
          convolution,
          nodeProto("Neg", ["c"], "minus"),
          nodeProto("Relu", ["minus"], "below"),
          nodeProto("Mul", ["slope", "below"], "scaled"),
          nodeProto("Relu", ["c"], "above"),
          nodeProto("Sub", ["above", "scaled"], "last"),
        ],
        [floats("slope", perChannel)],
      ),
      prelu(convolved, slopes),
    ],
    [
      "a sum with the repeated picture first",
      file([convolution, nodeProto("Add", ["x", "c"], "last")]),
      add(convolved, x),
    ],
    [
      "a number minus a picture",
      file([convolution, nodeProto("Sub", ["half", "c"], "last")], [floats("half", one(0.5))]),
      multiply(subtract(convolved, scalar(0.5)), scalar(-1)),
    ],
    [
      "numbers in a Constant node",
      file([
        constantNode("half", floats("", one(0.5))),
        convolution,
        nodeProto("Mul", ["c", "half"], "last"),
      ]),
      multiply(convolved, scalar(0.5)),
    ],
    [
      "a Clip with only a minimum",
      file([convolution, nodeProto("Clip", ["c", "low"], "last")], [floats("low", one(0))]),
      relu(convolved),
    ],
    [
      "slices from the end, joined again",
      file(
        [
          convolution,
          nodeProto("Slice", ["c", "from", "to", "axis"], "end"),
          nodeProto("Slice", ["c", "zero", "from", "axis"], "start"),
          nodeProto("Concat", ["start", "end"], "last", [attribute("axis", -3)]),
        ],
        [integers("from", [-3]), integers("to", [2 ** 40]), integers("zero", [0]), integers("axis", [1])],
      ),
      convolved,
    ],
  ])("reads %s", (_what, bytes, graph) => {
    const { model } = readOnnx(bytes);
    expect(model).toMatchObject({ name: "made", scale: 2, halo: 1 });
    expect(runReference(model, picture)).toEqual(runReference(depthToSpace(graph, 2), picture));
    const ops = (node: Node): unknown => topologicalOrder(node).filter((each) => isOp(each, "prelu")).length;
    expect(ops(model.output)).toBe(ops(graph));
  });

  it("reads a shuffle in CRD order where it leaves one channel", () => {
    const crd = nodeProto("DepthToSpace", ["c"], "y", [attribute("blocksize", 2), attribute("mode", "CRD")]);
    const { model } = readOnnx(file([], [], { node: [convolution, crd] }));
    expect(runReference(model, picture)).toEqual(runReference(depthToSpace(convolved, 2), picture));
  });

  it("names the model by its metadata, and gives the rest back", () => {
    const metadata_props = ["name", "scale", "licence"].map((key, at) => ({
      key,
      value: ["mine", "2", "MIT"][at]!,
    }));
    const { model, metadata } = readOnnx(file([convolution, last("c")], [], {}, { metadata_props }));
    expect(model.name).toBe("mine");
    expect(metadata).toEqual({ licence: "MIT" });
  });

  it("joins more sources than a WebGPU shader binds, seven at a time", () => {
    const many = Array.from({ length: 16 }, (_, at) => subtract(x, scalar(at)));
    const output = depthToSpace(concat(many, 1), 4);
    const bytes = writeOnnx({ name: "many", scale: 4, halo: haloOf(output), output });
    const { model } = readOnnx(bytes);
    const joins = topologicalOrder(model.output).filter((each) => isOp(each, "concat"));
    expect(joins.map((each) => each.sources.length)).toEqual([7, 7, 4]);
    expect(runReference(model, picture)).toEqual(runReference(output, picture));
  });
});
