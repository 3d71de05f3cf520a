/** Files that Tatami did not write, and that mean the same. */

import { describe, expect, it } from "vitest";
import type { NodeProto } from "../messages.ts";
import {
  absolute,
  add,
  concat,
  conv2d,
  depthToSpace,
  depthwiseConv2d,
  divide,
  exponential,
  input,
  logarithm,
  mean,
  multiply,
  prelu,
  relu,
  scalar,
  sigmoid,
  slice,
  spaceToDepth,
  squareRoot,
  subtract,
  sum,
} from "../../build.ts";
import { haloOf } from "../../model/halo.ts";
import { isOp } from "../../is-op.ts";
import type { Node } from "../../node.ts";
import { runReference } from "../../reference.ts";
import { tensor } from "../../tensor.ts";
import { topologicalOrder } from "../../rewrite/topological-order.ts";
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
  same,
  slopes,
} from "./made-file.fixture.ts";
import { readOnnx } from "./read-onnx.ts";
import { writeOnnx } from "../write-onnx.ts";

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
      "a quotient",
      file([convolution, nodeProto("Div", ["c", "half"], "last")], [floats("half", one(0.5))]),
      divide(convolved, scalar(0.5)),
    ],
    [
      "a number divided by a picture",
      file(
        [convolution, nodeProto("Exp", ["c"], "e"), nodeProto("Div", ["half", "e"], "last")],
        [floats("half", one(0.5))],
      ),
      divide(add(multiply(exponential(convolved), scalar(0)), scalar(0.5)), exponential(convolved)),
    ],
    [
      "a norm over channels, as opset 17 says its mean",
      file([
        convolution,
        nodeProto("ReduceMean", ["c"], "m", [attribute("axes", [-3])]),
        nodeProto("Sub", ["c", "m"], "d"),
        nodeProto("Abs", ["d"], "a"),
        nodeProto("Sqrt", ["a"], "s"),
        nodeProto("Sigmoid", ["s"], "i"),
        nodeProto("Log", ["i"], "last"),
      ]),
      logarithm(sigmoid(squareRoot(absolute(subtract(convolved, mean(convolved, [1])))))),
    ],
    [
      "a sum and a mean over channels, as opset 18 says them",
      file(
        [
          convolution,
          nodeProto("ReduceMean", ["c", "axis"], "m"),
          nodeProto("ReduceSum", ["c", "axis"], "s", [attribute("keepdims", 1)]),
          nodeProto("Mul", ["c", "m"], "cm"),
          nodeProto("Sub", ["cm", "s"], "last"),
        ],
        [integers("axis", [1])],
      ),
      subtract(multiply(convolved, mean(convolved, [1])), sum(convolved, [1])),
    ],
    [
      "a convolution of as many groups as channels",
      file(
        [convolution, nodeProto("Conv", ["c", "each", "b"], "last", [attribute("group", 4), same])],
        [floats("each", kernel)],
      ),
      depthwiseConv2d(convolved, kernel, bias),
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
    expect(model).toMatchObject({ name: "made", scale: 2, halo: haloOf(graph) });
    expect(runReference(model, picture)).toEqual(runReference(depthToSpace(graph, 2), picture));
    const ops = (node: Node): unknown => topologicalOrder(node).filter((each) => isOp(each, "prelu")).length;
    expect(ops(model.output)).toBe(ops(graph));
  });

  it("reads blocks laid out as channels: a node of their own, and slices in any order", () => {
    const halves = [0, 1, 2, 3].map((at) =>
      nodeProto("Slice", ["x", `from${at}`, "end", "axes", "steps"], `s${at}`),
    );
    const numbers = [
      ...[0, 1, 2, 3].map((at) => integers(`from${at}`, [at % 2, at >> 1])),
      integers("end", [2 ** 40, 9_000_000_000_000]),
      integers("axes", [-2, 3]),
      integers("steps", [2, 2]),
    ];
    const joined = nodeProto("Concat", ["s0", "s1", "s2", "s3"], "j", [attribute("axis", 1)]);
    const back = (from: string): NodeProto =>
      nodeProto("DepthToSpace", [from], "y", [attribute("blocksize", 2)]);
    const even = tensor([1, 1, 4, 6], picture.data.slice(0, 24));
    const whole = nodeProto("SpaceToDepth", ["c"], "d", [attribute("blocksize", 2)]);
    const few = nodeProto("Slice", ["d", "first", "fourth", "one"], "e");
    const part = [integers("first", [0]), integers("fourth", [4]), integers("one", [1])];
    for (const [bytes, graph, halo] of [
      [
        file([], part, { node: [convolution, whole, few, back("e")] }),
        slice(spaceToDepth(convolved, 2), 1, 0, 4),
        2,
      ],
      // Columns before rows, which is another order than that of space-to-depth.
      [
        file([], numbers, { node: [...halves, joined, back("j")] }),
        concat(
          [0, 2, 1, 3].map((place) => slice(spaceToDepth(x, 2), 1, place, place + 1)),
          1,
        ),
        0,
      ],
    ] as const) {
      const { model } = readOnnx(bytes);
      expect(model).toMatchObject({ scale: 1, halo, alignment: 2 });
      expect(runReference(model, even)).toEqual(runReference(depthToSpace(graph, 2), even));
    }
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
