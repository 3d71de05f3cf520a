/** A test's own page, served from its sources and opened in Chromium. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { createServer, defaultClientConditions } from "vite";
import type { LaunchOptions } from "./chromium.ts";
import { launchChromium } from "./chromium.ts";

/** An opened page. Dispose of it. */
export interface ServedPage extends AsyncDisposable {
  readonly page: Page;
  /** Calls a function that the page has put on its global object. */
  call<T>(name: string, ...args: readonly unknown[]): Promise<T>;
}

/**
 * Serves `test/browser/pages/<name>` and waits until the page has made `ready` known.
 *
 * @param options `isolated`: whether the page is cross-origin isolated, so that its threads may share memory.
 */
export async function openServedPage(
  chromium: string,
  name: string,
  ready: string,
  options: LaunchOptions & { readonly isolated?: boolean } = {},
): Promise<ServedPage> {
  const closing: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const step of closing.toReversed()) await step();
  };
  try {
    const cacheDir = await mkdtemp(join(tmpdir(), "tatami-vite-"));
    closing.push(() => rm(cacheDir, { recursive: true }));
    const server = await createServer({
      configFile: false,
      root: fileURLToPath(new URL(`../../browser/pages/${name}`, import.meta.url)),
      cacheDir,
      logLevel: "warn",
      resolve: { conditions: ["@tatami/source", ...defaultClientConditions] },
      optimizeDeps: { exclude: ["onnxruntime-web"], entries: ["index.html"] },
      server: {
        port: 0,
        host: "127.0.0.1",
        // sources that change while a test runs must not reload its page
        hmr: false,
        watch: null,
        headers:
          options.isolated === true
            ? { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" }
            : {},
        fs: { allow: [fileURLToPath(new URL("../../..", import.meta.url))] },
      },
    });
    closing.push(() => server.close());
    await server.listen();
    const browser = await launchChromium(chromium, options);
    closing.push(() => browser.close());
    const page = await browser.newPage();
    await page.goto(server.resolvedUrls!.local[0]!);
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
