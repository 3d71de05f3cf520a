import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

test("the trainer for browsers imports nothing of Node's, however deep", async () => {
  const seen = new Set<string>();
  const outside = new Set<string>();
  const visit = async (url: URL): Promise<void> => {
    if (seen.has(url.href)) return;
    seen.add(url.href);
    const text = await readFile(url, "utf8");
    expect(text).not.toMatch(/\b(Buffer|process)\.[a-z]/);
    for (const [, what = "", name = ""] of text.matchAll(/^(?:import|export)\s([^"]*?)from "([^"]+)";/gm)) {
      // types are gone when it runs
      if (what.startsWith("type ")) continue;
      if (name.startsWith(".")) await visit(new URL(name, url));
      else outside.add(name);
    }
  };
  await visit(new URL("./index.ts", import.meta.url));
  expect(seen.size).toBeGreaterThan(30);
  expect([...outside].sort()).toEqual([
    "@tatami/codecs",
    "@tatami/core",
    "@tatami/graph",
    "@tatami/kernels",
    "@tatami/runtime/programs",
  ]);
});
