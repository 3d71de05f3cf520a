/** Before the browser tests: finds Chromium and builds the page they drive. */

import { fileURLToPath } from "node:url";
import { build } from "vite";
import type { TestProject } from "vitest/node";
import { findChromium, howToGetChromium } from "./chromium.ts";
import { writeShortClip } from "./clips.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Chromium's path; empty when there is none. */
    readonly chromium: string;
    /** Folder of the built page. */
    readonly page: string;
  }
}

const example = fileURLToPath(new URL("../../examples/01-one-file", import.meta.url));
const built = fileURLToPath(new URL("../.output/one-file", import.meta.url));

export const setup = async (project: TestProject): Promise<void> => {
  const chromium = findChromium();
  if (chromium === undefined && process.env["CI"]) throw new Error(howToGetChromium);
  project.provide("chromium", chromium ?? "");
  project.provide("page", built);
  if (chromium === undefined) return;
  await writeShortClip();
  await build({ root: example, logLevel: "error", build: { outDir: built, emptyOutDir: true } });
};
