/** The buttons below a picture, and the keys that do the same. */

import { element } from "@tatami/example-parts/element";
import type { Viewer, ViewerCommand } from "./viewer.ts";

/** What each key does, wherever the focus is in the viewer's view. */
const keys: Readonly<Record<string, ViewerCommand>> = {
  "0": "fit",
  "1": "own",
  "2": "double",
  "+": "larger",
  "=": "larger",
  "-": "smaller",
  l: "loupe",
  f: "fullScreen",
};

/** What the arrows do while the picture itself has the focus. */
const arrows: Readonly<Record<string, ViewerCommand>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

/** Joins a viewer to its buttons and keys. @param more keys of the view the viewer is in, and what they do */
export const connectTools = (viewer: Viewer, more: Readonly<Record<string, () => void>> = {}): void => {
  const { root } = viewer;
  const view = root.closest<HTMLElement>("[data-view]") ?? root;
  const all = [...root.querySelectorAll<HTMLButtonElement>("[data-command]")];
  for (const button of all)
    button.addEventListener("click", () => viewer.act(button.dataset["command"] as ViewerCommand));
  const button = (command: ViewerCommand): HTMLButtonElement | undefined =>
    all.find((each) => each.dataset["command"] === command);
  const size = element(".magnification", HTMLOutputElement, root);
  viewer.listen(({ magnification, isFit, isLouped }) => {
    const press = (command: ViewerCommand, isPressed: boolean): void =>
      button(command)?.setAttribute("aria-pressed", String(isPressed));
    press("fit", isFit);
    press("own", !isFit && Math.abs(magnification - 1) < 1e-3);
    press("double", !isFit && Math.abs(magnification - 2) < 1e-3);
    press("loupe", isLouped);
    size.value = `${Math.round(magnification * 100)} %`;
  });
  if (!document.fullscreenEnabled) button("fullScreen")?.remove();
  connectBlink(viewer, view);

  document.addEventListener("keydown", (event) => {
    if (!isMeant(event, view)) return;
    const act = more[event.key.toLowerCase()];
    const command = event.target === viewer.stage ? arrows[event.key] : undefined;
    const named = command ?? keys[event.key.toLowerCase()];
    if (act !== undefined) act();
    else if (named !== undefined) viewer.act(named);
    else return;
    event.preventDefault();
  });
};

/** The original, as long as B or its button is held down. */
const connectBlink = (viewer: Viewer, view: HTMLElement): void => {
  const button = element("[data-blink]", HTMLButtonElement, viewer.root);
  const begin = (): void => {
    viewer.act("showBefore");
    button.setAttribute("aria-pressed", "true");
  };
  const end = (): void => {
    viewer.act("showBoth");
    button.setAttribute("aria-pressed", "false");
  };
  button.addEventListener("pointerdown", begin);
  for (const type of ["pointerup", "pointercancel", "pointerleave", "blur"])
    button.addEventListener(type, end);
  button.addEventListener("contextmenu", (event) => event.preventDefault());
  const isHeld = (event: KeyboardEvent): boolean =>
    event.key.toLowerCase() === "b" ||
    (event.target === button && (event.key === " " || event.key === "Enter"));
  document.addEventListener("keydown", (event) => {
    if (!isHeld(event) || !isMeant(event, view, button)) return;
    event.preventDefault();
    if (!event.repeat) begin();
  });
  document.addEventListener("keyup", (event) => isHeld(event) && end());
  addEventListener("blur", end);
};

/** Whether a key is for the view: it is shown, nothing is typed, and the focus is in it or nowhere. */
const isMeant = (event: KeyboardEvent, view: HTMLElement, own?: HTMLElement): boolean => {
  const { target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return false;
  if (view.hidden || document.querySelector("dialog[open]") !== null) return false;
  if (!(target instanceof HTMLElement)) return false;
  if (target !== document.body && !view.contains(target)) return false;
  if (target.matches("select, textarea, input:not([type=range], [type=checkbox], [type=radio])"))
    return false;
  const presses = event.key === " " || event.key === "Enter";
  return !presses || target === own || !target.matches("button, a, input, summary");
};
