import { readFile } from "node:fs/promises";
import { countMacs, countParameters } from "@tatami/graph";
import { describe, expect, test } from "vitest";
import { generateRegistry } from "../scripts/generate-registry.js";
import { listModels } from "./list-models.ts";
import { loadModel } from "./load-model.ts";

test("the registry is what its script writes", async () => {
  const written = await readFile(new URL("registry.generated.ts", import.meta.url), "utf8");
  expect(written).toBe(await generateRegistry());
});

describe("every shipped model", () => {
  test("is there: m5-x2 at least, which is the command line's usual one", () => {
    expect(listModels().map(({ name }) => name)).toContain("m5-x2");
  });

  test("has a card that says what it is", () => {
    for (const card of listModels()) {
      expect(card.name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*-x[24]/);
      expect([2, 4]).toContain(card.scale);
      expect(["bicubic", "camera"]).toContain(card.track);
      expect(card.sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(card.parameters).toBeGreaterThan(0);
      expect(card.macsPerPixel).toBeGreaterThan(0);
      expect(card.license).toBe("MIT");
      expect(Object.keys(card.psnr)).toContain("set5");
      // One that is no better than bicubic enlargement is not worth its time.
      for (const [set, psnr] of Object.entries(card.psnr))
        expect(psnr).toBeGreaterThan(card.bicubicPsnr[set]! + 0.5);
    }
  });

  test("loads, and is what its card says", async () => {
    for (const card of listModels()) {
      const model = await loadModel(card.name);
      expect(model).toMatchObject({ name: card.name, scale: card.scale });
      expect(countParameters(model)).toBe(card.parameters);
      expect(countMacs(model, { width: 10, height: 10 })).toBe(100 * card.macsPerPixel);
    }
  });
});
