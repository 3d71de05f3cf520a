/** One tile of the wall seen large, the others small beside it. */

import { element } from "@tatami/example-parts/element";

/** Which of the tiles is large. */
export interface Spotlight {
  /** A tile whose button makes it large, and small again. */
  offer(tile: HTMLElement): void;
  /** A tile that goes. */
  forget(tile: HTMLElement): void;
}

/** Escape makes all of them alike again, until the signal aborts; the focus goes to the one that was large. */
export const createSpotlight = (wall: HTMLElement, signal: AbortSignal): Spotlight => {
  let large: HTMLElement | undefined;
  const buttonOf = (tile: HTMLElement): HTMLButtonElement => element(".open", HTMLButtonElement, tile);
  const set = (wanted: HTMLElement | undefined): void => {
    for (const tile of [large, wanted]) {
      if (!tile) continue;
      tile.toggleAttribute("data-large", tile === wanted);
      buttonOf(tile).setAttribute("aria-pressed", String(tile === wanted));
    }
    large = wanted;
    wall.toggleAttribute("data-spotlight", wanted !== undefined);
  };
  document.addEventListener(
    "keydown",
    ({ key }) => {
      if (key !== "Escape" || !large) return;
      const was = large;
      set(undefined);
      buttonOf(was).focus();
    },
    { signal },
  );
  signal.addEventListener("abort", () => set(undefined), { once: true });
  return {
    offer: (tile) =>
      buttonOf(tile).addEventListener("click", () => {
        set(tile === large ? undefined : tile);
        tile.scrollIntoView({ block: "nearest" });
      }),
    forget: (tile) => {
      if (tile === large) set(undefined);
    },
  };
};
