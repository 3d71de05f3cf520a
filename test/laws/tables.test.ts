/** What documents say of errors and of the command line is what the sources say now; what is to be one page is. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { madeDocuments } from "../support/documents/tables.ts";
import { root } from "./source-files.ts";

/** Lines without what a formatter adds to tables. */
const lines = (text: string): string[] =>
  text.split("\n").map((line) => line.replaceAll(/-{3,}/g, "---").replaceAll(/\s+/g, " "));

test("tables are made of this version; if not, npm run docs:tables makes them", async () => {
  for (const [path, text] of await madeDocuments()) {
    const [there, wanted] = [lines(readFileSync(`${root}/${path}`, "utf8")), lines(text)];
    expect({ path, missing: wanted.filter((line) => !there.includes(line)) }).toEqual({ path, missing: [] });
    expect({ path, stale: there.filter((line) => !wanted.includes(line)) }).toEqual({ path, stale: [] });
  }
});

test("the map is one page, and so is the README", () => {
  for (const path of ["ARCHITECTURE.md", "README.md"])
    expect(readFileSync(`${root}/${path}`, "utf8").trimEnd().split("\n").length).toBeLessThanOrEqual(100);
});
