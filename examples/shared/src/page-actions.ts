/** Joins the page's buttons, its file picker and files dropped on it to what they do. */

import { acceptDrops } from "./drop-zone.ts";
import { element } from "./element.ts";
import { showFailure } from "./view-state.ts";

export interface PageActions {
  /** What each button does, by its `data-action`; "choose" opens the picker `#file`. */
  readonly actions: Readonly<Record<string, () => void>>;
  /** Whether leaving the page would lose something: then it asks first. */
  readonly wouldLose: () => boolean;
  /** Whether files are taken now. @defaultValue while nothing would be lost */
  readonly isOpen?: () => boolean;
  /** Takes one file at least. */
  readonly choose: (files: readonly File[]) => void;
}

export const connectPage = (page: PageActions): void => {
  const { actions, wouldLose, choose } = page;
  const isOpen = (): boolean =>
    document.body.dataset["state"] !== "unsupported" && (page.isOpen?.() ?? !wouldLose());
  const picker = element("#file", HTMLInputElement);
  const every: PageActions["actions"] = { choose: () => picker.click(), ...actions };
  for (const button of document.querySelectorAll<HTMLElement>("[data-action]"))
    button.addEventListener("click", () => every[button.dataset["action"] ?? ""]?.());
  picker.addEventListener("change", () => {
    const chosen = [...(picker.files ?? [])];
    picker.value = ""; // So that the same file can be chosen again.
    if (chosen.length > 0 && isOpen()) choose(chosen);
  });
  acceptDrops(document.body, isOpen, choose);
  addEventListener("beforeunload", (event) => {
    if (wouldLose()) event.preventDefault();
  });
};

/** Asks before something is thrown away that is nowhere else. @param what in a word, for instance "video" */
export const mayDiscard = (isUnsaved: boolean, what: string): boolean =>
  !isUnsaved || confirm(`The ${what} has not been saved. Discard it?`);

/** Files that are served with the page, as if they had been chosen; says so where they cannot be fetched. */
export const chooseSamples = async (
  samples: readonly { readonly url: string; readonly name: string }[],
  choose: (files: readonly File[]) => void,
): Promise<void> => {
  const fetched = samples.map(async ({ url, name }) => {
    const response = await fetch(url);
    if (!response.ok) throw new Error(response.statusText);
    return new File([await response.blob()], name, { type: response.headers.get("content-type") ?? "" });
  });
  const files = await Promise.all(fetched).catch(() => undefined);
  if (files !== undefined) return choose(files);
  showFailure({
    code: "connection-lost",
    message: "The sample could not be fetched.",
    fix: "Check the connection, and load the page again.",
  });
};
