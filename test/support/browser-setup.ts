/** Before the browser tests: finds Chromium and builds the pages they drive. */

import { fileURLToPath } from "node:url";
import { build } from "vite";
import type { TestProject } from "vitest/node";
import { findChromium, howToGetChromium } from "./chromium.ts";
import { writeShortClip } from "./clips.ts";

/** Each page by what the tests know its folder as, and the example it is built from. */
const pages = {
  page: "01-one-file",
  rxjsPipelinePage: "02-rxjs-pipeline",
  liveCameraPage: "03-live-camera",
  surveillanceWallPage: "04-surveillance-wall",
  ownCameraPage: "06-own-camera",
} as const;

declare module "vitest" {
  interface ProvidedContext extends Readonly<Record<keyof typeof pages, string>> {
    /** Chromium's path; empty when there is none. */
    readonly chromium: string;
  }
}

const folderOf = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

export const setup = async (project: TestProject): Promise<void> => {
  const chromium = findChromium();
  if (chromium === undefined && process.env["CI"]) throw new Error(howToGetChromium);
  project.provide("chromium", chromium ?? "");
  const built = Object.entries(pages).map(([key, example]) => ({
    key: key as keyof typeof pages,
    root: folderOf(`../examples/${example}`),
    outDir: folderOf(`.output/${example}`),
  }));
  for (const { key, outDir } of built) project.provide(key, outDir);
  if (chromium === undefined) return;
  await writeShortClip();
  for (const { root, outDir } of built)
    await build({ root, logLevel: "error", build: { outDir, emptyOutDir: true } });
};
