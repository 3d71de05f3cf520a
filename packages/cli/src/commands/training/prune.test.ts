import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { loadModel } from "@tatami/zoo";
import { expect, test } from "vitest";
import { runFake } from "../../testing/fake-shell.ts";
import type { FakeWorld } from "../../testing/fake-shell.ts";
import { createTrainingFolder } from "../../testing/waves.ts";

const zoo: FakeWorld["library"] = { loadModel: (name) => loadModel(name) };
const quickly = ["--tuning", "2", "--steps", "3", "--threads", "1", "--recipe", "./recipe.mjs"];

test("prune, resume, export: a smaller network, and a page that says what it lost", async () => {
  const cwd = await createTrainingFolder(144);
  const world = { cwd, library: zoo };
  const all = ["--data", "pictures", "--validate", "pictures", ...quickly];
  const made = await runFake(["prune", "m3-x2", "--budget", "7000", ...all, "--evaluate", "pictures"], world);
  expect(made.stderr).toContain("m3-x2 is to learn what m3-x2 makes of them");
  expect(made.stderr).toMatch(/block \d cut {2}[\d ]+ channels {2}cost \d+ {2}\d+\.\d{3} dB/);
  expect(made.code).toBe(0);
  const [, before, after] = made.stdout.split("\n");
  expect(before).toMatch(/^m3-x2 +8912 +100 % +\d+\.\d\d +\+0\.00 +16 16 16 16$/);
  expect(after).toMatch(/^m3-x2-pruned-\d+ +[4-6]\d{3} +\d+ % +\d+\.\d\d +[+-]\d\.\d\d +[\d ]+$/);
  expect(made.stdout).toContain("runs/m3-x2-pruned-to-7000.pruning.html");
  const page = await readFile(join(cwd, "runs/m3-x2-pruned-to-7000.pruning.html"), "utf8");
  expect(page).toContain("PSNR over cost");

  const again = await runFake(["prune", "m3-x2", "--budget", "7000", ...all], world);
  expect(again.code).toBe(1);
  expect(again.stderr).toContain("exists already. [output-failed]\n  → Give --resume");
  const resumed = await runFake(["prune", "m3-x2", "--budget", "7000", ...all, "--resume", "--json"], world);
  const { stops } = JSON.parse(resumed.stdout) as { stops: { name: string; checkpoint: string }[] };
  expect(after).toContain(stops[0]!.name);

  const exported = await runFake(
    ["export", stops[0]!.checkpoint, "--out", "models", "--data-note", "note.txt"],
    world,
  );
  expect(exported.code).toBe(0);
  const card = JSON.parse(await readFile(join(cwd, `models/${stops[0]!.name}.json`), "utf8")) as object;
  expect(card).toMatchObject({
    lineage: [{ name: "m3-x2", role: "from", pruning: { method: "greedy", before: 8912 } }],
  });
  const names = await readdir(join(cwd, "runs"));
  expect(names.filter((name) => name.endsWith(".onnx"))).toEqual([]);
});

test("what cannot be meant is refused", async () => {
  const cwd = await createTrainingFolder();
  const world = { cwd, library: zoo };
  const runs = async (...words: string[]) => runFake(["prune", ...words], world);
  expect((await runs()).stderr).toContain("takes one model and --data");
  const data = ["--data", "pictures"];
  expect((await runs("m3-x2", ...data)).stderr).toContain("Nothing says how small.");
  expect((await runs("m3-x2", ...data, "--uniform", "--cpo", "--drop", "1")).stderr).toContain("both given");
  expect((await runs("m3-x2", ...data, "--budget", "9", "--criterion", "size")).stderr).toContain(
    "--criterion",
  );
  expect((await runs("m3-x4", ...data, "--budget", "9000", ...quickly)).stderr).toContain("scale 4");
  const few = await runs("m3-x2", ...data, "--drop", "0.1", ...quickly);
  expect(few.stderr).toContain("2 pictures, 0 of them held back");
  expect(few.code).toBe(2);
  const small = await runs("m3-x2", ...data, "--validate", "pictures", "--drop", "0.1", ...quickly);
  expect(small.stderr).toContain("No picture in pictures is as large as a crop, 128×128. [input-not-found]");
});
