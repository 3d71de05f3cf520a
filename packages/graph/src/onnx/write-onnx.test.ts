/** What is in a written file, read with the field tables alone. */

import { describe, expect, it } from "vitest";
import { input, relu } from "../build.ts";
import { isOp } from "../is-op.ts";
import { largestDifference } from "../largest-difference.ts";
import { randomModel } from "../random/random-model.ts";
import { randomTensor } from "../random/random-tensor.ts";
import { createSeededRandom } from "../random/seeded-random.ts";
import { seededSesr } from "../random/seeded-models.ts";
import { runReference } from "../reference.ts";
import type { Tensor } from "../tensor.ts";
import { topologicalOrder } from "../rewrite/topological-order.ts";
import { modelFields } from "./messages.ts";
import type { ModelProto } from "./messages.ts";
import { loadOnnx, opTypesOf } from "./run-onnx.fixture.ts";
import { decodeMessage } from "./wire-format.ts";
import { writeOnnx } from "./write-onnx.ts";

/** Ops of onnxruntime-web's WebGPU engine that the writer uses. PRelu is not one of them. */
const allowed = new Set([
  "Conv",
  "Relu",
  "Neg",
  "Mul",
  "Sub",
  "Add",
  "Clip",
  "Concat",
  "Slice",
  "DepthToSpace",
  "Abs",
  "Div",
  "Exp",
  "Log",
  "ReduceMean",
  "ReduceSum",
  "Sigmoid",
  "Sqrt",
  // of windows and scans
  "Cast",
  "CumSum",
  "GreaterOrEqual",
  "MatMul",
  "Pad",
  "Reshape",
  "Shape",
  "Transpose",
]);

const model = seededSesr("m5");
const decode = (bytes: Uint8Array): ModelProto => decodeMessage(modelFields, bytes) as ModelProto;

describe("writeOnnx", () => {
  const file = decode(writeOnnx(model, { licence: "MIT", name: "not this", psnr: "37.4 dB" }));

  it("says opset 17, IR version 8, and the model's card", () => {
    expect(file.ir_version).toBe(8);
    expect(file.opset_import).toEqual([{ domain: "", version: 17 }]);
    const card = Object.fromEntries(file.metadata_props.map(({ key, value }) => [key, value]));
    expect(card).toEqual({ name: "sesr-m5-x2", scale: "2", licence: "MIT", psnr: "37.4 dB" });
  });

  it("has one float32 input [n, 1, h, w] and one output [n, 1, 2h, 2w], n, h and w free", () => {
    const describeSide = (infos = file.graph!.input): unknown =>
      infos.map(({ name, type }) => [
        name,
        type?.tensor_type?.elem_type,
        type?.tensor_type?.shape?.dim.map((each) => each.dim_value ?? each.dim_param),
      ]);
    expect(describeSide()).toEqual([["input", 1, ["n", 1, "h", "w"]]]);
    expect(describeSide(file.graph!.output)).toEqual([["output", 1, ["n", 1, "2*h", "2*w"]]]);
  });

  it("keeps weights as raw little-endian float32, every kernel's number once", () => {
    const kernels = file.graph!.initializer.filter(({ dims }) => dims.length === 4 && dims[2]! > 1);
    const bytes = kernels.reduce((sum, { raw_data }) => sum + raw_data!.length, 0);
    expect(bytes).toBe(4 * 13_520);
    const { shape, data } = model.output.sources[0]!.sources[0]!.sources[1]!.arg as Tensor;
    const last = kernels.find(({ dims }) => dims.join() === shape.join())!.raw_data!;
    const view = new DataView(last.buffer, last.byteOffset);
    expect(Array.from(data, (_, i) => view.getFloat32(4 * i, true))).toEqual([...data]);
  });

  it("uses no op that WebGPU lacks, and joins no more than seven sources", () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 120; seed++) {
      const bytes = writeOnnx(randomModel(seed, 1 + (seed % 2)));
      for (const type of opTypesOf(bytes)) seen.add(type);
      for (const node of decode(bytes).graph!.node) expect(node.input.length).toBeLessThanOrEqual(7);
    }
    // Neg comes with PReLU, so every op has been seen.
    expect([...seen].sort()).toEqual([...allowed].sort());
  });

  it("says the same for pictures of any size: in onnxruntime as in the reference", async () => {
    for (let seed = 0; seed < 12; seed++) {
      const block = 1 + (seed % 3);
      const random = randomModel(seed, block);
      await using loaded = await loadOnnx(writeOnnx(random));
      for (const [n, height, width] of [
        [1, 4, 6],
        [2, 3, 5],
      ] as const) {
        const shape = [n, 1, height * block, width * block];
        const picture = randomTensor(shape, 0, 1, createSeededRandom(seed));
        const { output } = await loaded.run({ input: picture });
        expect(largestDifference(output!, runReference(random, picture))).toBeLessThan(1e-4);
      }
    }
  });

  it.each(["triangle", "linear-attention"] as const)(
    "writes scans as %s, which says the same",
    async (scans) => {
      let seen = 0;
      for (let seed = 0; seed < 40; seed++) {
        const block = 2 + (seed % 2);
        const random = randomModel(seed, block);
        if (!topologicalOrder(random.output).some((node) => isOp(node, "selectiveScan"))) continue;
        seen++;
        const bytes = writeOnnx(random, {}, {}, { scans });
        expect(opTypesOf(bytes).has("LinearAttention")).toBe(scans === "linear-attention");
        await using loaded = await loadOnnx(bytes);
        const picture = randomTensor([2, 1, 3 * block, 5 * block], 0, 1, createSeededRandom(seed));
        const { output } = await loaded.run({ input: picture });
        expect(largestDifference(output!, runReference(random, picture))).toBeLessThan(1e-4);
      }
      expect(seen).toBeGreaterThan(4);
    },
  );

  it("gives the output a node of its own when the model does nothing", () => {
    const picture = input();
    const { node, output } = decode(writeOnnx({ name: "none", scale: 1, halo: 0, output: picture })).graph!;
    expect(node.map((each) => [each.op_type, each.input, each.output])).toEqual([
      ["Identity", ["input"], [output[0]!.name]],
    ]);
  });

  it("refuses a model that is wrong", () => {
    expect(() => writeOnnx({ name: "wrong", scale: 2, halo: 0, output: relu(input()) })).toThrowError(
      expect.objectContaining({ code: "invalid-model", message: expect.stringMatching(/as scale 2 says/) }),
    );
  });
});
