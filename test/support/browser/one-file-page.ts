/** Drives the page of examples/01-one-file. */

import type { Page } from "playwright-core";
import type { OpenedContext } from "./chromium.ts";
import { openContext } from "./chromium.ts";
import { isolation, serveFolder } from "./serve-folder.ts";
import { watchPage } from "./watch-page.ts";

export type PageState = "empty" | "ready" | "working" | "done" | "failed";

/** The page in a browser of its own. Dispose of it. */
export interface OneFilePage extends AsyncDisposable {
  readonly page: Page;
  /** Everything the page threw or wrote to the console as an error. */
  readonly errors: readonly string[];
  /** Addresses it asked for outside its own origin. */
  readonly strangers: readonly string[];
  choose(file: Parameters<Page["setInputFiles"]>[1]): Promise<void>;
  /** Says what the video is, by the preset's name in the form. */
  pick(preset: "automatic" | "camera" | "film" | "screen" | "fastest"): Promise<void>;
  /** Chooses a network, or something else, from one of the lists behind "More". */
  pickMore(list: "network" | "codec" | "reuse" | "fuse", value: string): Promise<void>;
  /** Presses "Upscale". */
  start(): Promise<void>;
  waitFor(state: PageState): Promise<void>;
}

export interface OpenPageOptions {
  readonly chromium: string;
  /** Folder of the built page, or the address of a running server. */
  readonly page: string | URL;
  /** Whether it is sent with the headers that allow SharedArrayBuffer. @defaultValue true */
  readonly isolated?: boolean;
  readonly touch?: boolean;
  /** Whether it has WebGPU, on a software adapter. @defaultValue false */
  readonly webgpu?: boolean;
}

export const openOneFilePage = async (options: OpenPageOptions): Promise<OneFilePage> => {
  const { page: where, isolated = true } = options;
  const server = where instanceof URL ? undefined : await serveFolder(where, isolated ? isolation : {});
  const url = where instanceof URL ? where.href : `${server?.url}/`;
  let own: OpenedContext | undefined;
  const close = async (): Promise<void> => {
    await own?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  };
  try {
    own = await openContext(options.chromium, {
      ...(options.webgpu === true ? { webgpu: true } : {}),
      context: { viewport: { width: 1280, height: 800 }, hasTouch: options.touch ?? false },
    });
    const page = await own.context.newPage();
    page.setDefaultTimeout(60_000);
    const { errors, strangers } = watchPage(page, new URL(url).origin);
    await page.goto(url);
    return {
      page,
      errors,
      strangers,
      choose: (files) => page.setInputFiles("#file", files),
      pick: (preset) => page.locator(`#presets [value=${preset}]`).check(),
      pickMore: async (list, value) => {
        const more = page.locator("#settings details");
        if ((await more.getAttribute("open")) === null) await more.locator("summary").click();
        await page.locator(`#${list}`).selectOption(value);
      },
      start: () => page.getByRole("button", { name: "Upscale", exact: true }).click(),
      waitFor: async (state) => {
        await page.waitForSelector(`body[data-state=${state}]`);
      },
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};
