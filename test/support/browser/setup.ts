/** Before the browser tests: finds Chromium and builds the pages they drive. */

import { fileURLToPath } from "node:url";
import { build } from "vite";
import type { TestProject } from "vitest/node";
import { findChromium, howToGetChromium } from "./chromium.ts";
import { writeShortClip } from "../clips.ts";

/** Each page by what the tests know its folder as: one that is built by itself, the others as parts of one site. */
const pages = {
  page: "01-one-file",
  indexPage: "site",
  rxjsPipelinePage: "site/02-rxjs-pipeline",
  liveCameraPage: "site/03-live-camera",
  surveillanceWallPage: "site/04-surveillance-wall",
  ownCameraPage: "site/06-own-camera",
  elementPage: "site/07-element",
} as const;

/** What is built for them, each by what is said in its example's folder; the site's root is not its own. */
const builds = { "01-one-file": { root: "01-one-file" }, site: { root: ".", config: "index" } } as const;

declare module "vitest" {
  interface ProvidedContext extends Readonly<Record<keyof typeof pages, string>> {
    /** Chromium's path; empty when there is none. */
    readonly chromium: string;
  }
}

const folderOf = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export const setup = async (project: TestProject): Promise<void> => {
  const chromium = findChromium();
  if (chromium === undefined && process.env["CI"]) throw new Error(howToGetChromium);
  project.provide("chromium", chromium ?? "");
  for (const [key, folder] of Object.entries(pages))
    project.provide(key as keyof typeof pages, folderOf(`.output/${folder}`));
  if (chromium === undefined) return;
  await writeShortClip();
  for (const [folder, { root, config = root }] of Object.entries<BuildInit>(builds))
    await build({
      root: folderOf(`../examples/${root}`),
      configFile: folderOf(`../examples/${config}/vite.config.ts`),
      logLevel: "error",
      build: { outDir: folderOf(`.output/${folder}`), emptyOutDir: true },
    });
};

/** Folders of an example. */
interface BuildInit {
  readonly root: string;
  readonly config?: string;
}
