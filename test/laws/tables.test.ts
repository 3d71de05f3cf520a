/** What documents say of errors and of the command line is what the sources say now, and the site leads to every document. */

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { madeDocuments } from "../support/documents/tables.ts";
import { root, sourceFiles } from "./source-files.ts";

/** Lines without what a formatter adds to tables. */
const lines = (text: string): string[] =>
  text.split("\n").map((line) => line.replaceAll(/-{3,}/g, "---").replaceAll(/\s+/g, " "));

it("tables are made of this version; if not, npm run docs:tables makes them", async () => {
  for (const [path, text] of await madeDocuments()) {
    const [there, wanted] = [lines(readFileSync(`${root}/${path}`, "utf8")), lines(text)];
    expect({ path, missing: wanted.filter((line) => !there.includes(line)) }).toEqual({ path, missing: [] });
    expect({ path, stale: there.filter((line) => !wanted.includes(line)) }).toEqual({ path, stale: [] });
  }
});

it("the map is one page, and so is the README", () => {
  for (const path of ["ARCHITECTURE.md", "README.md"])
    expect(readFileSync(`${root}/${path}`, "utf8").trimEnd().split("\n").length).toBeLessThanOrEqual(100);
});

it("the site's side bar leads to every document, and to nothing else", () => {
  const sidebar = readFileSync(`${root}/docs/.vitepress/sidebar.ts`, "utf8");
  const leads = [...sidebar.matchAll(/link: "([^"]+)"/g)]
    .map(([, link]) => link!)
    .filter((link) => link !== "/");
  const pages = sourceFiles(/^(docs\/.*|ARCHITECTURE|CONTRIBUTING|test\/BENCH)\.md$/).map(({ path }) =>
    addressOf(path),
  );
  const unread = pages.filter((page) => page !== "/" && !leads.includes(page));
  const missing = leads.filter((link) => !pages.includes(link));
  expect({ unread, missing }).toEqual({ unread: [], missing: [] });
});

/** Where the site has a document, as `docs/.vitepress/pages.ts` says. */
function addressOf(path: string): string {
  if (path === "test/BENCH.md") return "/packages/bench";
  return path.startsWith("docs/")
    ? path.replace(/^docs/, "").replace(/(\/)?index\.md$|\.md$/, "$1")
    : `/${path.slice(0, -3).toLowerCase()}`;
}
