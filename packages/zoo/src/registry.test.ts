import { readdir, readFile } from "node:fs/promises";
import { countMacs, countParameters, printModel } from "@tatami/graph";
import type { Model } from "@tatami/graph";
import { describe, expect, it, test } from "vitest";
import { generateModules, generateReadme, generateRegistry } from "../scripts/generate-registry.js";
import { listModels } from "./list-models.ts";
import { loadModel } from "./load-model.ts";
import type { ReadModelOptions } from "./read-model.ts";

test("the registry and the table in the README are what their script writes", async () => {
  const registry = await readFile(new URL("registry.generated.ts", import.meta.url), "utf8");
  expect(registry).toBe(await generateRegistry());
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  expect(readme).toBe(await generateReadme());
  const modules = await generateModules();
  const files = await readdir(new URL("models/", import.meta.url), { recursive: true });
  expect(files.filter((path) => path.endsWith(".ts")).toSorted()).toEqual([...modules.keys()].toSorted());
  for (const [file, text] of modules)
    expect(await readFile(new URL(`models/${file}`, import.meta.url), "utf8")).toBe(text);
  for (const { name } of listModels()) expect(readme).toContain(`| \`${name}\``);
});

describe("every shipped model", () => {
  it("is there: m5-x2 at least, which is the command line's usual one", () => {
    expect(listModels().map(({ name }) => name)).toContain("m5-x2");
  });

  it("has a card that says what it is", () => {
    for (const card of listModels()) {
      expect(card.name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*-x[24]/);
      expect([2, 4]).toContain(card.scale);
      expect(["bicubic", "camera"]).toContain(card.track);
      expect(card.sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(card.parameters).toBeGreaterThan(0);
      expect(card.macsPerPixel).toBeGreaterThan(0);
      expect(card.license).toBe("MIT");
      // One that is hardly better than bicubic enlargement is not worth its time; what codecs leave is less.
      if (card.track === "bicubic") expect(Object.keys(card.psnr)).toContain("set5");
      const least = card.track === "bicubic" ? 0.5 : 0;
      expect(Object.keys(card.psnr)).not.toEqual([]);
      for (const [set, psnr] of Object.entries(card.psnr))
        expect(psnr).toBeGreaterThan(card.bicubicPsnr[set]! + least);
    }
  });

  it("counts the steps of the network that it began with, and names networks that may ship themselves", () => {
    const cards = new Map(listModels().map((card) => [card.sha256, card]));
    for (const { name, steps, batch, lineage = [], totalSteps, samples } of listModels()) {
      const began = lineage.filter(({ role }) => role === "from");
      const sum = (pick: (parent: (typeof began)[number]) => number): number =>
        began.reduce((total, parent) => total + pick(parent), 0);
      expect([name, totalSteps]).toEqual([
        name,
        steps + sum((parent) => parent.steps + (parent.tuning?.steps ?? 0)),
      ]);
      const seen = sum((parent) => parent.samples + (parent.tuning?.samples ?? 0));
      expect([name, samples]).toEqual([name, steps * batch + seen]);
      for (const parent of lineage) {
        const shipped = parent.sha256 === undefined ? undefined : cards.get(parent.sha256);
        if (!shipped) continue;
        const { name: known, totalSteps: all, samples: crops } = shipped;
        expect(parent).toMatchObject({ name: known, steps: all, samples: crops });
      }
    }
  });

  it("loads alone, by a module of its own, and is the same", async () => {
    for (const { name } of listModels()) {
      const alone = (await import(`@tatami/zoo/models/${name}`)) as {
        loadModel(options?: ReadModelOptions): Promise<Model>;
      };
      expect(printModel(await alone.loadModel())).toBe(printModel(await loadModel(name)));
      await expect(alone.loadModel({ denoise: 1 } as never)).rejects.toMatchObject({
        code: "invalid-option",
      });
    }
  });

  it("loads, and is what its card says", async () => {
    for (const card of listModels()) {
      const model = await loadModel(card.name);
      expect(model).toMatchObject({ name: card.name, scale: card.scale });
      expect(countParameters(model)).toBe(card.parameters);
      // in whole windows of networks that scan
      expect(countMacs(model, { width: 40, height: 40 })).toBe(1600 * card.macsPerPixel);
    }
  });
});
