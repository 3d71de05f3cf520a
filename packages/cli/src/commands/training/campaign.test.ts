import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runFake } from "../../testing/fake-shell.ts";
import type { FakeWorld } from "../../testing/fake-shell.ts";
import { createTemporaryFolder } from "../../testing/temporary-folder.ts";
import { createTrainingFolder } from "../../testing/waves.ts";

const campaign = `
  const recipe = {
    name: "m3-x2", architecture: { blocks: 3, features: 16, width: 16, scale: 2 },
    batch: 2, crop: 12, steps: 6, warmUp: 2,
  };
  export const campaign = {
    name: "small", entries: [{ name: "a", recipe, ships: false }, { name: "b", recipe, from: "a", teacher: "a" }],
  };`;
const words = ["campaign", "./campaign.mjs", "--data", "pictures", "--out", "all", "--threads", "1"];

async function createCampaignFolder(): Promise<string> {
  const cwd = await createTrainingFolder();
  await writeFile(join(cwd, "campaign.mjs"), campaign);
  return cwd;
}

test("a campaign is trained, says what it does, and is not trained again", async () => {
  const cwd = await createCampaignFolder();
  const all = [...words, "--evaluate", "pictures", "--data-note", "note.txt", "--budget", "0.5"];
  const { code, stdout, stderr } = await runFake(all, { cwd });
  const told = stderr.replaceAll(/step .*\n/g, "step\n").replace(/about .* s; /, "about N s; ");
  expect(told).toBe(
    [
      "a  begins (1 of 2)\n",
      "a  2 pictures, 0 megapixels\n",
      "a  step\n",
      "a  is done (1 of 2)\n",
      "b  begins (2 of 2)\n",
      "b  the teacher enlarges 2 pictures in 8 turns on 1 thread of the kernels: about N s; what is done is kept\n",
      "b  2 pictures, 0 megapixels\n",
      "b  from a: as it is\n",
      "b  learns what a makes of them (the kernels)\n",
      "b  step\n",
      "b  is done (2 of 2)\n",
    ].join(""),
  );
  expect(stderr).toContain("b  step 3/3");
  expect({ code, stdout }).toEqual({ code: 0, stdout: "small\n  2 of 2 networks are done\n" });
  expect(await readdir(join(cwd, "all/models"))).toEqual(["b.json", "b.onnx"]);

  const again = await runFake([...all, "--json"], { cwd });
  expect(again.stderr).toBe("a  was done (1 of 2)\nb  was done (2 of 2)\n");
  expect(JSON.parse(again.stdout)).toEqual({ campaign: "small", done: 2, count: 2 });
});

test("interrupted, a campaign says that it goes on, and exits 130", async () => {
  const cwd = await createCampaignFolder();
  const controller = new AbortController();
  const library: FakeWorld["library"] = {
    async loadTrainer() {
      const trainer = await import("@tatami/train");
      const runCampaign: typeof trainer.runCampaign = (options) =>
        trainer.runCampaign({
          ...options,
          listen: (name) => ({
            ...options.listen?.(name),
            onReady: () => controller.abort(new Error("Ctrl-C")),
          }),
        });
      return { ...trainer, runCampaign };
    },
  };
  const stopped = await runFake(words, { cwd, library, signal: controller.signal });
  expect(stopped).toMatchObject({ code: 130, stdout: "" });
  expect(stopped.stderr).toContain("Interrupted. Everything up to here is in all.\n");
  const { code, stderr } = await runFake(words, { cwd });
  expect(code).toBe(0);
  expect(stderr).toMatch(/^a {2}goes on \(1 of 2\)\n/);
});

test.each<[readonly string[], number, string, string]>([
  [["campaign"], 2, "tatami campaign takes one campaign, --data and --out.", "one of: zoo."],
  [["campaign", "zoo", "--data", "."], 2, "tatami campaign takes one campaign", "--out FOLDER"],
  [["campaign", "farm", "--data", ".", "--out", "all"], 2, 'There is no campaign named "farm".', "zoo"],
  [["campaign", "zoo", "--data", ".", "--out", "all", "--budget", "x"], 2, "--budget must be a number", "→"],
  [["campaign", "zoo", "--data", ".", "--out", "all"], 1, "holds no picture", "Name a folder"],
])("wrong usage: %j", async (argv, wanted, message, fix) => {
  const cwd = await createTemporaryFolder("a.mp4");
  const { code, stdout, stderr } = await runFake(argv, { cwd });
  expect({ code, stdout }).toEqual({ code: wanted, stdout: "" });
  expect(stderr).toContain(message);
  expect(stderr.slice(stderr.lastIndexOf("→"))).toContain(fix);
});
