import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readOnnx } from "@tatami/graph";
import { readCheckpoint } from "@tatami/train";
import { loadModel } from "@tatami/zoo";
import { describe, expect, it, test } from "vitest";
import { runFake } from "../testing/fake-shell.ts";
import type { FakeWorld } from "../testing/fake-shell.ts";
import { createTemporaryFolder } from "../testing/temporary-folder.ts";

const clip = fileURLToPath(new URL("../../../../examples/clips/bunny-320x180.mp4", import.meta.url));
const words = ["train", "--footage", clip, "--threads", "1"];

/** The real library, on a few small frames. */
function smallLibrary(onProgress?: () => void): NonNullable<FakeWorld["library"]> {
  return {
    loadModel: (name) => loadModel(name),
    async loadTrainer() {
      const trainer = await import("@tatami/train");
      const fineTune: typeof trainer.fineTune = (options) => {
        const told = onProgress ? { onProgress, reportEvery: 1 } : {};
        return trainer.fineTune({ ...options, frames: 4, batch: 2, degradations: 1, ...told });
      };
      return { ...trainer, fineTune };
    },
  };
}

test("tunes the usual model on a clip, and writes checkpoint, model and card that agree", async () => {
  const cwd = await createTemporaryFolder();
  const world = { cwd, library: smallLibrary() };
  const tuning = [...words, "--steps", "40", "--rate", "3e-4"];
  const { code, stdout, stderr } = await runFake(tuning, world);
  expect({ code, stderr }).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/m5-x2-own-camera {2}from m5-x2: \d+ places in the footage, avc\n/),
  });
  const said =
    /^runs\/m5-x2-own-camera\.onnx\n {2}(\d+\.\d\d) → (\d+\.\d\d) dB \(\+\d+\.\d\d\) on 1 frame held back/;
  const [, before, after] = said.exec(stdout) ?? [];
  expect(Number(after)).toBeGreaterThanOrEqual(Number(before));

  const read = (ending: string) => readFile(join(cwd, "runs", `m5-x2-own-camera.${ending}`));
  const bytes = await read("onnx");
  const card = JSON.parse((await read("json")).toString());
  expect(readOnnx(bytes).model.scale).toBe(2);
  expect(card).toMatchObject({ name: "m5-x2-own-camera", track: "camera", steps: 40, parameters: 13520 });
  expect(card.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
  expect(card.psnr["held-back"]).toBeCloseTo(Number(after), 1);
  expect(card.note).toContain(`Started from m5-x2, which scores ${before} dB`);
  // an animation's rendered edges
  for (const text of [stderr, stdout, card.note])
    expect(text).toMatch(/this camera is hardly soft \([01]\.\d dB\): models tuned to such ones were worse/);
  const { recipe, state } = await readCheckpoint(join(cwd, "runs/m5-x2-own-camera.checkpoint"));
  expect([recipe.name, state.step]).toEqual(["m5-x2-own-camera", 40]);

  const again = await runFake(tuning, world);
  expect(again).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("exists already. [output-failed]"),
  });
  const further = [...words, "--steps", "20", "-y", "--json", "--from", "runs/m5-x2-own-camera.onnx"];
  const json = await runFake([...further, "--rate", "3e-4", "--out", "more"], world);
  // so short a run on so little may end a little worse, and is refused then
  if (json.code === 0)
    expect(JSON.parse(json.stdout)).toMatchObject({ steps: 20, heldBack: 1, softness: expect.any(Number) });
  else expect(json.stderr).toContain("[wrong-answer]");
});

test("a model that is no better is refused, and nothing is written", async () => {
  const cwd = await createTemporaryFolder();
  const { code, stdout, stderr } = await runFake([...words, "--steps", "2", "--rate", "0"], {
    cwd,
    library: smallLibrary(),
  });
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/After 2 steps the model scores .* \[wrong-answer\]\n {2}→ Keep the model/);
  expect(await readdir(cwd)).toEqual([]);
});

test("interrupted, it leaves nothing and exits 130", async () => {
  const cwd = await createTemporaryFolder();
  const controller = new AbortController();
  const library = smallLibrary(() => controller.abort(new Error("Ctrl-C")));
  const { code, stderr } = await runFake([...words, "--steps", "100000"], {
    cwd,
    library,
    signal: controller.signal,
  });
  expect({ code, stderr }).toMatchObject({ code: 130, stderr: expect.stringContaining("Interrupted.") });
  expect(await readdir(cwd)).toEqual([]);
});

describe("wrong usage", () => {
  it.each<[readonly string[], string]>([
    [["train", "m5-x2-camera", "--footage", clip], "A recipe (m5-x2-camera) and --footage are both given."],
    [["train", "--footage", clip, "--data", ".", "--resume"], "--data and --resume cannot be given"],
  ])("%j", async (argv, message) => {
    const cwd = await createTemporaryFolder();
    expect(await runFake(argv, { cwd })).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });

  it("footage that is not there", async () => {
    const cwd = await createTemporaryFolder();
    const { code, stderr } = await runFake(["train", "--footage", "nowhere"], {
      cwd,
      library: smallLibrary(),
    });
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining("[input-not-found]") });
  });
});
