/** Which part of the page is shown. */

import type { SerializedTatamiError } from "@tatami/core";
import { element } from "./element.ts";

/** Every page's views. */
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

/** Shows an error: what happened, what to do about it, and its code. */
export const showFailure = (error: Pick<SerializedTatamiError, "message" | "fix" | "code">): void => {
  for (const key of ["message", "fix", "code"] as const)
    element(`#failed-${key}`, HTMLElement).textContent = error[key];
  showState("failed");
};
