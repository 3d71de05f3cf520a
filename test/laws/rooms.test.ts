/** Who may live beside whom: which room imports from which. */

import { dirname, join } from "node:path/posix";
import { expect, test } from "vitest";
import { sourceFiles } from "./source-files.ts";

/** Each is a way to files and frames of its own. */
const drivers = ["node", "mediabunny", "ffmpeg-core"];

test("no driver of codecs imports from another, and nothing neutral from a driver", () => {
  const home = "packages/codecs/src/";
  const roomOf = (path: string): string => path.slice(home.length).split("/")[0]!;
  const reaching: string[] = [];
  let imports = 0;
  for (const { path, text } of sourceFiles(/^packages\/codecs\/src\/[^/]+\/.*\.ts$/)) {
    const room = roomOf(path);
    // a test may ask another driver whether it reads the same
    if (room === "testing" || path.endsWith(".test.ts")) continue;
    for (const [, specifier] of text.matchAll(/(?:from |import\()"(\.[^"]+)"/g)) {
      imports++;
      const other = roomOf(join(dirname(path), specifier!));
      if (other !== room && drivers.includes(other)) reaching.push(`${path}: ${specifier}`);
    }
  }
  expect(reaching).toEqual([]);
  expect(imports).toBeGreaterThan(500);
});

test("programs of workers are compiled: no code stands in a string", () => {
  const starting = sourceFiles(/^packages\/[^/]+\/src\/.*\.ts$/).filter(
    ({ path, text }) => !/\/testing\/|\.test\.ts$/.test(path) && /"text\/javascript"|eval: true/.test(text),
  );
  const uncompiled = starting.filter(
    ({ text }) => !/import \{ program.* from "[./]+\/generated\//.test(text),
  );
  expect(uncompiled.map(({ path }) => path)).toEqual([]);
  expect(starting.length).toBeGreaterThan(2);
});

test("a file of under 40 lines with one importer beside it joins that one", () => {
  const files = sourceFiles(/^packages\/[^/]+\/src\/.*\.ts$/);
  const importers = new Map<string, string[]>();
  for (const { path, text } of files)
    for (const [, specifier] of text.matchAll(/(?:from |import\()"(\.[^"]+)"/g)) {
      const imported = join(dirname(path), specifier!);
      const known = importers.get(imported) ?? [];
      if (!known.includes(path)) importers.set(imported, [...known, path]);
    }
  const linesOf = new Map(files.map(({ path, text }) => [path, text.trimEnd().split("\n").length]));
  const lonely = files.flatMap(({ path }) => {
    const [importer, ...others] = importers.get(path) ?? [];
    const lines = linesOf.get(path)!;
    // those of an environment have twins, and entries, tests and fixtures are what they are
    const isItself =
      /\.(node|test|fixture|generated)\.ts$|-program\.ts$|\/(index|driver|entry|worker)\.ts$|\/testing\//.test(
        path,
      );
    if (
      !importer ||
      others.length > 0 ||
      lines >= 40 ||
      isItself ||
      /\/(index|bin|registry)\.ts$|\.test\.ts$/.test(importer)
    )
      return [];
    const hasTwin =
      linesOf.has(path.replace(/\.ts$/, ".node.ts")) || linesOf.has(path.replace(/\.ts$/, ".test.ts"));
    const fits = lines + linesOf.get(importer)! <= 300;
    return dirname(importer) === dirname(path) && fits && !hasTwin ? [`${path} into ${importer}`] : [];
  });
  expect(lonely).toEqual([]);
  expect(importers.size).toBeGreaterThan(500);
});
