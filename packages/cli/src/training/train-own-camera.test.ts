import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readOnnx } from "@tatami/graph";
import { readCheckpoint } from "@tatami/train";
import { loadModel } from "@tatami/zoo";
import { describe, expect, it, test } from "vitest";
import type { FakeWorld } from "../testing/fake-shell.ts";
import { runFake } from "../testing/fake-shell.ts";
import { createTemporaryFolder } from "../testing/temporary-folder.ts";
import { createTrainingFolder } from "../testing/waves.ts";
import { shippedStart } from "./train-own-camera.ts";

const clip = fileURLToPath(new URL("../../../../examples/clips/bunny-320x180.mp4", import.meta.url));
const words = ["train", "--footage", clip, "--learn-degradation", "--threads", "2"];

/** The real library, on a few frames. */
const library: NonNullable<FakeWorld["library"]> = {
  loadModel: (name) => loadModel(name),
  async loadTrainer() {
    const trainer = await import("@tatami/train");
    const learnOwnCamera: typeof trainer.learnOwnCamera = (options) =>
      trainer.learnOwnCamera({ ...options, frames: 8 });
    return { ...trainer, learnOwnCamera };
  },
};

test("a camera is learned from the start that ships, and a model is tuned by it", async () => {
  const cwd = await createTrainingFolder();
  const world = { cwd, library };
  const learning = [...words, "--steps", "2", "--from", "m3-x2-camera"];
  const { code, stdout, stderr } = await runFake(learning, world);
  expect({ code, stderr }).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/6 frames to learn from, 2 held back; 2 steps for the camera, 2 for the/),
  });
  // an animation's rendered edges
  expect(stderr).toMatch(/this camera is hardly soft \([01]\.\d dB\): models tuned to such ones/);
  expect(stdout).toMatch(
    /^runs\/m3-x2-own-camera\/camera\/m3-x2-own-camera\.degradation\.onnx\n {2}the camera's degradation, by 2 steps on 6 frames; it changes .* by \d+\.\d\d levels\nruns\/m3-x2-own-camera\.onnx\n {2}m3-x2-camera, tuned by 2 steps on .*\n {2}on 2 frames held back, through the learned camera: \d+\.\d\d → \d+\.\d\d dB \(\+/,
  );
  const model = readOnnx(new Uint8Array(await readFile(join(cwd, "runs/m3-x2-own-camera.onnx")))).model;
  expect(model).toMatchObject({ name: "m3-x2-own-camera", scale: 2 });
  // its degradation is one like any other
  const small = ["--degradation", "runs/m3-x2-own-camera/camera/m3-x2-own-camera.degradation.onnx"];
  const [picture] = await readdir(join(cwd, "pictures"));
  expect(await runFake(["degrade", `pictures/${picture}`, ...small, "-o", "s.png"], world)).toMatchObject({
    code: 0,
  });
  const again = await runFake(learning, world);
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining("exists already") });
  // what is done is not done again
  for (const ending of ["checkpoint", "onnx", "json"]) await rm(join(cwd, `runs/m3-x2-own-camera.${ending}`));
  const anew = await runFake([...learning, "--json"], world);
  expect(JSON.parse(anew.stdout)).toMatchObject({
    name: "m3-x2-own-camera",
    from: "m3-x2-camera",
    trainedOn: 6,
    softness: expect.any(Number),
    cameraSteps: 2,
    learned: { before: expect.any(Number), after: expect.any(Number) },
  });
}, 240_000);

test("one may begin with a co-learning of one's own; by a camera that does nothing no model becomes better, which is said", async () => {
  const cwd = await createTrainingFolder();
  const world = { cwd, library };
  const recipe = {
    kind: "tddsr",
    name: "tiny",
    base: 4,
    batch: 2,
    crop: 16,
    teacherSteps: 2,
    upsamplerSteps: 1,
    learningSteps: 1,
    degradations: 1,
    sizes: [1],
  };
  await writeFile(join(cwd, "tiny.mjs"), `export const recipe = ${JSON.stringify(recipe)};`);
  await runFake(["train", "./tiny.mjs", "--data", "pictures", "--real", "pictures"], world);
  const learning = [...words, "--tddsr", "runs/tiny.start.checkpoint", "--steps", "2"];
  const { code, stderr } = await runFake([...learning, "--from", "m3-x2-camera"], world);
  expect({ code, stderr }).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /After 2 steps the student scores .*wrong-answer.*own-camera\.degradation\.onnx/s,
    ),
  });
  expect(await readdir(join(cwd, "runs"))).not.toContain("m3-x2-own-camera.onnx");
}, 240_000);

test("interrupted, it says that the same command goes on", async () => {
  const cwd = await createTrainingFolder();
  const controller = new AbortController();
  const stopping: typeof library = {
    ...library,
    async loadTrainer() {
      const trainer = await library.loadTrainer!();
      return {
        ...trainer,
        learnOwnCamera: (options) => {
          options.onPart?.("camera");
          controller.abort(new Error("Ctrl-C"));
          return Promise.reject(controller.signal.reason as Error);
        },
      };
    },
  };
  const run = runFake([...words, "--tddsr", "start.checkpoint"], {
    cwd,
    library: stopping,
    signal: controller.signal,
  });
  expect(await run).toMatchObject({
    code: 130,
    stderr: expect.stringContaining("Interrupted (camera). The same command goes on from there."),
  });
});

test("the start that ships holds the networks that a learning begins with, and what enlarges before them", async () => {
  const { recipe, state } = await readCheckpoint(shippedStart);
  expect(recipe).toMatchObject({ network: "restorer", architecture: { base: 16, scale: 2 } });
  expect(Object.keys(state.players).toSorted()).toEqual(["degrader", "enlarger", "network", "teacher"]);
});

describe("what is missing or does not belong together", () => {
  it.each<[readonly string[], string]>([
    [[...words, "--tddsr", "nowhere.checkpoint"], "There is no checkpoint at"],
    [[...words, "--resume", "--real", "clips"], "--real and --resume cannot be given"],
    [["train", "m5-x2-camera", "--learn-degradation"], "--learn-degradation needs a camera's own footage"],
    [["train", "--footage", clip, "--tddsr", "x"], "--tddsr goes with --learn-degradation"],
  ])("%j", async (argv, message) => {
    const cwd = await createTemporaryFolder();
    const { code, stderr } = await runFake(argv, { cwd, library });
    expect(stderr).toContain(message);
    expect(code).not.toBe(0);
    expect(await readdir(cwd)).toEqual([]);
  });
});
