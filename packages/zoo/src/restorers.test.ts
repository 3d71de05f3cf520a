import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { generateRestorers } from "../scripts/generate-registry.js";
import { loadRestorer, restorerKinds, restorerUrl } from "./restorers.ts";
import type { RestorerKind } from "./restorers.ts";

test("the restorers' list is what its script writes", async () => {
  const written = await readFile(new URL("restorers.generated.ts", import.meta.url), "utf8");
  expect(written).toBe(await generateRestorers());
});

test("every restorer loads, enlarges by two, and has a card that says what it is", async () => {
  for (const kind of restorerKinds) {
    expect(await loadRestorer(kind)).toMatchObject({ name: `tddsr-x2.${kind}`, scale: 2 });
    const card: unknown = JSON.parse(
      await readFile(new URL(`${restorerUrl(kind).href.slice(0, -4)}json`), "utf8"),
    );
    expect(card).toMatchObject({ name: "tddsr-x2", kind, license: "MIT", steps: expect.any(Number) });
    expect(card).toHaveProperty("made", expect.stringContaining("in the style of TDDSR"));
  }
  expect(await loadRestorer()).toMatchObject({ name: "tddsr-x2.fidelity" });
});

test("another kind is refused with those that there are", async () => {
  const other = "sharp" as RestorerKind;
  await expect(loadRestorer(other)).rejects.toMatchObject({
    code: "invalid-option",
    message: 'kind must be "fidelity" or "perceptual", not "sharp".',
  });
  expect(() => restorerUrl(other)).toThrow('"fidelity" or "perceptual"');
});
