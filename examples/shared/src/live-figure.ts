/** A figure that is drawn anew, at most once a frame, when what it shows or the page's width has changed. */

import type { PlotOptions } from "@observablehq/plot";
import { plot } from "@observablehq/plot";

export interface LiveFigure {
  /** Asks for it to be drawn. */
  update(): void;
  clear(): void;
}

export interface LiveFigureInit {
  readonly into: HTMLElement;
  /** What is to be drawn now at a width in pixels; nothing when there is nothing to draw. */
  readonly draw: (width: number) => PlotOptions | undefined;
  /** What is drawn, in words, for those who cannot see it. */
  readonly describe: () => string;
}

/** @see https://observablehq.com/plot for what it is drawn by */
export const createLiveFigure = ({ into, draw, describe }: LiveFigureInit): LiveFigure => {
  let asked = false;
  const redraw = (): void => {
    asked = false;
    const width = Math.max(240, into.clientWidth);
    const options = draw(width);
    if (options === undefined) return;
    const figure = plot({
      width,
      height: 190,
      marginLeft: 52,
      marginTop: 24,
      marginBottom: 38,
      style: { background: "none", color: "inherit", fontSize: "12px", fontFamily: "inherit" },
      ...options,
    });
    figure.setAttribute("role", "img");
    figure.setAttribute("aria-label", describe());
    into.replaceChildren(figure);
  };
  const update = (): void => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(redraw);
  };
  new ResizeObserver(update).observe(into);
  return { update, clear: () => into.replaceChildren() };
};
