/** A test's own page, built from its sources and opened in Chromium. */

import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { build, defaultClientConditions } from "vite";
import type { LaunchOptions } from "./chromium.ts";
import { openContext } from "./chromium.ts";
import { isolation, serveFolder } from "./serve-folder.ts";

/** An opened page. Dispose of it. */
export interface ServedPage extends AsyncDisposable {
  readonly page: Page;
  /** Calls a function that the page has put on its global object. */
  call<T>(name: string, ...args: readonly unknown[]): Promise<T>;
}

/**
 * Builds `test/browser/pages/<name>` where this process has not, serves it and waits until the page has made `ready` known.
 *
 * @param options `isolated`: whether the page is cross-origin isolated, so that its threads may share memory.
 */
export async function openServedPage(
  chromium: string,
  name: string,
  ready: string,
  options: LaunchOptions & { readonly isolated?: boolean } = {},
): Promise<ServedPage> {
  const { isolated = false, ...launch } = options;
  const closing: (() => PromiseLike<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const step of closing.toReversed()) await step();
  };
  try {
    const server = await serveFolder(await (built[name] ??= buildPage(name)), isolated ? isolation : {});
    closing.push(() => server[Symbol.asyncDispose]());
    const opened = await openContext(chromium, launch);
    closing.push(() => opened[Symbol.asyncDispose]());
    const page = await opened.context.newPage();
    await page.goto(`${server.url}/`);
    await page.waitForFunction((wanted) => wanted in globalThis, ready);
    return {
      page,
      call: <T>(called: string, ...args: readonly unknown[]) =>
        page.evaluate(
          ([which, given]) =>
            (globalThis as unknown as Record<string, (...values: readonly unknown[]) => Promise<T>>)[which]!(
              ...given,
            ),
          [called, args] as const,
        ),
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Folders of the pages that were built, by their names. */
const built: Record<string, Promise<string>> = {};

/** As they are served by a development server, pages ask for hundreds of files, anew in every browser. */
async function buildPage(name: string): Promise<string> {
  const folderOf = (path: string): string => fileURLToPath(new URL(`../../${path}/${name}`, import.meta.url));
  const outDir = folderOf(".output/pages");
  await build({
    configFile: false,
    root: folderOf("browser/pages"),
    base: "./",
    logLevel: "error",
    resolve: { conditions: ["@tatami/source", ...defaultClientConditions] },
    worker: { format: "es" },
    build: {
      outDir,
      emptyOutDir: true,
      target: "esnext",
      minify: false,
      reportCompressedSize: false,
      // what is saved is named for its input
      rolldownOptions: { output: { assetFileNames: "assets/[name][extname]" } },
    },
  });
  return outDir;
}
