/** Before the browser tests: finds Chromium and builds the pages they drive. */

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
    /** Folder of the built page that trains on one's own camera. */
    readonly ownCameraPage: string;
  }
}

const example = fileURLToPath(new URL("../../examples/01-one-file", import.meta.url));
const built = fileURLToPath(new URL("../.output/one-file", import.meta.url));
const ownCamera = fileURLToPath(new URL("../../examples/06-own-camera", import.meta.url));
const builtOwnCamera = fileURLToPath(new URL("../.output/own-camera", import.meta.url));

export const setup = async (project: TestProject): Promise<void> => {
  const chromium = findChromium();
  if (chromium === undefined && process.env["CI"]) throw new Error(howToGetChromium);
  project.provide("chromium", chromium ?? "");
  project.provide("page", built);
  project.provide("ownCameraPage", builtOwnCamera);
  if (chromium === undefined) return;
  await writeShortClip();
  for (const [root, outDir] of [
    [example, built],
    [ownCamera, builtOwnCamera],
  ] as const)
    await build({ root, logLevel: "error", build: { outDir, emptyOutDir: true } });
};
