/** The line between before and after: where it is, and what keys do to it. */

/** Per cent a key moves it by. */
const steps: Readonly<Record<string, number>> = {
  ArrowLeft: -2,
  ArrowDown: -2,
  ArrowRight: 2,
  ArrowUp: 2,
  PageDown: -10,
  PageUp: 10,
};

/** A line across a picture. */
export interface SplitLine {
  /** Per cent of the frame that show the original. */
  set(percent: number): void;
}

/** Makes `handle` (role="slider") draw the line across `stage`; the style reads `--split`. */
export const createSplitLine = (stage: HTMLElement, handle: HTMLElement): SplitLine => {
  let value = 50;
  const set = (percent: number): void => {
    value = Math.min(100, Math.max(0, percent));
    const rounded = Math.round(value);
    stage.style.setProperty("--split", `${value}%`);
    handle.setAttribute("aria-valuenow", String(rounded));
    handle.setAttribute("aria-valuetext", `${rounded} % original, ${100 - rounded} % upscaled`);
  };
  handle.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    if (step !== undefined) set(Math.round(value) + step);
    else if (event.key === "Home") set(0);
    else if (event.key === "End") set(100);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  set(value);
  return { set };
};
