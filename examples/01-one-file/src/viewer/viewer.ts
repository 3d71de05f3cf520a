/** Before and after in one frame: the same detail on both sides of a line, at any size. */

import { element } from "@tatami/example-parts/element";
import { listenForGestures } from "./gestures.ts";
import { createLoupe } from "./loupe.ts";
import type { Source } from "./loupe.ts";
import { createPlacement } from "./placement.ts";
import type { Placed, Placement } from "./placement.ts";
import { createSplitLine } from "./split-line.ts";
import type { Box, Point } from "./zoom.ts";

/** What can be asked of a viewer, by buttons and by keys. */
export type ViewerCommand =
  | "fit"
  | "own"
  | "double"
  | "larger"
  | "smaller"
  | "left"
  | "right"
  | "up"
  | "down"
  | "loupe"
  | "fullScreen"
  | "showBefore"
  | "showBoth";

/** What is there to be seen. */
export type Shows = "nothing" | "before" | "after" | "both";

/** What a viewer's buttons show. */
export interface ViewerState extends Placed {
  readonly isLouped: boolean;
}

export interface Viewer {
  readonly root: HTMLElement;
  readonly stage: HTMLElement;
  shows(what: Shows): void;
  /**
   * Says how large both pictures are, in their own pixels as they are seen. The view begins anew where the larger one's
   * size is another, or where `anew` says so.
   */
  setSizes(before: Box, after: Box, anew?: boolean): void;
  /** Per cent of the frame that show the original. */
  setLine(percent: number): void;
  act(command: ViewerCommand): void;
  /** Tells the listener now and after every change. */
  listen(listener: (state: ViewerState) => void): void;
}

/** Pixels that an arrow key moves by: the picture, and the loupe. */
const [panStep, loupeStep] = [60, 16];

/** @param root holds a stage with `before` and `after` in its panes */
export const createViewer = (root: HTMLElement, before: Source, after: Source): Viewer => {
  const stage = element(".stage", HTMLElement, root);
  const handle = element(".handle", HTMLElement, stage);
  const line = createSplitLine(stage, handle);
  let listener: (state: ViewerState) => void = () => undefined;
  let placed: Placed = { magnification: 1, isFit: false };
  let pointer: Point | undefined;
  const tell = (): void => listener({ ...placed, isLouped: loupe.isOn });
  const placement = createPlacement(stage, (next) => {
    placed = next;
    holdLoupe();
    tell();
  });
  const loupe = createLoupe(
    stage,
    () => [before, after],
    () => placement.picture,
  );
  const holdLoupe = (): void => {
    const at = pointer ?? placement.middle();
    if (loupe.isOn) loupe.hold(at, placement.at(at));
  };
  const pointAt = (at: Point | undefined): void => {
    if (at === undefined) return;
    pointer = at;
    holdLoupe();
  };
  const toggleLoupe = (): void => {
    loupe.toggle();
    holdLoupe();
    tell();
  };
  /** An arrow key moves the loupe where there is one, else the picture. */
  const move = (right: number, down: number): void => {
    if (!loupe.isOn) return placement.pan(-right * panStep, -down * panStep);
    const { x, y } = pointer ?? placement.middle();
    const within = (value: number, most: number): number => Math.min(most, Math.max(0, value));
    pointAt({
      x: within(x + right * loupeStep, stage.clientWidth),
      y: within(y + down * loupeStep, stage.clientHeight),
    });
  };
  // there all of it is to be seen; what was seen before is begun anew after it
  root.addEventListener("fullscreenchange", () =>
    document.fullscreenElement === root ? placement.fit() : placement.begin(placement.picture),
  );
  const commands = createCommands({ root, stage, placement, move, toggleLoupe });
  listenForGestures(stage, handle, {
    zoomBy: placement.zoomBy,
    panBy: placement.pan,
    canPan: placement.canPan,
    moveLine: ({ x }) => line.set((100 * x) / stage.clientWidth),
    point: pointAt,
  });

  return {
    root,
    stage,
    shows: (what) => (stage.dataset["shows"] = what),
    setSizes: (source, larger, anew = false) => {
      const { width, height } = placement.picture;
      stage.style.setProperty("--ratio", String(larger.width / larger.height));
      stage.style.setProperty("--source-height", `${source.height}px`);
      if (anew || larger.width !== width || larger.height !== height) placement.begin(larger);
    },
    setLine: line.set,
    act: (command) => void commands[command](),
    listen: (next) => {
      listener = next;
      tell();
    },
  };
};

/** What they work on. */
interface CommandParts {
  readonly root: HTMLElement;
  readonly stage: HTMLElement;
  readonly placement: Placement;
  move(right: number, down: number): void;
  toggleLoupe(): void;
}

const createCommands = (parts: CommandParts): Readonly<Record<ViewerCommand, () => unknown>> => {
  const { root, stage, placement, move, toggleLoupe } = parts;
  return {
    fit: placement.fit,
    own: () => placement.zoomTo(1),
    double: () => placement.zoomTo(2),
    larger: () => placement.zoomBy(Math.SQRT2),
    smaller: () => placement.zoomBy(Math.SQRT1_2),
    left: () => move(-1, 0),
    right: () => move(1, 0),
    up: () => move(0, -1),
    down: () => move(0, 1),
    loupe: toggleLoupe,
    fullScreen: () => toggleFullScreen(root),
    showBefore: () => (stage.dataset["blink"] = "before"),
    showBoth: () => delete stage.dataset["blink"],
  };
};

const toggleFullScreen = (root: HTMLElement): void => {
  // refused where no key or click stands behind it; there is nothing to be done then
  const asked = document.fullscreenElement === root ? document.exitFullscreen() : root.requestFullscreen();
  asked.catch(() => undefined);
};
