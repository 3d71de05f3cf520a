/** One of the pictures that are seen side by side: what one network makes of the detail. */

import type { Rect } from "@tatami/core";
import { paint } from "../viewer/mount.ts";
import type { Box, Point } from "../viewer/zoom.ts";
import type { Contender } from "./contenders.ts";

/** How a detail is shown, the same in all tiles. */
export interface DetailView {
  /** The middle of what is seen, in the original's pixels. */
  readonly place: Point;
  /** The page's pixels for one of the original's, across and down. */
  readonly scale: Point;
  /** The part of the original that is asked for, round the place. */
  readonly part: Rect;
}

export interface Tile {
  readonly contender: Contender;
  readonly root: HTMLButtonElement;
  /** Takes a picture of a part. */
  show(picture: ImageBitmap, part: Rect): void;
  /** Says what the whole file would take, or why there is no picture. */
  say(text: string): void;
  /** Moves what is shown to where it is looked at. */
  place(view: DetailView): void;
}

export const createTile = (contender: Contender): Tile => {
  const root = Object.assign(document.createElement("button"), { type: "button", className: "tile" });
  if (contender.isChosen) root.setAttribute("aria-current", "true");
  const pane = Object.assign(document.createElement("span"), { className: "detail" });
  const canvas = document.createElement("canvas");
  canvas.setAttribute("aria-hidden", "true");
  pane.append(canvas);
  const [title, caption, time] = (["b", "small", "span"] as const).map((name) =>
    document.createElement(name),
  ) as [HTMLElement, HTMLElement, HTMLElement];
  title.textContent = contender.title;
  caption.textContent = contender.caption;
  time.textContent = "…";
  root.append(pane, title, " ", caption, " ", time);
  let shown: Rect | undefined;
  let view: DetailView | undefined;
  const place = (): void => {
    if (shown === undefined || view === undefined) return;
    const { scale, place: middle } = view;
    const snap = (value: number): number => Math.round(value * devicePixelRatio) / devicePixelRatio;
    const { width, height } = sizeOf(pane);
    const x = snap(width / 2 + (shown.x - middle.x) * scale.x);
    const y = snap(height / 2 + (shown.y - middle.y) * scale.y);
    canvas.style.width = `${shown.width * scale.x}px`;
    canvas.style.height = `${shown.height * scale.y}px`;
    canvas.style.transform = `translate(${x}px, ${y}px)`;
  };
  return {
    contender,
    root,
    show: (picture, part) => {
      paint(canvas, picture);
      shown = part;
      root.dataset["made"] = "true";
      place();
    },
    say: (text) => (time.textContent = text),
    place: (next) => {
      view = next;
      place();
    },
  };
};

/** The room that a tile has for its picture. */
export const sizeOf = (pane: HTMLElement): Box => ({ width: pane.clientWidth, height: pane.clientHeight });
