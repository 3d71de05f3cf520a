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
        links += 1;
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
