/** Files that Tatami does not read: refused, with the node and its op named. */

import { TatamiError } from "@tatami/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomModel } from "../../random/random-model.ts";
import {
  attribute,
  convolution,
  file,
  floats,
  integers,
  last,
  nodeProto,
  one,
  same,
  value,
} from "./made-file.fixture.ts";
import { readOnnx } from "./read-onnx.ts";
import { tensor } from "../../tensor.ts";
import { writeOnnx } from "../write-onnx.ts";

describe("readOnnx", () => {
  const strided = nodeProto("Conv", ["x", "k", "b"], "c", [same, attribute("strides", [2, 2])]);
  it.each<readonly [string, Uint8Array, RegExp]>([
    ["no protocol buffer", new Uint8Array([255, 255, 255, 255]), /4 bytes are not an ONNX file/],
    ["nothing", new Uint8Array(), /no ONNX graph/],
    [
      "an old opset",
      file([convolution, last("c")], [], {}, { opset_import: [{ version: 9 }] }),
      /opset 9; 13 and later/,
    ],
    [
      "an op it does not run",
      file([convolution, nodeProto("Tanh", ["c"], "last")]),
      /Tanh node "the_last": .* op Tanh\./,
    ],
    [
      "an op of another domain",
      file([convolution, { ...nodeProto("Conv", ["c"], "last"), domain: "com.example" }]),
      /Conv node "the_last": .*com\.example\.Conv/,
    ],
    ["a stride", file([strided, last("c")]), /Conv node "the_c": .*strides/],
    [
      "groups of several channels",
      file(
        [convolution, nodeProto("Conv", ["c", "pairs"], "last", [same, attribute("group", 2)])],
        [floats("pairs", tensor([4, 2, 3, 3]))],
      ),
      /Conv node "the_last": .*groups other than one a channel/,
    ],
    [
      "several outputs a channel",
      file(
        [convolution, nodeProto("Conv", ["c", "twice"], "last", [same, attribute("group", 4)])],
        [floats("twice", tensor([8, 1, 3, 3]))],
      ),
      /Conv node "the_last": .*groups other than one a channel/,
    ],
    [
      "a mean over pixels",
      file([convolution, nodeProto("ReduceMean", ["c"], "last", [attribute("axes", [2, 3])])]),
      /ReduceMean node "the_last": it runs along axes \[2, 3\]\./,
    ],
    [
      "a sum that drops its axis",
      file(
        [convolution, nodeProto("ReduceSum", ["c", "axis"], "last", [attribute("keepdims", 0)])],
        [integers("axis", [1])],
      ),
      /ReduceSum node "the_last": it runs along axes \[1\], which it drops/,
    ],
    ...[
      ["every second row", [0], [2 ** 40], [2], [2]],
      ["every second row of every third column", [0, 0], [2 ** 40, 2 ** 40], [2, 3], [2, 3]],
      ["a part of every block", [0, 0], [8, 8], [2, 3], [2, 2]],
      ["backwards", [0, 0], [2 ** 40, 2 ** 40], [2, 3], [-1, -1]],
    ].map(
      ([what, starts, ends, axes, steps]) =>
        [
          String(what),
          file(
            [convolution, nodeProto("Slice", ["c", "from", "to", "axes", "by"], "last")],
            Object.entries({ from: starts, to: ends, axes, by: steps }).map(([name, values]) =>
              integers(name, values as readonly number[]),
            ),
          ),
          /Slice node "the_last": steps other than 1 are not run/,
        ] as const,
    ),
    [
      "missing pads",
      file([nodeProto("Conv", ["x", "k", "b"], "last")]),
      /Conv node "the_last": pads \[0, 0, 0, 0\]/,
    ],
    [
      "a value nobody makes",
      file([convolution, nodeProto("Relu", ["ghost"], "last")]),
      /Relu node "the_last": input "ghost"/,
    ],
    ["a missing input", file([convolution, nodeProto("Relu", [], "last")]), /input 0 is missing/],
    [
      "a computed kernel",
      file([convolution, nodeProto("Conv", ["x", "c"], "last", [same])]),
      /input "c" is computed/,
    ],
    [
      "shapes that do not fit",
      file([convolution, nodeProto("Conv", ["c", "k"], "last", [same])]),
      /Conv node "the_last": conv2d: the picture has 4 channels/,
    ],
    [
      "a cut across pixels",
      file(
        [convolution, nodeProto("Slice", ["c", "from", "to", "axis"], "last")],
        [integers("from", [0]), integers("to", [2]), integers("axis", [2])],
      ),
      /Slice node "the_last": it cuts along axis 2/,
    ],
    [
      "float64 weights",
      file(
        [convolution, nodeProto("Mul", ["c", "wide"], "last")],
        [{ ...floats("wide", one(1)), data_type: 11 }],
      ),
      /"wide" are of ONNX type 11, not float32/,
    ],
    [
      "weights in another file",
      file(
        [convolution, nodeProto("Mul", ["c", "far"], "last")],
        [{ ...floats("far", one(1)), data_location: 1 }],
      ),
      /"far" lie in another file/,
    ],
    [
      "weights cut short",
      file([convolution, nodeProto("Mul", ["c", "few"], "last")], [{ ...floats("few", one(1)), dims: [4] }]),
      /"few" have shape \[4\], but there are 1/,
    ],
    [
      "three channels",
      file([convolution, last("c")], [], { input: [value("x", 3)] }),
      /picture has 3 channels/,
    ],
    [
      "two inputs",
      file([convolution, last("c")], [], { input: [value("x"), value("z")] }),
      /2 inputs, not 1/,
    ],
    ["no output", file([convolution, last("c")], [], { output: [] }), /0 outputs, not 1/],
    [
      "an output nobody makes",
      file([convolution, last("c")], [], { output: [value("z")] }),
      /computes the output "z"/,
    ],
    [
      "another scale than it states",
      file([convolution, last("c")], [], {}, { metadata_props: [{ key: "scale", value: "4" }] }),
      /states scale 4, its graph enlarges 2 times/,
    ],
  ])("refuses %s", (_what, bytes, message) => {
    expect(() => readOnnx(bytes)).toThrowError(
      expect.objectContaining({
        code: "invalid-model",
        message: expect.stringMatching(message),
        fix: expect.stringMatching(/\.$/),
      }),
    );
  });

  it("meets damaged files with nothing but invalid-model", () => {
    const whole = writeOnnx(randomModel(1));
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(damage, fc.nat(whole.length), (changes, length) => {
        for (const bytes of [whole.slice(), whole.slice(0, length)]) {
          for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
          try {
            readOnnx(bytes);
          } catch (error) {
            expect(TatamiError.is(error, "invalid-model")).toBe(true);
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
