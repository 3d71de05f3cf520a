/** A tile as it is seen: the larger picture, a name, three figures, and its buttons. */

import { element } from "@tatami/example-parts/element";
import { formatRate } from "@tatami/example-parts/format";
import type { TileStats } from "./tile-stream.ts";

/** One tile of the wall. */
export interface TileView {
  readonly root: HTMLElement;
  /** Takes the frame, draws it and closes it. */
  show(frame: VideoFrame): void;
  stats(stats: TileStats): void;
  fail(message: string): void;
  /** Its button to take it off the wall was pressed. */
  onRemove(act: () => void): void;
  /** Moves the focus to it, or to what it has left to be pressed. */
  focus(): void;
}

/** Share of changed patches from which a tile is said to move. */
const motion = 0.02;

/** Milliseconds between two writings of the figures. */
const pause = 250;

/** Copies the page's template. */
export const createTileView = (name: string): TileView => {
  const template = element("#tile", HTMLTemplateElement);
  const root = (template.content.cloneNode(true) as DocumentFragment).querySelector<HTMLElement>(".tile")!;
  const canvas = element("canvas", HTMLCanvasElement, root);
  const context = canvas.getContext("2d", { alpha: false })!;
  const place = (key: string): HTMLElement => element(`[data-figure=${key}]`, HTMLElement, root);
  const [rate, changed, latency] = [place("rate"), place("changed"), place("latency")];
  const open = element(".open", HTMLButtonElement, root);
  const remove = element(".remove", HTMLButtonElement, root);
  element("h3", HTMLElement, root).textContent = name;
  open.setAttribute("aria-label", `${name}, large`);
  remove.setAttribute("aria-label", `Take ${name} off the wall`);
  let writtenAt = -pause;
  return {
    root,
    show(frame) {
      const { displayWidth: width, displayHeight: height } = frame;
      if (canvas.width !== width || canvas.height !== height) {
        Object.assign(canvas, { width, height });
        root.style.setProperty("--ratio", `${width} / ${height}`);
      }
      context.drawImage(frame, 0, 0);
      frame.close();
      root.dataset["shows"] = `${width}×${height}`;
    },
    stats(stats) {
      root.dataset["moves"] = String(stats.changed > motion);
      root.dataset["frames"] = String(stats.framesOut);
      const now = performance.now();
      if (now - writtenAt < pause) return;
      writtenAt = now;
      rate.textContent = `${formatRate(stats.framesPerSecond)} /s`;
      changed.textContent = `${Math.round(100 * stats.changed)} %`;
      latency.textContent = `${Math.round(stats.latencyMs.median)} ms`;
      open.title = `${stats.framesIn} frames came, ${stats.framesOut} shown, ${stats.dropped} dropped`;
    },
    fail(message) {
      root.dataset["failed"] = "";
      open.hidden = true;
      element(".why", HTMLElement, root).textContent = message;
    },
    onRemove: (act) => remove.addEventListener("click", act),
    focus: () => (open.hidden ? remove : open).focus(),
  };
};
