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
  test("has a card that says what it is", () => {
    for (const card of listModels()) {
      expect(card.name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*-x[24]/);
      expect([2, 4]).toContain(card.scale);
      expect(["bicubic", "camera"]).toContain(card.track);
      expect(card.sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(card.parameters).toBeGreaterThan(0);
      expect(card.macsPerPixel).toBeGreaterThan(0);
      for (const value of Object.values(card.psnr)) expect(value).toBeGreaterThan(20);
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
