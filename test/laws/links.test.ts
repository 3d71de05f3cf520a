/** Links in documents lead to what is there, here and on the site. */

import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { root, sourceFiles } from "./source-files.ts";

/** How a heading is named in an address: as GitHub and VitePress do. */
function anchorOf(heading: string): string {
  return heading
    .replaceAll(/[`*_]|\[([^\]]*)\]\([^)]*\)/g, "$1")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s-]/gu, "")
    .trim()
    .replaceAll(/\s/g, "-");
}

function headingsOf(path: string): readonly string[] {
  const text = readFileSync(path, "utf8").replaceAll(/```[^]*?```/g, "");
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading!));
}

describe("documents", () => {
  it("lead to files and headings that are there", () => {
    const broken: string[] = [];
    let links = 0;
    for (const { path, text } of sourceFiles(/\.md$/)) {
      const prose = text.replaceAll(/```[^]*?```/g, "");
      for (const [, target = ""] of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^[a-z]+:/.test(target)) continue;
        links++;
        const [file = "", anchor] = target.split("#");
        const found = file === "" ? join(root, path) : resolve(root, dirname(path), file);
        if (!existsSync(found)) broken.push(`${path}: ${target}`);
        else if (anchor && statSync(found).isFile() && !headingsOf(found).includes(anchor))
          broken.push(`${path}: ${target}, no such heading`);
      }
    }
    expect(broken).toEqual([]);
    expect(links).toBeGreaterThan(50);
  });
});

describe("the site", () => {
  const files = sourceFiles(
    /^(docs\/(index\.md|\.vitepress\/.*\.ts)|(docs\/.*|ARCHITECTURE|CONTRIBUTING|(packages\/[a-z0-9]+|test)\/(README|BENCH))\.md)$/,
  );
  const pages = new Set(files.filter(({ path }) => path.endsWith(".md")).map(({ path }) => addressOf(path)));
  const linksOf = (path: string): string[] => {
    const { text } = files.find((file) => file.path === path)!;
    return [...text.matchAll(/\blink: "?(\/[^"\s,}]*)/g)].map(([, link]) => link!);
  };

  it("has a side bar that leads to every document of the guide, and to nothing that is not there", () => {
    const leads = linksOf("docs/.vitepress/sidebar.ts");
    // packages are listed as they lie in their folder
    const unread = [...pages].filter((page) => !leads.includes(page) && !page.startsWith("/packages/"));
    expect({ unread, missing: leads.filter((link) => !pages.has(link)) }).toEqual({
      unread: [],
      missing: [],
    });
  });

  it("leads from its start page and its head to pages", () => {
    const links = [...linksOf("docs/index.md"), ...linksOf("docs/.vitepress/config.ts")];
    expect(links.length).toBeGreaterThan(8);
    expect(links.filter((link) => !pages.has(link))).toEqual([]);
  });
});

/** Where the site has a document, as `docs/.vitepress/pages.ts` says. */
function addressOf(path: string): string {
  if (path === "test/BENCH.md") return "/packages/bench";
  const inPackage = /^packages\/([a-z0-9]+)\/(README|BENCH)\.md$/.exec(path);
  if (inPackage) return `/packages/${inPackage[1]}${inPackage[2] === "BENCH" ? "-bench" : ""}`;
  return path.startsWith("docs/")
    ? path
        .replace(/^docs/, "")
        .replace(/\/index\.md$/, "/")
        .replace(/\.md$/, "")
    : `/${path.slice(0, -3).toLowerCase()}`;
}
