/** Drives the page of examples/06-own-camera. */

import type { Browser, Page } from "playwright-core";
import { launchChromium } from "./chromium.ts";
import { serveFolder } from "./serve-folder.ts";
import type { WatchedPage } from "./watch-page.ts";
import { watchPage } from "./watch-page.ts";

export type OwnCameraState = "empty" | "ready" | "working" | "done" | "failed";

/** The page in a browser of its own. Dispose of it. */
export interface OwnCameraPage extends WatchedPage, AsyncDisposable {
  readonly page: Page;
  /** Chooses files and trains on four of their frames. */
  train(file: Parameters<Page["setInputFiles"]>[1], steps: number): Promise<void>;
  waitFor(state: OwnCameraState, timeout?: number): Promise<void>;
}

export const openOwnCameraPage = async (
  chromium: string,
  folder: string,
  isolated = true,
): Promise<OwnCameraPage> => {
  const headers = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
  };
  const server = await serveFolder(folder, isolated ? headers : {});
  let browser: Browser | undefined;
  const close = async (): Promise<void> => {
    await browser?.close();
    await server[Symbol.asyncDispose]();
  };
  try {
    browser = await launchChromium(chromium);
    return await drive(browser, server.url, close);
  } catch (error) {
    await close();
    throw error;
  }
};

const drive = async (browser: Browser, url: string, close: () => Promise<void>): Promise<OwnCameraPage> => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(60_000);
  const watched = watchPage(page, new URL(url).origin);
  await page.goto(`${url}/`);
  return {
    ...watched,
    page,
    async train(file, steps) {
      await page.setInputFiles("#file", file);
      await page.getByText("More", { exact: true }).click();
      await page.locator("#frames").fill("4");
      await page.locator("#steps").fill(String(steps));
      await page.getByRole("button", { name: "Train", exact: true }).click();
    },
    async waitFor(state, timeout = 60_000) {
      await page.waitForSelector(`body[data-state=${state}]`, { timeout });
    },
    [Symbol.asyncDispose]: close,
  };
};
