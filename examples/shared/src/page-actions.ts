/** Joins the page's buttons, its file picker and files dropped on it to what they do. */

import { acceptDrops } from "./drop-zone.ts";
import { element } from "./element.ts";

export interface PageActions {
  /** What each button does, by its `data-action`; "choose" opens the picker `#file`. */
  readonly actions: Readonly<Record<string, () => void>>;
  /** Whether work is under way: then no file is taken, and leaving the page asks first. */
  readonly isBusy: () => boolean;
  /** Takes one file at least. */
  readonly choose: (files: readonly File[]) => void;
}

export const connectPage = ({ actions, isBusy, choose }: PageActions): void => {
  const picker = element("#file", HTMLInputElement);
  const every: PageActions["actions"] = { choose: () => picker.click(), ...actions };
  for (const button of document.querySelectorAll<HTMLElement>("[data-action]"))
    button.addEventListener("click", () => every[button.dataset["action"] ?? ""]?.());
  picker.addEventListener("change", () => {
    const chosen = [...(picker.files ?? [])];
    picker.value = ""; // So that the same file can be chosen again.
    if (chosen.length > 0) choose(chosen);
  });
  acceptDrops(document.body, () => !isBusy(), choose);
  addEventListener("beforeunload", (event) => {
    if (isBusy()) event.preventDefault();
  });
};

/** A file that is served with the page, as if it had been chosen. */
export const fetchFile = async (url: string, name: string): Promise<File> => {
  const response = await fetch(url);
  return new File([await response.blob()], name, { type: response.headers.get("content-type") ?? "" });
};
