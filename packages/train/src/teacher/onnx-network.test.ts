import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  add,
  constant,
  conv2d,
  createSeededRandom,
  depthToSpace,
  input,
  randomTensor,
  readOnnx,
  relu,
  tensor,
  writeOnnx,
} from "@tatami/graph";
import type { Model, Node } from "@tatami/graph";
import sharp from "sharp";
import { expect, onTestFinished, test } from "vitest";
import { createRecipe } from "../campaign/recipe.ts";
import { runRecipe } from "../campaign/run-recipe.ts";
import { readTrained } from "../campaign/read-trained.ts";
import { wavyPicture } from "../data/test-support.ts";
import { createModelEnlarge, randomPlane } from "../report/model-enlarge.ts";
import { readCheckpoint } from "../run/checkpoint/checkpoint.ts";
import { compileKernels } from "../run/kernels.ts";
import { openOnnxNetwork } from "./onnx-network.ts";
import { createOnnxTeacher } from "./teacher.ts";

/** A network of our ops, and two places in it that its file can give as outputs. */
function smallModel(): { model: Model; features: Record<string, Node> } {
  const random = createSeededRandom(3);
  const layer = (picture: Node, inputs: number, outputs: number): Node =>
    relu(conv2d(picture, randomTensor([outputs, inputs, 3, 3], -0.3, 0.3, random)));
  const picture = input();
  const first = layer(picture, 1, 4);
  const second = layer(first, 4, 6);
  const head = conv2d(second, randomTensor([4, 6, 3, 3], -0.1, 0.1, random));
  const output = depthToSpace(add(head, picture), 2);
  return { model: { name: "foreign", scale: 2, halo: 3, output }, features: { early: first, late: second } };
}

test("a file with further outputs is no model of ours, and enlarges as the kernels do; its features have its channels", async () => {
  const { model, features } = smallModel();
  const file = writeOnnx(model, {}, features);
  expect(() => readOnnx(file)).toThrow("output");
  const network = await openOnnxNetwork(file, "foreign");
  onTestFinished(() => network.release());
  expect(network).toMatchObject({
    scale: 2,
    channels: 1,
    runtime: expect.stringMatching(/^onnxruntime-(web|node) \d/),
  });
  expect(network.features).toEqual([
    { name: "early", channels: 4 },
    { name: "late", channels: 6 },
  ]);
  const plane = randomPlane(19, 13);
  const expected = createModelEnlarge(await compileKernels(), model)(plane);
  const made = await network.enlarge(plane);
  expect([made.width, made.height]).toEqual([38, 26]);
  made.data.forEach((value, i) => expect(Math.abs(value - expected.data[i]!)).toBeLessThan(1e-3));
  const pictures = Float32Array.from({ length: 2 * 25 }, (_, i) => (i % 25) / 25);
  const [early, late] = await network.look(pictures, 5);
  expect([early!.length, late!.length]).toEqual([2 * 4 * 25, 2 * 6 * 25]);
  expect(early!.subarray(0, 100)).toEqual(early!.subarray(100));
});

test("what enlarges nothing is refused, with what would do", async () => {
  const { model } = smallModel();
  const flat: Model = { ...model, scale: 1, output: add(input(), constant(tensor([1, 1, 1, 1]))) };
  for (const file of [new Uint8Array(40), writeOnnx(flat)])
    await expect(createOnnxTeacher(file, "flat")).rejects.toMatchObject({
      code: "invalid-model",
      message: expect.stringContaining("flat is no network to learn from"),
      fix: expect.stringContaining("[n, 1 or 3, h, w]"),
    });
});

test("a recipe learns from such a file: from its outputs, and from its features by mixing them", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tatami-foreign-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { width, height, channels, data } = wavyPicture(48, 40, 1);
  const png = await sharp(data, { raw: { width, height, channels } }).png().toBuffer();
  const pictures = join(folder, "pictures");
  await mkdir(pictures);
  await writeFile(join(pictures, "a.png"), png);
  const { model, features } = smallModel();
  await writeFile(join(folder, "foreign.onnx"), writeOnnx(model, {}, features));
  const recipe = createRecipe({
    name: "pupil",
    architecture: { blocks: 2, features: 4, width: 8, scale: 2 },
    side: "folded",
    batch: 2,
    crop: 10,
    steps: 2,
    warmUp: 0,
    distil: { points: 2, latent: 6 },
  });
  const run = async (distil: "outputs" | "mipkd", out: string) => {
    const remarks: string[] = [];
    const plans: number[] = [];
    const ended = await runRecipe({
      recipe,
      data: pictures,
      out: join(folder, out),
      teacher: "foreign.onnx",
      distil,
      cwd: folder,
      findTrained: (name) => readTrained(join(folder, name)),
      onPlan: (plan) => plans.push(plan.pictures),
      onReady: (said) => remarks.push(...said),
    });
    expect(ended.finished).toBe(true);
    expect(plans).toEqual([1]);
    return { remarks, checkpoint: await readCheckpoint(ended.checkpoint) };
  };
  const plain = await run("outputs", "plain");
  expect(plain.remarks.at(-1)).toMatch(/^learns what foreign makes of them \(onnxruntime-/);
  expect(plain.checkpoint.lineage).toEqual([
    {
      name: "foreign",
      role: "teacher",
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      steps: 0,
      samples: 0,
    },
  ]);
  const mixed = await run("mipkd", "mixed");
  expect(mixed.remarks.at(-1)).toContain("its outputs and features teach");
  expect(mixed.checkpoint.recipe.distil).toMatchObject({ method: "mipkd" });
});
