/** Whether the page can work here at all, asked before anybody chooses a file. */

import { checkEnvironment } from "@tatami/upscale";
import type { EnvironmentNeeds } from "@tatami/upscale";
import { element } from "./element.ts";
import { showState } from "./view-state.ts";

/** Where something is missing that the page needs, it says what, and which browsers have it, in place of everything else. */
export const checkPage = async (needs: EnvironmentNeeds): Promise<void> => {
  const { missing, isolated } = await checkEnvironment(needs);
  if (missing === undefined && !isolated)
    element("#environment", HTMLElement).textContent =
      "The way this page was sent lets it use one processor core only, so everything takes longer.";
  if (missing === undefined) return;
  const view = document.createElement("section");
  view.className = "card failed";
  view.dataset["view"] = "unsupported";
  view.setAttribute("role", "alert");
  view.append(
    textIn("h2", "This page cannot work here"),
    textIn("p", missing.message),
    textIn("p", missing.fix, "fix"),
  );
  document.querySelector("main")?.append(view);
  showState("unsupported");
};

const textIn = (tag: string, text: string, className = ""): HTMLElement =>
  Object.assign(document.createElement(tag), { textContent: text, className });
