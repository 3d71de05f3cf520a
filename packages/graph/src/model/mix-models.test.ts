import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededSesr, seededUnet } from "../random/seeded-models.ts";
import { runReference } from "../reference.ts";
import { randomTensor } from "../random/random-tensor.ts";
import { createSeededRandom } from "../random/seeded-random.ts";
import { isOp } from "../is-op.ts";
import { topologicalOrder } from "../rewrite/topological-order.ts";
import { writeOnnx } from "../onnx/write-onnx.ts";
import { mixModels } from "./mix-models.ts";
import type { Model } from "./model.ts";
import { verify } from "./verify.ts";

const numbersOf = ({ output }: Model): number[] =>
  topologicalOrder(output).flatMap((node) => (isOp(node, "constant") ? [...node.arg.data] : []));

const models = fc.record({
  build: fc.constantFrom(
    (seed: number) => seededSesr("m3", 2, seed),
    (seed: number) => seededSesr("m5", 4, seed),
    (seed: number) => seededUnet({}, seed),
  ),
  seeds: fc.tuple(fc.integer({ min: 1, max: 999 }), fc.integer({ min: 1, max: 999 })),
});

describe("mixModels", () => {
  it("gives the parents themselves at the ends", () => {
    fc.assert(
      fc.property(models, ({ build, seeds: [a, b] }) => {
        const [clean, camera] = [build(a), { ...build(b), name: "other" }];
        expect(mixModels(clean, camera, 0)).toBe(clean);
        expect(mixModels(clean, camera, 1)).toBe(camera);
        // and comes close to them by numbers, not by a case of its own
        const near = mixModels(clean, camera, 1 - 2 ** -40);
        const right = numbersOf(camera);
        numbersOf(near).forEach((value, at) => expect(value).toBeCloseTo(right[at]!, 10));
      }),
      { numRuns: 20 },
    );
  });

  it("mixes every number in between, and nothing else", () => {
    fc.assert(
      fc.property(models, fc.double({ min: 0.01, max: 0.99, noNaN: true }), ({ build, seeds: [a, b] }, t) => {
        const [clean, camera] = [build(a), build(b)];
        const mixed = mixModels(clean, camera, t);
        expect(verify(mixed)).toEqual([]);
        expect(mixed).toMatchObject({
          name: `${clean.name} denoise ${t}`,
          scale: clean.scale,
          halo: clean.halo,
        });
        const [ours, theirs] = [numbersOf(clean), numbersOf(camera)];
        numbersOf(mixed).forEach((value, at) =>
          expect(value).toBe(Math.fround((1 - t) * ours[at]! + t * theirs[at]!)),
        );
        // a model mixed with itself is itself
        const picture = randomTensor([1, 1, 8, 8], 0, 1, createSeededRandom(a));
        const same = runReference(mixModels(clean, clean, t), picture);
        const right = runReference(clean, picture);
        same.data.forEach((value, at) => expect(value).toBeCloseTo(right.data[at]!, 4));
      }),
      { numRuns: 20 },
    );
  });

  it("is written in as many bytes as its parents", () => {
    const [clean, camera] = [seededSesr("m5", 2, 1), seededSesr("m5", 2, 2)];
    const size = writeOnnx(clean).length;
    expect(writeOnnx({ ...mixModels(clean, camera, 0.5), name: clean.name })).toHaveLength(size);
  });

  it("refuses graphs that differ, and says where", () => {
    const fix = expect.stringContaining("tuned from it");
    for (const [other, message] of [
      [seededSesr("m5", 2), /where the other has/],
      [seededSesr("m3", 4), /a constant \[4, 16, 5, 5\] where the other has a constant \[16, 16, 5, 5\]/],
      [seededUnet(), /cannot be mixed/],
    ] as const)
      for (const t of [0, 0.5, 1])
        expect(() => mixModels(seededSesr("m3", 2), other, t)).toThrowError(
          expect.objectContaining({ code: "invalid-model", message: expect.stringMatching(message), fix }),
        );
    for (const t of [-0.1, 1.1, Number.NaN])
      expect(() => mixModels(seededSesr(), seededSesr(), t)).toThrowError(
        expect.objectContaining({ code: "invalid-option" }),
      );
  });
});
