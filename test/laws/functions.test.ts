/** How long a function may be. */

import { parseAst } from "vite";
import { expect, test } from "vitest";
import { sourceFiles } from "./source-files.ts";

/** Lines that a function has at most, with all that is written inside it. */
const most = 80;

interface Part {
  readonly type?: string;
  readonly start?: number;
  readonly end?: number;
}

/** Lines of every function of a source, with the line it begins at; outer ones first. */
function lengthsOf(text: string): { readonly line: number; readonly lines: number }[] {
  const lengths: { line: number; lines: number }[] = [];
  const lineAt = (offset: number): number => text.slice(0, offset).split("\n").length;
  const visit = (part: unknown): void => {
    if (typeof part !== "object" || part === null) return;
    const { type = "", start = 0, end = 0 } = part as Part;
    if (/^(Function|ArrowFunction)/.test(type)) {
      const line = lineAt(start);
      lengths.push({ line, lines: lineAt(end) - line + 1 });
    }
    Object.values(part).forEach(visit);
  };
  visit(parseAst(text, { lang: "ts" }).body);
  return lengths;
}

test("a function has 80 lines at most", () => {
  const long: string[] = [];
  let count = 0;
  for (const { path, text } of sourceFiles(/^packages\/[^/]+\/src\/.*\.ts$/)) {
    if (/\.(test|fixture|bench)\.ts$|\/testing\//.test(path)) continue;
    const lengths = lengthsOf(text);
    count += lengths.length;
    long.push(
      ...lengths.filter(({ lines }) => lines > most).map(({ line, lines }) => `${path}:${line}: ${lines}`),
    );
  }
  expect(long).toEqual([]);
  expect(count).toBeGreaterThan(3000);
});

test("lines of functions inside count", () => {
  const text = "function a() {\n  const b = () => {\n    return 1;\n  };\n  return b;\n}\n";
  expect(lengthsOf(text)).toEqual([
    { line: 1, lines: 6 },
    { line: 2, lines: 3 },
  ]);
});
