import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readOnnx } from "@tatami/graph";
import { loadModel } from "@tatami/zoo";
import { readCheckpoint } from "@tatami/train";
import sharp from "sharp";
import { expect, test } from "vitest";
import { runFake } from "../../testing/fake-shell.ts";
import { createTrainingFolder } from "../../testing/waves.ts";

const recipe = {
  kind: "tddsr",
  name: "tiny",
  base: 4,
  batch: 2,
  crop: 8,
  teacherSteps: 3,
  upsamplerSteps: 2,
  learningSteps: 2,
  degradations: 1,
  sizes: [1],
};

test("a camera's degradation is learned, looked at, taken back and learned by", async () => {
  const cwd = await createTrainingFolder();
  const library = {
    loadModel: (name: string) => loadModel(name),
    readModel: async (bytes: Uint8Array) => readOnnx(bytes).model,
  };
  const world = { cwd, library };
  await writeFile(join(cwd, "tiny.mjs"), `export const recipe = ${JSON.stringify(recipe)};`);
  const words = ["train", "./tiny.mjs", "--data", "pictures", "--real", "pictures", "--threads", "2"];
  const learned = await runFake(words, world);
  expect(learned).toMatchObject({ code: 0 });
  expect(learned.stdout).toMatch(
    /^runs\/tiny-learning\.checkpoint\nruns\/tiny\.degradation\.onnx\nruns\/tiny\.fidelity\.onnx\nruns\/tiny\.perceptual\.onnx\nruns\/tiny\.start\.checkpoint\n {2}finished, after /,
  );
  expect(learned.stderr).toMatch(/tiny teacher {2}step 3\/3.*tiny learning {2}step 2\/2 {2}low critic /s);
  // nothing is left to do
  const again = await runFake([...words, "--json"], world);
  expect(JSON.parse(again.stdout)).toMatchObject({ name: "tiny", finished: true });

  const [picture] = (await readdir(join(cwd, "pictures"))).map((name) => `pictures/${name}`);
  const degradation = ["--degradation", "runs/tiny.degradation.onnx"];
  const made = await runFake(["degrade", picture!, ...degradation, "-o", "small.png"], world);
  const [large, small] = await Promise.all(
    [picture!, "small.png"].map((name) => sharp(join(cwd, name)).metadata()),
  );
  expect([small!.width, small!.height]).toEqual([
    Math.floor(large!.width / 2),
    Math.floor(large!.height / 2),
  ]);
  expect(made.stdout).toBe(`small.png\n  ${small!.width}×${small!.height}, by runs/tiny.degradation.onnx\n`);
  const twice = await runFake(["degrade", picture!, ...degradation, "-o", "small.png"], world);
  expect(twice).toMatchObject({ code: 1, stderr: expect.stringContaining("exists already") });
  const none = await runFake(["degrade", picture!, "--degradation", "tiny.mjs", "-o", "other.png"], world);
  expect(none.stderr).toContain("invalid-model");

  const restorer = ["--model", "runs/tiny.perceptual.onnx"];
  const restored = await runFake(["restore", "small.png", ...restorer], world);
  expect(restored).toMatchObject({ code: 0, stderr: "" });
  expect(restored.stdout).toContain(
    `small.restored.png\n  ${2 * small!.width}×${2 * small!.height}, by tiny-perceptual`,
  );
  expect(restored.stdout).toContain("no evidence");
  const { exif, xmp, hasAlpha } = await sharp(join(cwd, "small.restored.png")).metadata();
  expect(exif!.toString("latin1")).toContain("Restored by tiny-perceptual");
  expect(xmp!.toString("utf8")).toContain("compositeWithTrainedAlgorithmicMedia");
  expect(hasAlpha).toBe(true);
  const existing = await runFake(["restore", "small.png", ...restorer], world);
  expect(existing.stderr).toContain("small.restored.png exists already");
  const clip = fileURLToPath(new URL("../../../../../examples/clips/bunny-320x180.mp4", import.meta.url));
  const moment = await runFake(["restore", `${clip}@1.5`, ...restorer, "-o", "moment.png", "--json"], world);
  expect(JSON.parse(moment.stdout)).toMatchObject({ output: "moment.png", width: 640, height: 360 });
  const untimed = await runFake(["restore", clip, ...restorer, "-o", "x.png"], world);
  expect(untimed.stderr).toContain("bunny-320x180.mp4@12.5");

  await writeFile(
    join(cwd, "student.mjs"),
    `export const recipe = { name: "student-x2", track: "camera", architecture: { blocks: 1, features: 4, width: 8, scale: 2 },
      steps: 2, batch: 2, crop: 8, degradations: 2 };`,
  );
  const student = await runFake(["train", "./student.mjs", "--data", "pictures", ...degradation], world);
  expect(student.stderr).toContain("25 % of them degraded by tiny.degradation\n");
  const { lineage } = await readCheckpoint(join(cwd, "runs/student-x2.checkpoint"));
  expect(lineage).toMatchObject([{ name: "tiny.degradation", role: "degradation" }]);
}, 60_000);

test("what is missing is said", async () => {
  const world = {};
  expect((await runFake(["degrade", "a.png"], world)).stderr).toContain("tatami degrade PICTURE");
  expect((await runFake(["train", "tddsr-x2", "--data", "pictures"], world)).stderr).toContain(
    "--real CLIPS",
  );
  const real = await runFake(["train", "m5-x2-bicubic", "--real", "clips", "--data", "pictures"], world);
  expect(real.stderr).toContain("--real goes with the recipe tddsr-x2");
});
