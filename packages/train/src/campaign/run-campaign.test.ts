import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { ModelCard } from "@tatami/graph";
import sharp from "sharp";
import { expect, onTestFinished, test } from "vitest";
import { wavyPicture } from "../data/test-support.ts";
import { builtFile } from "../run/built-file.ts";
import { readCheckpoint } from "../run/checkpoint/checkpoint.ts";
import type { Campaign } from "./campaign.ts";
import { planCampaign } from "./campaign.ts";
import type { Recipe } from "./recipe.ts";
import { listRecipes, readCampaign, readRecipe } from "./read-recipe.ts";
import type { RecipeInit } from "./recipe.ts";
import type { EntryProgress, RunCampaignOptions } from "./run-campaign.ts";
import { runCampaign } from "./run-campaign.ts";

const tiny: RecipeInit = {
  name: "tiny",
  architecture: { blocks: 1, features: 8, width: 16, scale: 2 },
  optimizer: "soap",
  batch: 2,
  crop: 12,
  steps: 20,
  warmUp: 4,
};
/** At half its steps: 10, 200 and 8. */
const campaign: Campaign = {
  name: "small",
  entries: [
    { name: "first", recipe: tiny, ships: false },
    { name: "second", recipe: tiny, from: "first", steps: 400 },
    { name: "third", recipe: tiny, from: "second", teacher: "first", steps: 16 },
  ],
};

test("a campaign that is killed goes on where it was, does nothing twice, and leads to the same networks", async () => {
  const { pictures, place } = await createPlace();
  const straight = await run(pictures, join(place, "straight"));
  expect(straight.states).toEqual([
    "first begins",
    "first is done",
    "second begins",
    "second is done",
    "third begins",
    "third is done",
  ]);
  expect(straight.result).toEqual({ done: 3, count: 3 });

  const out = join(place, "killed");
  await killIn("second", pictures, out);
  const before = await filesOf(out, "first");
  expect(Object.keys(before)).toContain("first.checkpoint");
  const resumed = await run(pictures, out);
  expect(resumed.states).toEqual([
    "first was done",
    "second begins",
    "second is done",
    "third begins",
    "third is done",
  ]);
  expect(await filesOf(out, "first")).toEqual(before);
  for (const name of ["first", "second", "third"]) {
    const [a, b] = [await average(join(place, "straight"), name), await average(out, name)];
    expect([name, a]).toEqual([name, b]);
  }

  const all = await filesOf(out, "");
  const again = await run(pictures, out);
  expect(again.states).toEqual(["first was done", "second was done", "third was done"]);
  expect(again.steps).toBe(0);
  expect(await filesOf(out, "")).toEqual(all);
});

test("a campaign that is stopped keeps its steps, and its cards tell the sum of them", async () => {
  const { pictures, place } = await createPlace();
  const out = join(place, "stopped");
  const straight = await run(pictures, join(place, "straight"), { notes: { data: "waves" } });
  const controller = new AbortController();
  const stopped = run(pictures, out, {
    signal: controller.signal,
    notes: { data: "waves" },
    stopAt: ["second", 50],
    stop: () => controller.abort(new Error("enough")),
  });
  await expect(stopped).rejects.toThrow("enough");
  const { step } = (await readCheckpoint(join(out, "second.checkpoint"))).state;
  expect(step).toBeGreaterThan(0);
  expect(step).toBeLessThan(200);
  const resumed = await run(pictures, out, { notes: { data: "waves" } });
  expect(resumed.states.slice(0, 2)).toEqual(["first was done", "second goes on"]);
  expect(resumed.steps).toBe(straight.steps - 10 - step);
  expect(await average(out, "third")).toEqual(await average(join(place, "straight"), "third"));

  // parents of others are no models of the campaign
  expect((await readdir(join(out, "models"))).sort()).toEqual([
    "second.json",
    "second.onnx",
    "third.json",
    "third.onnx",
  ]);
  const card = JSON.parse(await readFile(join(out, "models/third.json"), "utf8")) as ModelCard;
  expect(card).toMatchObject({
    data: "waves",
    steps: 8,
    totalSteps: 218,
    samples: 436,
    lineage: [
      { name: "second", role: "from", steps: 210, samples: 420 },
      { name: "first", role: "teacher", steps: 10, samples: 20 },
    ],
  });
});

test("without time nothing is begun; another budget, and checkpoints of others, are refused", async () => {
  const { pictures, place } = await createPlace();
  expect((await run(pictures, place, { minutes: 0 })).result).toEqual({ done: 0, count: 3 });
  await writeFile(join(place, "first.checkpoint"), "somebody else's");
  await expect(run(pictures, place)).rejects.toMatchObject({ code: "output-failed" });
  await rm(join(place, "first.checkpoint"));
  expect((await run(pictures, place)).result.done).toBe(3);
  await expect(run(pictures, place, { budget: 1 })).rejects.toMatchObject({
    code: "invalid-option",
    message: "budget must be 0.5, with which this campaign was begun, not 1.",
  });
});

test.each<[Campaign["entries"], string]>([
  [[{ recipe: tiny }, { recipe: tiny }], "campaign.entries[1].name"],
  [
    [
      { name: "a", recipe: tiny, from: "b" },
      { name: "b", recipe: tiny },
    ],
    "campaign.entries[0].from",
  ],
  [[{ name: "a", recipe: tiny, teacher: "a" }], "campaign.entries[0].teacher"],
])("entries that cannot be in that order are refused (%#)", async (entries, option) => {
  await expect(planCampaign({ name: "x", entries }, 1, readRecipe)).rejects.toThrow(option);
});

test("the zoo's campaign makes every network that there is a recipe for, and reads nothing else", async () => {
  const planned = await planCampaign(await readCampaign("zoo"), 1, readRecipe);
  const recipes = await listZooRecipes();
  const shipped = planned.filter(({ ships }) => ships).map(({ recipe }) => recipe.name);
  expect(shipped.sort()).toEqual(recipes.map(({ name }) => name).sort());
  const names = planned.map(({ recipe }) => recipe.name);
  for (const { from, teacher } of planned.map(({ recipe }) => recipe))
    for (const parent of [from, teacher]) if (parent !== undefined) expect(names).toContain(parent);
});

test("the zoo's campaign runs to its end on a small budget", async () => {
  const { place } = await createPlace();
  const pictures = join(place, "large");
  await mkdir(pictures);
  const { width, height, data } = wavyPicture(200, 196, 1);
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(join(pictures, "a.png"));
  const zoo = await readCampaign("zoo");
  const out = join(place, "zoo");
  const { result } = await run(pictures, out, {
    campaign: zoo,
    budget: 0.00002,
    threads: 2,
    notes: { data: "waves" },
  });
  expect(result).toEqual({ done: zoo.entries.length, count: zoo.entries.length });
  const cards = (await readdir(join(out, "models"))).filter((name) => name.endsWith(".json"));
  expect(cards.length).toBe((await listZooRecipes()).length);
}, 300_000);

/** Those of the zoo's chains: networks of scans take days and have no campaign yet. */
async function listZooRecipes(): Promise<readonly Recipe[]> {
  const recipes = await Promise.all((await listRecipes()).map(readRecipe));
  return recipes.filter(({ network }) => network === "sesr");
}

interface More extends Partial<RunCampaignOptions> {
  readonly stopAt?: readonly [string, number];
  readonly stop?: () => void;
}

/** A campaign, and what was told of it. */
async function run(data: string, out: string, { stopAt, stop, ...more }: More = {}) {
  const states: string[] = [];
  let steps = 0;
  const result = await runCampaign({
    campaign,
    data,
    out,
    budget: 0.5,
    reportEvery: 1,
    findTrained: () => expect.unreachable(),
    onEntry: ({ name, state }: EntryProgress) => void states.push(`${name} ${state}`),
    listen: (name) => ({
      onProgress({ step }) {
        steps++;
        if (stopAt && name === stopAt[0] && step === stopAt[1]) stop?.();
      },
    }),
    ...more,
  });
  return { result, states, steps };
}

/** Kills a process that runs the campaign, in an entry's steps. */
async function killIn(name: string, data: string, out: string): Promise<void> {
  const program = `
    import { runCampaign } from ${JSON.stringify(builtFile("campaign/run-campaign.js").href)};
    await runCampaign({
      ...${JSON.stringify({ campaign, data, out, budget: 0.5, reportEvery: 1 })},
      listen: (name) => ({ onProgress: ({ step }) => console.log(name + " " + step) }),
    });`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exit = once(child, "exit");
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === `${name} 20`) child.kill("SIGKILL");
  }
  expect((await exit)[1]).toBe("SIGKILL");
}

async function average(out: string, name: string): Promise<Float32Array> {
  return (await readCheckpoint(join(out, `${name}.checkpoint`))).state.players["network"]!.vectors[
    "average"
  ]!;
}

/** When each of a folder's files was written, and what is in it. */
async function filesOf(folder: string, prefix: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).filter((name) => name.startsWith(prefix)).sort();
  const entries = names.map(async (name) => {
    const hash = createHash("sha256").update(await readFile(join(folder, name)));
    return [name, `${hash.digest("hex")} ${(await stat(join(folder, name))).mtimeMs}`];
  });
  return Object.fromEntries(await Promise.all(entries));
}

async function createPlace(): Promise<{ pictures: string; place: string }> {
  const place = await mkdtemp(join(tmpdir(), "tatami-campaign-"));
  onTestFinished(() => rm(place, { recursive: true, force: true }));
  const pictures = join(place, "pictures");
  await mkdir(pictures);
  for (const seed of [1, 2]) {
    const { width, height, data } = wavyPicture(64, 48, seed);
    await sharp(data, { raw: { width, height, channels: 3 } })
      .png()
      .toFile(join(pictures, `${seed}.png`));
  }
  return { pictures, place };
}
