/** Opens a built example page in a browser of its own. */

import { mkdir } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { findBarriers } from "./accessibility.ts";
import type { LaunchOptions } from "./chromium.ts";
import { openContext } from "./chromium.ts";
import { isolation, serveFolder } from "./serve-folder.ts";
import type { WatchedPage } from "./watch-page.ts";
import { watchPage } from "./watch-page.ts";

/** What the pages' views are called. */
export type ExampleState = "empty" | "ready" | "working" | "done" | "failed";

/** The page in a browser of its own. Dispose of it. */
export interface ExamplePage extends WatchedPage, AsyncDisposable {
  readonly page: Page;
  waitFor(state: ExampleState, timeout?: number): Promise<void>;
}

/**
 * @param folder the page's, which is served with those beside it: pages of one site share their files
 * @param options `isolated`: whether it is sent with the headers that allow SharedArrayBuffer; it is, unless said otherwise
 */
export const openExamplePage = async (
  chromium: string,
  folder: string,
  options: LaunchOptions & { readonly isolated?: boolean } = {},
): Promise<ExamplePage> => {
  const { isolated = true, ...launch } = options;
  const server = await serveFolder(dirname(folder), isolated ? isolation : {});
  const closing: (() => PromiseLike<unknown>)[] = [() => server[Symbol.asyncDispose]()];
  const close = async (): Promise<void> => {
    for (const step of closing.toReversed()) await step();
  };
  try {
    const own = await openContext(chromium, {
      ...launch,
      context: { viewport: { width: 1280, height: 900 } },
    });
    closing.push(() => own[Symbol.asyncDispose]());
    const page = await own.context.newPage();
    page.setDefaultTimeout(60_000);
    const watched = watchPage(page, server.url);
    await page.goto(`${server.url}/${basename(folder)}/`);
    return {
      ...watched,
      page,
      async waitFor(state, timeout = 60_000) {
        await page.waitForSelector(`body[data-state=${state}]`, { timeout });
      },
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};

/** How a page is looked at. */
export interface Look {
  readonly colorScheme: "light" | "dark";
  /** Pixels. */
  readonly width: number;
}

/** Wide and narrow, light and dark. */
export const everyLook: readonly Look[] = [1280, 390].flatMap((width) =>
  (["light", "dark"] as const).map((colorScheme) => ({ colorScheme, width })),
);

/** Both widths and both schemes, each once. */
export const twoLooks: readonly Look[] = [
  { colorScheme: "light", width: 1280 },
  { colorScheme: "dark", width: 390 },
];

/** What remains of a wide page's width, in its own pixels, where its reader has doubled its size. */
const zoomed = 640;

/** Words that have no place in what is seen before anybody opens the details. */
const forDevelopers =
  /\b(patch(es)?|WebAssembly|workers?|threads?|SIMD|codecs?|drivers?|README|isolated|PSNR|bicubic|latency|mediabunny|undefined|NaN)\b|\[object|--\w/gi;

const pictures = fileURLToPath(new URL("../../.output/screenshots", import.meta.url));

/**
 * Takes a picture of the page in each way (not in CI), and gives what is wrong with any: something runs over the side (at twice the
 * size too), a button is too small to be hit, axe-core finds a barrier, or what everybody sees has words for developers in it.
 */
export const lookAtPage = async (
  page: Page,
  name: string,
  looks: readonly Look[] = everyLook,
): Promise<readonly string[]> => {
  await mkdir(pictures, { recursive: true });
  const faults: string[] = [];
  for (const { colorScheme, width } of looks) {
    // a colour on its way from one scheme to the other is none of either
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width, height: 900 });
    // a chart is drawn again in the frame after its width has changed
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    // for people, of whom the gate has none
    if (!process.env["CI"])
      await page.screenshot({ path: `${pictures}/${name}-${colorScheme}-${width}.png`, fullPage: true });
    const { over, small, text } = await page.evaluate(() => ({
      text: document.body.innerText,
      over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      small: [...document.querySelectorAll<HTMLElement>("button, .button, select")]
        .filter((button) => button.offsetParent !== null && button.offsetHeight < 40)
        .map((button) => button.textContent),
    }));
    const words = text.match(forDevelopers);
    if (words) faults.push(`${name}: words for developers: ${words.join(", ")}`);
    if (over > 0) faults.push(`${name} at ${width}: ${over} pixels over the side`);
    if (small.length > 0) faults.push(`${name} at ${width}: too small to hit: ${small.join(", ")}`);
    // it takes a second: what it asks hangs on the width or on the scheme, hardly on both
    const isJudged = (colorScheme === "light") === width > 600;
    const barriers = isJudged ? await findBarriers(page) : [];
    faults.push(...barriers.map((barrier) => `${name} at ${width}, ${colorScheme}: ${barrier}`));
  }
  await page.setViewportSize({ width: zoomed, height: 450 });
  const over = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  if (over > 0) faults.push(`${name} at 200 %: ${over} pixels over the side`);
  await page.setViewportSize({ width: 1280, height: 900 });
  return faults;
};
