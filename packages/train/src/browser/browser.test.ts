import { expect, test } from "vitest";
import { readImports } from "./test-support.ts";

test("the trainer for browsers imports nothing of Node's, however deep", async () => {
  const { texts, packages } = await readImports(new URL("./index.ts", import.meta.url));
  expect(texts.size).toBeGreaterThan(30);
  for (const text of texts.values()) expect(text).not.toMatch(/\b(Buffer|process)\.[a-z]/);
  expect(packages).toEqual([
    "@tatami/codecs",
    "@tatami/core",
    "@tatami/graph",
    "@tatami/kernels",
    "@tatami/patches",
    "@tatami/runtime/programs",
    "ml-matrix",
  ]);
});
