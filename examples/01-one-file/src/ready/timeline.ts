/** The video's length: which moment is shown, and which part of it is worked on. */

import { element } from "@tatami/example-parts/element";
import { formatMoment, withEnd, withStart } from "./cut.ts";
import type { Cut } from "./cut.ts";

/** What is chosen on it. */
export interface Chosen {
  /** Seconds. */
  readonly moment: number;
  readonly cut: Cut;
}

export interface Timeline {
  readonly duration: number;
  readonly chosen: Chosen;
  /** Shows a video's length. Of one without an end nothing is shown: all of it is worked on. */
  begin(duration: number, frameRate: number | null, chosen: Chosen): void;
  /** Moves an end of the part to the moment that is shown. */
  cutHere(which: "start" | "end"): void;
}

/** Seconds that are enough to see how a video will look. */
const trialSeconds = 5;

/** @param onChange told what is chosen, and whether it is another moment */
export const createTimeline = (
  root: HTMLElement,
  onChange: (chosen: Chosen, isOtherMoment: boolean) => void,
): Timeline => {
  const slider = element("#moment", HTMLInputElement, root);
  const text = element("#cut-text", HTMLElement, root);
  const marks = (["start", "end"] as const).map((which) => ({
    which,
    mark: element(`[data-mark=${which}]`, HTMLElement, root),
  }));
  const all = element("[data-cut=all]", HTMLButtonElement, root);
  const trial = element("[data-cut=trial]", HTMLButtonElement, root);
  let duration = 0;
  let step = 0.04;
  let chosen: Chosen = { moment: 0, cut: { start: 0, end: 0 } };

  const show = (): void => {
    const { moment, cut } = chosen;
    slider.value = String(moment);
    slider.setAttribute("aria-valuetext", formatMoment(moment));
    for (const { which, mark } of marks) {
      mark.setAttribute("aria-valuenow", cut[which].toFixed(2));
      mark.setAttribute("aria-valuemax", duration.toFixed(2));
      mark.setAttribute("aria-valuetext", formatMoment(cut[which]));
      root.style.setProperty(`--${which}`, String(duration > 0 ? cut[which] / duration : 0));
    }
    const isWhole = cut.start === 0 && cut.end === duration;
    all.hidden = isWhole;
    trial.hidden = duration <= trialSeconds || !isWhole;
    text.textContent = isWhole
      ? `${formatMoment(moment)} of ${formatMoment(duration)}`
      : `${formatMoment(cut.start)} to ${formatMoment(cut.end)} of ${formatMoment(duration)}`;
  };
  const change = (next: Partial<Chosen>): void => {
    const isOther = next.moment !== undefined && next.moment !== chosen.moment;
    chosen = { ...chosen, ...next };
    show();
    onChange(chosen, isOther);
  };
  const moveTo = (which: "start" | "end", to: number): void => {
    const { cut } = chosen;
    change({ cut: which === "start" ? withStart(cut, to, step) : withEnd(cut, to, step, duration) });
  };
  slider.addEventListener("input", () => change({ moment: Number(slider.value) }));
  for (const { which, mark } of marks)
    connectMark(mark, {
      at: () => chosen.cut[which],
      step: () => step,
      duration: () => duration,
      move: (to) => moveTo(which, to),
    });
  all.addEventListener("click", () => change({ cut: { start: 0, end: duration } }));
  trial.addEventListener("click", () => {
    const start = Math.min(chosen.moment, duration - trialSeconds);
    change({ cut: { start, end: start + trialSeconds } });
  });
  const cutHere = (which: "start" | "end"): void => moveTo(which, chosen.moment);
  for (const which of ["start", "end"] as const)
    element(`[data-cut=${which}]`, HTMLButtonElement, root).addEventListener("click", () => cutHere(which));

  return {
    get duration() {
      return duration;
    },
    get chosen() {
      return chosen;
    },
    begin: (length, frameRate, start) => {
      duration = Number.isFinite(length) ? length : 0;
      step = 1 / (frameRate ?? 25);
      chosen = start;
      root.hidden = duration === 0;
      slider.max = String(duration);
      slider.step = String(step);
      show();
    },
    cutHere,
  };
};

/** What a mark at one end of the part stands on. */
interface MarkParts {
  at(): number;
  /** Seconds between two frames. */
  step(): number;
  duration(): number;
  move(to: number): void;
}

const connectMark = (mark: HTMLElement, { at, step, duration, move }: MarkParts): void => {
  mark.addEventListener("pointerdown", (event) => {
    mark.setPointerCapture(event.pointerId);
    mark.focus();
    event.preventDefault();
  });
  mark.addEventListener("pointermove", (event) => {
    if (!mark.hasPointerCapture(event.pointerId)) return;
    const { left, width } = mark.parentElement!.getBoundingClientRect();
    move(((event.clientX - left) / width) * duration());
  });
  mark.addEventListener("keydown", (event) => {
    const by: Readonly<Record<string, number>> = {
      ArrowLeft: -step(),
      ArrowDown: -step(),
      ArrowRight: step(),
      ArrowUp: step(),
      PageDown: -1,
      PageUp: 1,
      Home: -Infinity,
      End: Infinity,
    };
    const moved = by[event.key];
    if (moved === undefined) return;
    move(Number.isFinite(moved) ? at() + moved : moved < 0 ? 0 : duration());
    event.preventDefault();
  });
};
