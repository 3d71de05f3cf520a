import fc from "fast-check";
import { expect, test } from "vitest";
import { constant, input, multiply, prelu, relu, scalar, subtract } from "../../build.ts";
import { largestDifference } from "../../largest-difference.ts";
import type { Node } from "../../node.ts";
import { randomTensor } from "../../random/random-tensor.ts";
import { runReference } from "../../reference.ts";
import { rewrite } from "../../rewrite/rewrite.ts";
import { createSeededRandom } from "../../random/seeded-random.ts";
import { tensor } from "../../tensor.ts";
import { recognisePrelu } from "./recognise-prelu.ts";

function parts(above: Node, below: Node, slope: Node, minus = -1): Node {
  return subtract(relu(above), multiply(relu(multiply(below, scalar(minus))), slope));
}

test("sees Relu(x) − slope · Relu(−x) as one PReLU of the same values", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), fc.boolean(), fc.integer(), (channels, shared, seed) => {
      const random = createSeededRandom(seed);
      const picture = input(channels);
      const slope = randomTensor([1, shared ? 1 : channels, 1, 1], -1, 1, random);
      const graph = parts(picture, picture, constant(slope));
      const seen = rewrite(graph, [recognisePrelu]);
      expect(seen.op).toBe("prelu");
      const sample = randomTensor([2, channels, 3, 4], -1, 1, random);
      expect(largestDifference(runReference(graph, sample), runReference(seen, sample))).toBe(0);
    }),
  );
});

test("leaves alone what is not quite one", () => {
  const picture = input(2);
  const slope = constant(tensor([1, 2, 1, 1]));
  const other = prelu(picture, tensor([2]));
  const perItem = constant(tensor([2, 2, 1, 1]));
  for (const graph of [
    parts(picture, other, slope),
    parts(picture, picture, slope, -2),
    parts(picture, picture, perItem),
    subtract(relu(picture), multiply(relu(picture), slope)),
  ]) {
    expect(rewrite(graph, [recognisePrelu])).toBe(graph);
  }
});
