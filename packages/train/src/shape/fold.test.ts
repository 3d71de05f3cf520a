import { collapse, largestDifference, runReference } from "@tatami/graph";
import { expect, test } from "vitest";
import { createFold } from "./fold.ts";
import { createFoldedModel, createWideModel } from "./graph-model.ts";
import { createInitialWeights } from "./initial-weights.ts";
import { compileKernels, createKernels } from "../run/kernels.ts";
import { toTensor } from "../report/evaluate.ts";
import { randomPlane } from "../report/model-enlarge.ts";
import { noise } from "../data/test-support.ts";
import { foldedLayout, wideLayout } from "./weight-layout.ts";

const architecture = { blocks: 3, features: 16, width: 24, scale: 2 };

test("folded equals wide to 1e-5, and equals what the graph's own collapse makes of the wide network", async () => {
  const kernels = createKernels(await compileKernels());
  const fold = createFold(kernels, architecture);
  const wide = kernels.allocate(wideLayout(architecture).count);
  wide.floats().set(createInitialWeights(architecture, 1));
  noise(wide.count, 2).forEach((value, i) => (wide.floats()[i]! += 0.02 * value));
  fold.fold(wide);
  const folded = createFoldedModel("folded", architecture, fold.folded.floats());
  const model = createWideModel("wide", architecture, wide.floats());
  const picture = toTensor(randomPlane(15, 12));
  const expected = runReference(model, picture);
  expect(largestDifference(runReference(folded, picture), expected)).toBeLessThanOrEqual(1e-5);
  expect(largestDifference(runReference(collapse(model), picture), expected)).toBeLessThanOrEqual(1e-5);
});

test("the gradient of a fold is that of finite differences: the loss Σ r · folded is linear in each factor", async () => {
  const kernels = createKernels(await compileKernels());
  const fold = createFold(kernels, architecture);
  const start = noise(wideLayout(architecture).count, 3);
  const [wide, gradient] = [kernels.allocate(start.length), kernels.allocate(start.length)];
  const direction = noise(foldedLayout(architecture).count, 4);
  fold.gradient.floats().set(direction);
  wide.floats().set(start);
  fold.unfoldGradient(wide, gradient);
  const lossAt = (index: number, by: number): number => {
    wide.floats().set(start);
    wide.floats()[index]! += by;
    fold.fold(wide);
    return fold.folded.floats().reduce((sum, value, i) => sum + value * direction[i]!, 0);
  };
  for (let index = 0; index < start.length; index += 97) {
    expect(gradient.floats()[index]).toBeCloseTo(lossAt(index, 0.5) - lossAt(index, -0.5), 2);
  }
});
