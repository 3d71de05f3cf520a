import { createHash } from "node:crypto";
import { countParameters, largestDifference, readOnnx, runReference } from "@tatami/graph";
import { describe, expect, test } from "vitest";
import type { Architecture } from "../shape/architecture.ts";
import { countParameters as countWeights } from "../shape/architecture.ts";
import type { Checkpoint } from "../run/trainer.ts";
import { exportModel, foldCheckpoint } from "./export-model.ts";
import { evaluate } from "./evaluate.ts";
import { createBicubicPair } from "../data/tracks/bicubic.ts";
import { foldedOf } from "../shape/graph-model.ts";
import { createInitialWeights } from "../shape/initial-weights.ts";
import { compileKernels } from "../run/kernels.ts";
import { createModelEnlarge, randomPlane, toTensor } from "./model-enlarge.ts";
import { createRecipe } from "../campaign/recipe.ts";
import { noise, wavyPicture } from "../data/test-support.ts";

const architectures: Architecture[] = [
  { blocks: 5, features: 16, width: 12, scale: 2 },
  { blocks: 3, features: 16, width: 12, scale: 4 },
  { blocks: 11, features: 32, width: 8, scale: 2 },
];

describe.each(architectures)(
  "an exported network of $blocks blocks, $features channels, ×$scale",
  (architecture) => {
    test("is the wide one to 1e-5, by the graph's own reference, and its file reads back", async () => {
      const compiled = await compileKernels();
      const { model, foldingError } = foldCheckpoint(compiled, createCheckpoint(architecture));
      expect(foldingError).toBeLessThanOrEqual(1e-5);
      expect(model).toMatchObject({ name: "tiny", scale: architecture.scale, halo: architecture.blocks + 4 });
      expect(countParameters(model)).toBe(countWeights(architecture));
      expect(foldedOf(model)?.architecture).toEqual({ ...architecture, width: 4 });
    });

    test("runs on the kernels as on the reference", async () => {
      const compiled = await compileKernels();
      const { model } = foldCheckpoint(compiled, createCheckpoint(architecture));
      const picture = randomPlane(23, 14);
      const fast = createModelEnlarge(compiled, model)(picture);
      const difference = largestDifference(toTensor(fast), runReference(model, toTensor(picture)));
      expect(difference).toBeLessThan(1e-4);
      expect(difference).toBeGreaterThan(0); // the fast path was taken: it rounds otherwise
    });
  },
);

test("a card and its file say what was measured", async () => {
  const compiled = await compileKernels();
  const checkpoint = createCheckpoint(architectures[0]!);
  const folded = foldCheckpoint(compiled, checkpoint);
  const pictures = [{ name: "waves", ...createBicubicPair(wavyPicture(48, 40, 1), 2) }];
  const rows = evaluate(pictures, createModelEnlarge(compiled, folded.model), 2);
  const { bytes, card } = await exportModel(checkpoint, folded, { waves: rows }, { data: "generated waves" });
  expect(card).toMatchObject({
    name: "tiny",
    scale: 2,
    parameters: 13_520,
    macsPerPixel: 13_520,
    license: "MIT",
  });
  expect(card.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
  expect(card.psnr["waves"]).toBeCloseTo(rows[1]!.model.psnr, 1);
  const { metadata, model } = readOnnx(bytes);
  expect(metadata).toMatchObject({ steps: "7", seed: "1", recipe: "tiny-bicubic" });
  expect(card.data).toBe("generated waves");
  const drawn = { ...checkpoint, recipe: { ...checkpoint.recipe, drawn: 24 } };
  const withDrawings = await exportModel(drawn, folded, { waves: rows }, { data: "generated waves" });
  expect(withDrawings.card.data).toMatch(/^generated waves; 24 drawings/);
  const picture = toTensor(randomPlane(9, 8));
  expect(runReference(model, picture)).toEqual(runReference(folded.model, picture));
});

function createCheckpoint(architecture: Architecture): Checkpoint {
  const average = createInitialWeights(architecture, 3);
  noise(average.length, 4).forEach((value, i) => (average[i]! += 0.02 * value));
  const nothing = new Float32Array(0);
  return {
    recipe: createRecipe({ name: "tiny", architecture }),
    state: {
      step: 7,
      random: [1, 2, 3, 4],
      smoothedLoss: 0,
      lowestLoss: 0,
      rateFactor: 1,
      average,
      weights: average,
      first: nothing,
      second: nothing,
      largest: nothing,
      curvature: nothing,
    },
  };
}
