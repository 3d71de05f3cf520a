/** What every error and every public name must say. */

import { describe, expect, it } from "vitest";
import { sourceFiles } from "./source-files.ts";

const sources = sourceFiles(/^packages\/[^/]+\/src\/.*\.ts$/).filter(
  ({ path }) => !/\.(test|fixture)\.ts$|\.generated\.ts$|\/testing\//.test(path),
);

describe("errors", () => {
  it("carry a fix, each", () => {
    const made = sources.flatMap(({ path, text }) =>
      [...text.matchAll(/new TatamiError\(\{/g)].map(({ index }) => ({
        path,
        made: text.slice(index, closing(text, text.indexOf("{", index))),
      })),
    );
    expect(made.length).toBeGreaterThan(20);
    const poor = made.filter((each) => !/\bfix\b/.test(each.made) || !/\bmessage\b/.test(each.made));
    expect(poor).toEqual([]);
  });

  it("written out in full end in a full stop", () => {
    const unfinished = sources.flatMap(({ path, text }) =>
      [...text.matchAll(/\bfix:\s*(["'`])((?:\\.|(?!\1)[^\\])*)\1/g)]
        .filter(([, , fix]) => !/[.?]\)?$/.test(fix ?? ""))
        .map(([found]) => `${path}: ${found}`),
    );
    expect(unfinished).toEqual([]);
  });
});

describe("exports", () => {
  it("are documented, each", () => {
    const silent = sources.flatMap(({ path, text }) => {
      const lines = text.split("\n");
      return lines.flatMap((line, index) => {
        // An op's file is its documentation: the face table follows its header.
        if (path.startsWith("packages/graph/src/ops/")) return [];
        const name = /^export (?:async )?(?:declare )?(?:function\*?|const|interface|type|class) (\w+)/.exec(
          line,
        )?.[1];
        if (name === undefined) return [];
        // An overload's documentation stands above the first of its signatures.
        let above = index - 1;
        while (above > 0 && new RegExp(`^export (async )?function ${name}\\b`).test(lines[above]!)) above--;
        const previous = lines[above]?.trim() ?? "";
        const isLaterOverload = lines
          .slice(0, index)
          .some((earlier) => new RegExp(`^export (async )?function ${name}\\b`).test(earlier));
        return previous.endsWith("*/") || isLaterOverload ? [] : [`${path}: ${name}`];
      });
    });
    expect(silent).toEqual([]);
  });

  it("of lower packages know neither a page nor a process", () => {
    const worldly = sources.filter(
      ({ path, text }) =>
        /^packages\/(core|graph|patches)\//.test(path) &&
        /from "node:|\bdocument\.|\bprocess\.(env|argv|exit|on)\b/.test(text),
    );
    expect(worldly.map(({ path }) => path)).toEqual([]);
  });
});

function closing(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === "{") depth++;
    if (text[i] === "}" && --depth === 0) return i;
  }
  return text.length;
}
