/** What differs by hand and no linter's rule tells: how constants are written, counted up, and what comments begin with. */

import { expect, test } from "vitest";
import { sourceFiles } from "./source-files.ts";

const sources = sourceFiles(/\.tsx?$/).filter(
  ({ path }) => !/\/assembly\/|\/golden\/|\.d\.ts$|\.generated\.ts$/.test(path),
);

/** Lines of all sources that a pattern is found in. */
function linesWith(pattern: RegExp): string[] {
  return sources.flatMap(({ path, text }) =>
    text.split("\n").flatMap((line, at) => (pattern.test(line) ? [`${path}:${at + 1}: ${line.trim()}`] : [])),
  );
}

test("a constant is written as any other name", () => {
  expect(linesWith(/^(export )?const \[?[A-Z][A-Z0-9_]+\b/)).toEqual([]);
});

test("what is counted up by one is so by ++", () => {
  expect(linesWith(/[\w\])!] [+-]= 1[;),]/).filter((line) => !line.includes("/[+-]"))).toEqual([]);
});

test("a comment that begins with a capital letter is a sentence and ends so; any other is not", () => {
  // names have capitals wherever they stand
  const name =
    /^(\S*[A-Z0-9]\S|[A-Z]\S*[A-Z0-9]|R′G′B′|V and M|Matroska|QuickTime|Chromium|Node|Safari|Adam|Ctrl-C|Redis|Hono|Linux|Ogg)/;
  const odd = sources.flatMap(({ path, text }) =>
    [...text.matchAll(/^[^\S\n]*\/\/ .*(\n[^\S\n]*\/\/ .*)*/gm)].flatMap(([block]) => {
      const said = block.replace(/\n?[^\S\n]*\/\/ /g, " ").trim();
      const isSentence = /[.!?:]$/.test(said);
      const isCapital = /^[A-Z]/.test(said) && !name.test(said);
      // a name or a formula may begin a sentence, too
      const isWord = /^[a-z]+,? [a-z]/.test(said);
      return (isCapital && !isSentence) || (isWord && /[a-z]\.$/.test(said)) ? [`${path}: ${said}`] : [];
    }),
  );
  expect(odd).toEqual([]);
});
