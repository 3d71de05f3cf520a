/** How long a function may be. */

import { parseAst } from "vite";
import { expect, test } from "vitest";
import { sourceFiles } from "./source-files.ts";

/** Lines of its own that a function has at most: those of functions and classes in it are theirs. */
const most = 80;

interface Part {
  readonly type?: string;
  readonly start?: number;
  readonly end?: number;
}

/** Own lines of every function of a source, with the line it begins at. */
function lengthsOf(text: string): { readonly line: number; readonly own: number }[] {
  const lengths: { line: number; own: number }[] = [];
  const lineAt = (offset: number): number => text.slice(0, offset).split("\n").length;
  /** Lines of what is inside that counts for itself. */
  const inside = (part: unknown): number => {
    if (typeof part !== "object" || part === null) return 0;
    const values = Object.values(part);
    const { type = "", start = 0, end = 0 } = part as Part;
    const within = values.reduce((sum: number, each) => sum + inside(each), 0);
    if (!/^(Class|Function|ArrowFunction)/.test(type)) return within;
    const [first, last] = [lineAt(start), lineAt(end)];
    if (!type.startsWith("Class")) lengths.push({ line: first, own: last - first + 1 - within });
    // one line of it is what it is called by
    return last - first;
  };
  inside(parseAst(text, { lang: "ts" }).body);
  return lengths;
}

test("a function has 80 lines of its own at most", () => {
  const long: string[] = [];
  let count = 0;
  for (const { path, text } of sourceFiles(/^packages\/[^/]+\/src\/.*\.ts$/)) {
    if (/\.(test|fixture|bench)\.ts$|\/testing\//.test(path)) continue;
    const lengths = lengthsOf(text);
    count += lengths.length;
    long.push(...lengths.filter(({ own }) => own > most).map(({ line, own }) => `${path}:${line}: ${own}`));
  }
  expect(long).toEqual([]);
  expect(count).toBeGreaterThan(3000);
});

test("lines of functions inside are theirs", () => {
  const text = "function a() {\n  const b = () => {\n    return 1;\n  };\n  return b;\n}\n";
  expect(lengthsOf(text).map(({ own }) => own)).toEqual([3, 4]);
});
