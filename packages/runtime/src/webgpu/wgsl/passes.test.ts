/** Every shader that is generated, read as text: no adapter is needed. */

import type { Model } from "@tatami/graph";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededSesr } from "../../testing/models.ts";
import { chainModel } from "../../testing/random-chain.ts";
import { readChain } from "../../read-chain.ts";
import { geometryStruct } from "../layout.ts";
import { quantiseChain } from "../../integers/quantise-chain.ts";
import { planLayerPasses } from "../layer-passes.ts";
import { paddingOf } from "../network.ts";
import type { Variant } from "../variant.ts";
import { variantFor } from "../variant.ts";
import { packIntegerWeights } from "./accumulate-integers.ts";
import { assemblyPass } from "./assembly-pass.ts";
import { bytesPass } from "./bytes-pass.ts";
import { comparePass } from "./reuse/compare-pass.ts";
import { framePicturePass } from "./frame-picture-pass.ts";
import { gatherPass } from "./gather-pass.ts";
import { keepPass } from "./reuse/keep-pass.ts";
import { listPass } from "./reuse/list-pass.ts";
import { floatText } from "./number-text.ts";
import { picturePass } from "./picture-pass.ts";
import { scatterPass } from "./scatter-pass.ts";
import { slopesPass } from "./slopes-pass.ts";
import { packWeights, weightAt } from "./weights.ts";

const unequal = chainModel({
  seed: 3,
  scale: 3,
  lastKernel: 3,
  centre: 0.4,
  addPicture: true,
  layers: [
    { outputs: 10, kernel: 7, activation: "prelu", residual: false },
    { outputs: 6, kernel: 1, activation: "relu", residual: false },
    { outputs: 10, kernel: 5, activation: "none", residual: true },
  ],
});
const models: readonly Model[] = [
  seededSesr("m3", 2),
  seededSesr("m5", 2),
  seededSesr("m5", 4),
  seededSesr("xl", 2),
  unequal,
];
const variants: readonly Variant[] = (["literal", "uniform", "storage"] as const).flatMap((weights) =>
  [1, 2, 4, 8].flatMap((columns) =>
    (["f32", "f16", "int8"] as const).map((features): Variant => ({
      weights,
      columns,
      features,
      workgroup: [8, 8],
    })),
  ),
);

/** Identifiers that WGSL keeps for itself and that are easily written by mistake. */
const reserved =
  /\b(?:let|var|fn)\s+(?:patch|target|pass|pixelfragment|filter|groupshared|half|sample|mod|of|ref|do|from|active|shared)\b/;

function shadersOf(model: Model, variant: Variant): readonly string[] {
  const chain = readChain(model);
  const padding = paddingOf(chain);
  return [
    picturePass("bytes", chain.centre, padding),
    picturePass("floats", chain.centre, padding),
    ...planLayerPasses(chain, variant, padding).map(({ code }) => code),
    bytesPass(chain.scale),
  ];
}

describe.each(models.map((model) => [model.name, model] as const))("the shaders of %s", (_, model) => {
  it.each(variants.map((variant) => [JSON.stringify(variant), variant] as const))(
    "have one guarded entry, a header, and bindings that are each declared once and used: %s",
    (_name, variant) => {
      for (const code of shadersOf(model, variant)) {
        expect(code.match(/@compute/g)).toHaveLength(1);
        expect(code.match(/\bfn main\(/g)).toHaveLength(1);
        expect(code.startsWith("// ")).toBe(true);
        expect(code).toContain("\n// Bindings: 0 geometry, 1 ");
        expect(code).toContain("\n// Algorithm: ");
        expect(code.split(geometryStruct)).toHaveLength(2);
        expect(code).toMatch(/ >= [a-z.]+ \|\| y >= [a-z.]+\) \{\n\s+return;/);
        expect(code).not.toMatch(/undefined|NaN|Infinity|\[object/);
        expect(code).not.toMatch(reserved);
        expect(code.split("{").length).toBe(code.split("}").length);
        const declared = [...code.matchAll(/@binding\((\d)\) var<[^>]+> (\w+):/g)];
        expect(new Set(declared.map(([, binding]) => binding)).size).toBe(declared.length);
        expect(declared.length).toBe(code.split("@binding").length - 1);
        for (const [, , name] of declared)
          expect(code.split(new RegExp(`\\b${name}\\b`)).length).toBeGreaterThan(2);
        expect(code.includes("enable f16;")).toBe(code.includes("<f16>"));
        expect(code.includes("requires packed_4x8_integer_dot_product;")).toBe(/4x(?:I8|U8)\(/.test(code));
      }
    },
  );
});

describe("the shaders of frames", () => {
  const shaders = [
    framePicturePass({ binding: "texture", halvedColours: false }, 0.5, 2),
    framePicturePass({ binding: "external", halvedColours: false }, 0.5, 2),
    framePicturePass({ binding: "external", halvedColours: true }, 0.5, 2),
    slopesPass(),
    assemblyPass(2),
    assemblyPass(4),
    assemblyPass(2, { carry: true, tint: false, padding: 2 }),
    assemblyPass(2, { carry: false, tint: true, padding: 2 }),
    assemblyPass(4, { carry: true, tint: true, padding: 2 }),
    comparePass(2),
    listPass({ patches: 7, whole: 7 }),
    keepPass(2),
    gatherPass(2),
    scatterPass(2),
  ];
  it("have a header, one entry of each kind, and bindings that are each declared once and used", () => {
    for (const code of shaders) {
      const drawn = code.includes("@fragment");
      expect(code.match(/@compute/g) ?? []).toHaveLength(drawn ? 0 : 1);
      expect(code.match(/@vertex|@fragment/g) ?? []).toHaveLength(drawn ? 2 : 0);
      expect(code.match(/\bfn main\(/g)).toHaveLength(1);
      expect(code).toMatch(/^\/\/ .*\n\/\/ Bindings: 0 \w+/);
      expect(code).toContain("\n// Algorithm: ");
      expect(code).not.toMatch(/undefined|NaN/);
      expect(code).not.toMatch(reserved);
      const declared = [...code.matchAll(/@binding\((\d)\) var(?:<[^>]+>)? (\w+):/g)];
      expect(new Set(declared.map(([, binding]) => binding)).size).toBe(code.split("@binding").length - 1);
      for (const [, , name] of declared)
        expect(code.split(new RegExp(`\\b${name}\\b`)).length).toBeGreaterThan(2);
    }
  });
});

describe("variantFor", () => {
  it("writes out no more than a compiler can take, and binds no uniform beyond the least limit", () => {
    for (const model of models)
      for (const variant of variants)
        for (const layer of readChain(model).layers) {
          const settled = variantFor(variant, layer);
          const sums = packWeights(layer).length;
          expect(settled.columns).toBeLessThanOrEqual(variant.columns);
          expect(settled.columns * Math.ceil(layer.outputs / 4)).toBeLessThanOrEqual(16);
          if (settled.weights === "literal") expect(sums * settled.columns).toBeLessThanOrEqual(6500);
          if (settled.weights === "uniform") expect(sums * 4).toBeLessThanOrEqual(65_536);
        }
  });
});

describe("numbers", () => {
  it("read back as the same float32", () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Math.fround(Number(floatText(value))) === Math.fround(value)).toBe(true);
        expect(floatText(value)).toMatch(/[.e]/);
      }),
    );
  });

  it("of weights lie where a shader's loop reads them", () => {
    for (const layer of readChain(unequal).layers) {
      const packed = packWeights(layer);
      const groups = Math.ceil(layer.outputs / 4);
      const lanes = layer.inputs === 1 ? 1 : 4;
      for (let input = 0; input < layer.inputs; input++)
        for (let output = 0; output < layer.outputs; output++)
          for (let row = 0; row < layer.kernel; row++)
            for (let column = 0; column < layer.kernel; column++) {
              const step = (Math.floor(input / lanes) * layer.kernel + row) * layer.kernel * groups * lanes;
              const vector = step + (column * groups + (output >> 2)) * lanes + (input % lanes);
              expect(packed[vector * 4 + (output % 4)]).toBe(weightAt(layer, output, input, row, column));
            }
    }
  });

  it("of integer weights lie where a shader's loop reads them, four inputs to a word", () => {
    const { chain, layers } = quantiseChain(readChain(unequal));
    chain.layers.forEach((layer, index) => {
      const integers = layers[index];
      if (!integers) return;
      const bytes = new Int8Array(packIntegerWeights(layer, integers).buffer);
      const { inputs, outputs, kernel } = layer;
      const [inputGroups, groups] = [Math.ceil(inputs / 4), Math.ceil(outputs / 4)];
      expect(bytes.length).toBe(inputGroups * kernel * kernel * groups * 16);
      let used = 0;
      for (let input = 0; input < inputs; input++)
        for (let output = 0; output < outputs; output++)
          for (let row = 0; row < kernel; row++)
            for (let column = 0; column < kernel; column++) {
              const step = ((input >> 2) * kernel + row) * kernel * groups;
              const vector = step + column * groups + (output >> 2);
              const byte = bytes[(vector * 4 + (output % 4)) * 4 + (input % 4)]!;
              expect(byte).toBe(
                integers.weights[((output * inputs + input) * kernel + row) * kernel + column],
              );
              if (byte !== 0) used++;
            }
      expect(bytes.filter((byte) => byte !== 0)).toHaveLength(used);
    });
  });
});

describe("planLayerPasses", () => {
  const vectorBytes = (features: Variant["features"]): readonly number[] => {
    const chain = readChain(unequal);
    const variant: Variant = { weights: "uniform", columns: 4, workgroup: [8, 8], features };
    return planLayerPasses(chain, variant, paddingOf(chain)).map((pass) => pass.vectorBytes);
  };

  it("stores integers in all planes but those that the last layer reads", () => {
    expect(vectorBytes("int8").slice(0, -1)).toEqual([4, 4, 16]);
    expect(vectorBytes("f16").slice(0, -1)).toEqual([8, 8, 8]);
    expect(vectorBytes("f32").slice(0, -1)).toEqual([16, 16, 16]);
  });
});
