/** The shape of the project: what is where, and how long it may be. */

import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { median, root, sourceFiles } from "./source-files.ts";

const sources = sourceFiles(/^packages\/[^/]+\/(src|assembly|recipes|bin)\/.*\.ts$/).filter(
  ({ path }) => !/\.(test|fixture)\.ts$|\.generated\.ts$|\/testing\//.test(path),
);
const tests = sourceFiles(/\.test\.ts$/);

describe("files", () => {
  it("are at most 300 lines, 120 in the median", () => {
    const lengths = sources.map(({ path, text }) => ({ path, lines: text.split("\n").length }));
    expect(lengths.filter(({ lines }) => lines > 300)).toEqual([]);
    expect(median(lengths.map(({ lines }) => lines))).toBeLessThanOrEqual(120);
    expect(lengths.length).toBeGreaterThan(50);
  });

  it("are at most 20 in a folder, whatever they are", () => {
    // data that a list beside it leads through: models and their cards, clips that go wrong elsewhere
    const data = /^(packages\/zoo\/models|test\/golden\/[^/]+)\//;
    const rooms = new Map<string, number>();
    for (const { path } of sourceFiles(/\//).filter((each) => !data.test(each.path))) {
      const room = path.slice(0, path.lastIndexOf("/"));
      rooms.set(room, (rooms.get(room) ?? 0) + 1);
    }
    expect([...rooms].filter(([, count]) => count > 20)).toEqual([]);
    expect(rooms.size).toBeGreaterThan(150);
  });

  it("open with what they are for", () => {
    const silent = sources.filter(({ text }) => !/^(#!.*\n)?(\/\/\/.*\n)*\/\*\*?\s/.test(text));
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  it("are named in lower case with hyphens", () => {
    const odd = sourceFiles(/^(packages|test)\/.*\.ts$/).filter(
      ({ path }) => !/^[a-z0-9/.-]+\.ts$/.test(path) || /\/(utils|misc|helpers|common)\.ts$/.test(path),
    );
    expect(odd.map(({ path }) => path)).toEqual([]);
  });

  it("lie in the rooms there are", () => {
    const allowed = [
      "ARCHITECTURE.md",
      "CONTRIBUTING.md",
      "Dockerfile",
      "LICENSE",
      "README.md",
      "compose.yaml",
      "docs",
      "examples",
      "package-lock.json",
      "package.json",
      "packages",
      "test",
      "tsconfig.json",
      "turbo.json",
    ];
    const tracked = new Set(sourceFiles(/./).map(({ path }) => path.split("/")[0]!));
    const visible = [...tracked].filter((name) => !name.startsWith("."));
    expect(visible.sort()).toEqual(allowed.sort());
    expect(readdirSync(`${root}/packages`)).toContain("core");
  });

  it("in tests wait for promises, never for the clock, and skip nothing", () => {
    const sleeping = tests.filter(({ text }) =>
      /\bsetTimeout\(|\b(it|test|describe)\.(skip|todo|only)\b/.test(text),
    );
    expect(sleeping.map(({ path }) => path).filter((path) => !path.startsWith("test/laws/"))).toEqual([]);
  });
});
