/** The line between before and after: moved by mouse, touch and keys. */

/** Per cent a key moves it by. */
const steps: Readonly<Record<string, number>> = {
  ArrowLeft: -2,
  ArrowDown: -2,
  ArrowRight: 2,
  ArrowUp: 2,
  PageDown: -10,
  PageUp: 10,
};

/** Makes `handle` (role="slider") draw the line across `stage`; the style reads `--split`. */
export const createSplitSlider = (
  stage: HTMLElement,
  handle: HTMLElement,
): { set(percent: number): void } => {
  let value = 50;
  const set = (percent: number): void => {
    value = Math.min(100, Math.max(0, percent));
    const rounded = Math.round(value);
    stage.style.setProperty("--split", `${value}%`);
    handle.setAttribute("aria-valuenow", String(rounded));
    handle.setAttribute("aria-valuetext", `${rounded} % original, ${100 - rounded} % upscaled`);
  };
  const follow = (event: PointerEvent): void => {
    const { left, width } = stage.getBoundingClientRect();
    set(((event.clientX - left) / width) * 100);
  };

  stage.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    stage.setPointerCapture(event.pointerId);
    handle.focus({ preventScroll: true });
    follow(event);
    event.preventDefault();
  });
  stage.addEventListener("pointermove", (event) => {
    if (stage.hasPointerCapture(event.pointerId)) follow(event);
  });
  handle.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    if (step !== undefined) set(Math.round(value) + step);
    else if (event.key === "Home") set(0);
    else if (event.key === "End") set(100);
    else return;
    event.preventDefault();
  });
  set(value);
  return { set };
};
