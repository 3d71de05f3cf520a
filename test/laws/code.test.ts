/** Code in documents is code of this version: it is type-checked against the packages' sources. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { blocksOf, codeBlocks } from "../support/documents/code-blocks.ts";
import { codeFiles, compileCode } from "../support/documents/compile-code.ts";
import { root } from "./source-files.ts";

test("code in documents compiles", async () => {
  const given = readFileSync(`${root}/test/support/documents/given.d.ts`, "utf8");
  const wrong = 'import { upscale } from "@tatami/upscale";\nawait upscale(file, { larger: true });\n';
  const mistaken = blocksOf("mistaken.md", `# A\n\n\`\`\`ts\n${wrong}\`\`\`\n`);
  const files = codeFiles([...codeBlocks(), ...mistaken]);
  expect(files.length).toBeGreaterThan(20);
  const said = await compileCode(files, given);
  const [first, ...others] = said.toSorted(
    (a, b) => Number(b.startsWith("mistaken")) - Number(a.startsWith("mistaken")),
  );
  expect(first).toMatch(/^mistaken\.md:5: error TS\d+: .*'larger'/);
  expect(others).toEqual([]);
});
