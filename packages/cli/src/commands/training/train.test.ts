import { createHash } from "node:crypto";
import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { loadModel } from "@tatami/zoo";
import { readCheckpoint, readHistory } from "@tatami/train";
import { describe, expect, it, test } from "vitest";
import { runFake } from "../../testing/fake-shell.ts";
import type { FakeWorld } from "../../testing/fake-shell.ts";
import { createTemporaryFolder } from "../../testing/temporary-folder.ts";
import { createTrainingFolder } from "../../testing/waves.ts";

const zoo: FakeWorld["library"] = { loadModel: (name) => loadModel(name) };

test("train, resume, start from it, evaluate, fold, export: files that agree with one another", async () => {
  const cwd = await createTrainingFolder();
  const world = { cwd, library: zoo };
  const all = ["--data", "pictures", "--evaluate", "pictures", "--threads", "2"];

  const first = await runFake(["train", "./recipe.mjs", ...all], world);
  expect(first.stderr).toMatch(
    /^m3-x2 {2}2 pictures, 0 megapixels\nm3-x2 {2}step 6\/6 {2}loss 0\.\d+ {2}\d+\.\d+ dB/,
  );
  expect(first.code).toBe(0);
  expect(first.stdout).toMatch(/^runs\/m3-x2\.checkpoint\n {2}finished at step 6 of 6, in /);

  expect(first.stdout).toMatch(
    /runs\/m3-x2\.report\.html\n {2}pictures \d+\.\d\d dB \([+-]\d+\.\d\d\), SSIM 0\.\d+\n$/,
  );

  const again = await runFake(["train", "./recipe.mjs", ...all], world);
  expect(again.stderr).toContain("runs/m3-x2.checkpoint exists already. [output-failed]\n  → Give --resume");
  expect(again.code).toBe(1);

  // neither pictures nor evaluation set have to be named again
  const resumed = await runFake(["train", "./recipe.mjs", "--resume", "--steps", "9", "--json"], world);
  expect(resumed).toMatchObject({ code: 0 });
  expect(JSON.parse(resumed.stdout)).toMatchObject({ name: "m3-x2", step: 9, steps: 9, finished: true });
  expect(resumed.stderr).toMatch(/step 9\/9 {2}loss 0\.\d+ {2}\d+\.\d+ dB/);
  expect((await readCheckpoint(join(cwd, "runs/m3-x2.checkpoint"))).state.step).toBe(9);

  // the history goes on, and the report is made again when asked for
  const reported = await runFake(["report", "runs/m3-x2.checkpoint", "-o", "page.html", "--json"], world);
  expect(JSON.parse(reported.stdout)).toMatchObject({
    report: join(cwd, "page.html"),
    sets: [{ name: "pictures" }],
  });
  const history = await readHistory(join(cwd, "runs/m3-x2.history.jsonl"));
  expect(history.map(({ kind, step }) => `${kind} ${step}`)).toEqual([
    "start 0",
    "progress 6",
    "start 6",
    "progress 9",
  ]);

  const grown = [
    "train",
    "./recipe.mjs",
    ...all,
    "--out",
    "grown",
    "--steps",
    "1",
    "--seed",
    "3",
    "--rate",
    "1e-5",
  ];
  const fromOwn = await runFake([...grown, "--from", "runs/m3-x2.checkpoint"], world);
  expect(fromOwn.stderr).toContain("m3-x2  from runs/m3-x2.checkpoint: as it is\n");
  const fromZoo = await runFake([...grown, "-y", "--from", "m5-x2"], world);
  expect(fromZoo.stderr).toContain("m3-x2  from m5-x2: 2 blocks left out (not the same function any more)\n");
  const taught = await runFake([...grown, "-y", "--from", "m5-x2", "--teacher", "m5-x2"], world);
  expect(taught.stderr).toMatch(
    /m3-x2 {2}the teacher enlarges \d+ pictures in 8 turns on \d threads? of the kernels: about/,
  );
  expect(taught.stderr).toContain("m3-x2  learns what m5-x2 makes of them (the kernels)\n");
  expect(await readdir(join(cwd, "grown"))).toContain("bicubic-x2-by-m5-x2.dataset");
  const { recipe } = await readCheckpoint(join(cwd, "grown/m3-x2.checkpoint"));
  expect(recipe).toMatchObject({ steps: 1, seed: 3, rate: 1e-5 });

  const checkpoint = "runs/m3-x2.checkpoint";
  const fold = await runFake(["fold", checkpoint, "-o", "own.onnx"], world);
  expect(fold.stdout).toContain("m3-x2 ×2, 8912 parameters");
  expect((await runFake(["fold", checkpoint, "-o", "own.onnx"], world)).stderr).toContain(
    "own.onnx exists already.",
  );

  const exporting = ["export", checkpoint, "--out", "models", "--data-note", "note.txt", "--note", "Small."];
  const exported = await runFake([...exporting, "--evaluate", "pictures"], world);
  expect(exported.stdout).toMatch(
    /^models\/m3-x2\.onnx\n[^]* {2}pictures \d+\.\d\d dB \([+-]\d+\.\d\d\), SSIM 0\.\d+\n$/,
  );
  const bytes = await readFile(join(cwd, "models/m3-x2.onnx"));
  const card = JSON.parse(await readFile(join(cwd, "models/m3-x2.json"), "utf8"));
  expect(card).toMatchObject({ name: "m3-x2", recipe: "m3-x2-bicubic", steps: 9, parameters: 8912 });
  expect(card).toMatchObject({ data: "generated waves", note: "Small." });
  expect(card.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
  expect(await readFile(join(cwd, "own.onnx"))).toEqual(bytes);

  // what a run started from is on its card, unless something else is to be said
  const grownOut = [
    "export",
    "grown/m3-x2.checkpoint",
    "--out",
    "models",
    "--data-note",
    "note.txt",
    "-y",
    "--json",
  ];
  const { stdout: grownCard } = await runFake(grownOut, world);
  expect(JSON.parse(grownCard)).toMatchObject({
    steps: 1,
    seed: 3,
    note: "Started from m5-x2. Taught by m5-x2.",
    lineage: [
      { name: "m5-x2", role: "from" },
      { name: "m5-x2", role: "teacher", steps: 8500 },
    ],
    totalSteps: 8501,
  });
  expect(await runFake([...exporting, "-y", "--evaluate", "pictures"], world)).toMatchObject({ code: 0 });

  const tables = await Promise.all(
    ["models/m3-x2.onnx", checkpoint].map((file) =>
      runFake(["evaluate", file, "pictures", "--scale", "2"], world),
    ),
  );
  expect(tables[0]!.stdout).toBe(tables[1]!.stdout);
  const lines = tables[0]!.stdout.trimEnd().split("\n");
  expect(lines[0]).toBe("m3-x2 ×2 after 9 steps, pictures: Y-PSNR in dB, SSIM");
  expect(lines.slice(2).map((line) => line.split(/\s+/)[0])).toEqual(["wave-1.png", "wave-2.png", "mean"]);
  const { psnr, ssim, bicubicPsnr, bicubicSsim } = card;
  const mean = lines.at(-1)!.split(/\s+/).slice(1, 5).map(Number);
  expect(mean).toEqual([psnr.pictures, ssim.pictures, bicubicPsnr.pictures, bicubicSsim.pictures]);
  const json = JSON.parse((await runFake(["evaluate", "m5-x2", "pictures", "--json"], world)).stdout);
  expect(json).toMatchObject({ model: "m5-x2", scale: 2, steps: 8500, sets: [{ folder: "pictures" }] });
  expect(json.sets[0].rows).toHaveLength(3);
});

test("interrupted, train leaves a checkpoint to go on from and exits 130", async () => {
  const cwd = await createTrainingFolder();
  const controller = new AbortController();
  const library: FakeWorld["library"] = {
    async loadTrainer() {
      const trainer = await import("@tatami/train");
      // Ctrl-C at the first sign of life
      const runRecipe: typeof trainer.runRecipe = (options) =>
        trainer.runRecipe({ ...options, onStep: () => controller.abort(new Error("Ctrl-C")) });
      return { ...trainer, runRecipe };
    },
  };
  const words = ["train", "./recipe.mjs", "--data", "pictures", "--steps", "1000000"];
  const { code, stdout, stderr } = await runFake(words, { cwd, library, signal: controller.signal });
  expect({ code, stdout, stderr }).toMatchObject({
    code: 130,
    stdout: "",
    stderr: expect.stringContaining("Interrupted."),
  });
  expect(stderr).toContain("Interrupted. Everything up to here is in runs/m3-x2.checkpoint.\n");
  expect(stderr).toContain("  → tatami train ./recipe.mjs --resume --steps 1000000\n");
  const { state } = await readCheckpoint(join(cwd, "runs/m3-x2.checkpoint"));
  expect(state.step).toBeGreaterThan(0);
});

test("--minutes stops in time, with a checkpoint, and a terminal gets a bar", async () => {
  const cwd = await createTrainingFolder();
  const words = ["train", "./recipe.mjs", "--data", "pictures", "--minutes", "0"];
  const { code, stdout, stderr } = await runFake(words, { cwd, isTerminal: true });
  expect(code).toBe(0);
  expect(stdout).toContain("stopped at step 0 of 6");
  expect(stderr).toContain("m3-x2  starting");
  expect(await readdir(join(cwd, "runs"))).toContain("m3-x2.checkpoint");
});

test("pictures smaller than a crop are refused", async () => {
  const cwd = await createTrainingFolder();
  const words = ["train", "m5-x2-bicubic", "--data", "pictures", "--from", "none", "--teacher", "none"];
  const { code, stderr } = await runFake(words, { cwd });
  expect(code).toBe(1);
  expect(stderr).toContain("No picture in pictures is as large as a crop, 96×96.");
});

describe("wrong usage", () => {
  it.each<[readonly string[], number, string, string]>([
    [["train"], 2, "tatami train takes one recipe", "m5-x2-bicubic"],
    [["train", "m5-x9"], 2, 'There is no recipe named "m5-x9".', "m5-x2-bicubic"],
    [["train", "./no.mjs", "--data", "."], 1, "no.mjs cannot be loaded", "Name a file"],
    [["train", "m5-x2-bicubic"], 2, "There are no pictures to train on.", "--data FOLDER"],
    [["train", "m5-x2-bicubic", "--data", "."], 1, "holds no picture", "Name a folder"],
    [["train", "m5-x2-bicubic", "--resume", "--from", "m5-x2"], 2, "are both given", "--from"],
    [["train", "m5-x2-bicubic", "--resume"], 1, "There is no checkpoint at", "Train without --resume first"],
    [
      ["train", "m5-x2", "--data", ".", "--alpha", "0.5", "--teacher", "none"],
      2,
      "there is no teacher",
      "--teacher MODEL",
    ],
    [
      ["train", "m5-x2", "--data", ".", "--distil", "mipkd", "--teacher", "none"],
      2,
      "there is no teacher",
      "--teacher MODEL",
    ],
    [
      ["train", "m5-x2-camera", "--degradation-share", "0.3"],
      2,
      "--degradation-share is given",
      "--degradation FILE",
    ],
    [
      ["train", "--learn-degradation"],
      2,
      "--learn-degradation needs a camera's own footage",
      "--footage VIDEOS",
    ],
    [["train", "m5-x2-bicubic", "--real", "."], 2, "--real goes with the recipe tddsr-x2", "tddsr-x2"],
    [
      ["train", "--footage", "a.mp4", "--teacher", "xl-x2", "--alpha", "0.5"],
      2,
      "--teacher and --alpha cannot be given with --footage",
      "leave them out",
    ],
    [
      ["train", "tddsr-x2", "--data", ".", "--real", ".", "--steps", "5"],
      2,
      "--steps cannot be given with a co-learning",
      "recipe",
    ],
    [["train", "m5-x2-bicubic", "--rate", "fast"], 2, "--rate must be a number", "--rate"],
    [["train", "m5-x2-bicubic", "--minute", "3"], 2, "--minute is not a flag", "--minutes?"],
    [["evaluate", "m5-x2"], 2, "tatami evaluate takes a model", "tatami evaluate m5-x2 FOLDER"],
    [["evaluate", "a.mp4", "."], 1, "a.mp4: The 5 bytes are not an ONNX file.", "tatami models"],
    [["evaluate", "no.onnx", "."], 1, "no.onnx could not be read", "tatami models"],
    [["evaluate", "m5-x2", ".", "--scale", "4"], 2, "m5-x2 upscales by 2, not by 4.", "--scale 4"],
    [["fold"], 2, "tatami fold takes one checkpoint", "tatami fold CHECKPOINT"],
    [["fold", "a.mp4"], 1, "is not a whole checkpoint", "→"],
    [["report"], 2, "tatami report takes one checkpoint", "tatami report CHECKPOINT"],
    [["report", "no.checkpoint"], 1, "There is no checkpoint at", "→"],
    [["export", "a.checkpoint"], 2, "tatami export takes one checkpoint, --out and --data-note", "--out"],
  ])("%j", async (argv, wanted, message, fix) => {
    const cwd = await createTemporaryFolder("a.mp4");
    const { code, stdout, stderr } = await runFake(argv, { cwd });
    expect({ code, stdout }).toEqual({ code: wanted, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr.slice(stderr.indexOf("→"))).toContain(fix);
    expect((await readdir(cwd)).filter((name) => name.endsWith(".part"))).toEqual([]);
    expect((await stat(join(cwd, "a.mp4"))).size).toBeGreaterThan(0);
  });
});
