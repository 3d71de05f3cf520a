/** What a module imports, however deep. */

import { readFile } from "node:fs/promises";

/** Of a module and all that it imports. */
export interface Imports {
  /** The text of each module of this package. */
  readonly texts: ReadonlyMap<string, string>;
  /** Names of packages, in their order; what is imported as a type is gone when it runs. */
  readonly packages: readonly string[];
}

/** Follows relative imports from `start` on. */
export async function readImports(start: URL): Promise<Imports> {
  const texts = new Map<string, string>();
  const packages = new Set<string>();
  const visit = async (url: URL): Promise<void> => {
    if (texts.has(url.href)) return;
    const text = await readFile(url, "utf8");
    texts.set(url.href, text);
    for (const [, what = "", name = ""] of text.matchAll(/^(?:import|export)\s([^"]*?)from "([^"]+)";/gm)) {
      if (what.startsWith("type ")) continue;
      if (name.startsWith(".")) await visit(new URL(name, url));
      else packages.add(name);
    }
  };
  await visit(start);
  return { texts, packages: [...packages].toSorted() };
}
