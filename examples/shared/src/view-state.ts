/** Which part of the page is shown. */

import { element } from "./element.ts";
import { explainInPage } from "./page-error.ts";
import type { PageError } from "./page-error.ts";

/** Every page's views. */
export type ViewState = "empty" | "ready" | "working" | "done" | "failed" | "unsupported";

/** Shows one view, moves the focus to its heading, and says it to those who cannot see it. */
export const showState = (state: ViewState, announcement = ""): void => {
  document.body.dataset["state"] = state;
  for (const view of document.querySelectorAll<HTMLElement>("[data-view]"))
    view.hidden = view.dataset["view"] !== state;
  element("#announcement", HTMLElement).textContent = announcement;
  const heading = document.querySelector<HTMLElement>(`[data-view=${state}] h2`);
  if (heading) heading.tabIndex = -1;
  heading?.focus({ preventScroll: true });
  scrollTo({ top: 0 });
};

/** Shows an error: what happened, what to do about it, and, for a report, its code and the file's name. */
export const showFailure = (error: PageError, fileName = ""): void => {
  const told = explainInPage(error);
  for (const key of ["message", "fix", "code"] as const)
    element(`#failed-${key}`, HTMLElement).textContent = told[key];
  const said = told.message === error.message ? "" : error.message;
  element("#failed-file", HTMLElement).textContent = [fileName, said]
    .filter((text) => text !== "")
    .join(": ");
  showState("failed");
};
