import { expect, test } from "vitest";
import { createBatchPool } from "./batch-pool.ts";
import { CROP_FIELDS } from "../../feed/crop.ts";
import { createInitialWeights } from "../../shape/initial-weights.ts";
import { createFold } from "../../shape/fold.ts";
import { joinBatchPool } from "./join-batch-pool.ts";
import { compileKernels, createKernels } from "../kernels.ts";
import { smallDataset } from "../../data/test-support.ts";
import { foldedLayout, wideLayout } from "../../shape/weight-layout.ts";

const architecture = { blocks: 1, features: 16, width: 8, scale: 2 };
const dataset = smallDataset(2, 12);
const { count } = foldedLayout(architecture);

test("a batch's loss and gradient are the means over its crops", async () => {
  const compiled = await compileKernels();
  const kernels = createKernels(compiled);
  const fold = createFold(kernels, architecture);
  const wide = kernels.allocate(wideLayout(architecture).count);
  wide.floats().set(createInitialWeights(architecture, 1));
  fold.fold(wide);
  const folded = fold.folded.floats();
  const crops = [Int32Array.of(0, 1, 2, 3), Int32Array.of(1, 4, 0, 6)];
  const init = { architecture, crop: 12, dataset, compiled };
  const alone = await Promise.all(
    crops.map(async (fields) => {
      await using pool = await createBatchPool({ ...init, batch: 1 }, 1);
      pool.crops.set(fields);
      const gradient = new Float32Array(count);
      return { loss: pool.run(folded, gradient), gradient };
    }),
  );
  await using both = await createBatchPool({ ...init, batch: 2 }, 2);
  crops.forEach((fields, index) => both.crops.set(fields, index * CROP_FIELDS));
  const gradient = new Float32Array(count);
  expect(both.run(folded, gradient)).toBeCloseTo((alone[0]!.loss + alone[1]!.loss) / 2, 9);
  gradient.forEach((value, i) => {
    expect(Math.abs(value - (alone[0]!.gradient[i]! + alone[1]!.gradient[i]!) / 2)).toBeLessThan(1e-6);
  });
});

test("a thread that is lost is named with what ended it, at the start and later", async () => {
  const init = { architecture, crop: 12, dataset, compiled: await compileKernels(), batch: 2 };
  let [started, stopped] = [0, 0];
  const stop = async (): Promise<void> => void (stopped += 1);
  const refused = joinBatchPool(init, 3, async () => {
    started += 1;
    if (started === 2) throw new Error("no room");
    return { stop };
  });
  await expect(refused).rejects.toMatchObject({
    code: "worker-lost",
    message: expect.stringContaining("no room"),
  });
  expect(stopped).toBe(1);

  let fail: (cause: unknown) => void = () => {};
  await using pool = await joinBatchPool(init, 2, async (_job, onError) => {
    fail = onError;
    return { stop };
  });
  const { gradient, folded } = { gradient: new Float32Array(count), folded: new Float32Array(count) };
  expect(pool.run(folded, gradient)).toBeGreaterThan(0);
  fail(new RangeError("memory ran out"));
  expect(() => pool.run(folded, gradient)).toThrow(/RangeError: memory ran out/);
});
