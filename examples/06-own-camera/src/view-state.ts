/** Which part of the page is shown. */

import { element } from "./element.ts";

export type ViewState = "empty" | "ready" | "working" | "done" | "failed";

/** Shows one view, moves the focus to its heading, and says it to those who cannot see it. */
export const showState = (state: ViewState, announcement = ""): void => {
  document.body.dataset["state"] = state;
  for (const view of document.querySelectorAll<HTMLElement>("[data-view]"))
    view.hidden = view.dataset["view"] !== state;
  element("#announcement", HTMLElement).textContent = announcement;
  document.querySelector<HTMLElement>(`[data-view=${state}] h2[tabindex]`)?.focus({ preventScroll: true });
  scrollTo({ top: 0 });
};
