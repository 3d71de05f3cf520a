/** What a page did that it should not have. */

import type { Page } from "playwright-core";

/** What was seen so far; both lists grow. */
export interface WatchedPage {
  /** Everything the page threw or wrote to the console as an error. */
  readonly errors: readonly string[];
  /** Addresses it asked for outside its own origin. */
  readonly strangers: readonly string[];
}

/** Begins to watch. */
export const watchPage = (page: Page, origin: string): WatchedPage => {
  const errors: string[] = [];
  const strangers: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  page.context().on("request", (request) => {
    const address = request.url();
    if (/^https?:/.test(address) && new URL(address).origin !== origin) strangers.push(address);
  });
  return { errors, strangers };
};
