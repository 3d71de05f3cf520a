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
