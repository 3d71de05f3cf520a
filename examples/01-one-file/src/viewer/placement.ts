/** How the pictures of a frame lie in it: kept as the frame, the pictures and whoever zooms change them. */

import type { Box, Point, View } from "./zoom.ts";
import { firstScale, fitScale, pointIn, scaleWithin, settle, zoomAbout } from "./zoom.ts";

/** What is seen now. */
export interface Placed {
  /** The screen's pixels for one of the picture. */
  readonly magnification: number;
  /** Whether the whole of it is kept in sight, however large the frame becomes. */
  readonly isFit: boolean;
}

export interface Placement {
  readonly picture: Box;
  /** Whether the picture is larger than its frame. */
  canPan(): boolean;
  /** The place of the picture that is at a place of the frame. */
  at(point: Point): Point;
  middle(): Point;
  pan(right: number, down: number): void;
  /** @param magnification the screen's pixels for one of the picture @returns whether anything changed */
  zoomTo(magnification: number, about?: Point): boolean;
  zoomBy(factor: number, about?: Point): boolean;
  fit(): void;
  /** Begins anew with a picture: at its own size where that has room, else the whole of it. */
  begin(picture: Box): void;
}

/** Writes where they lie into the frame's style. @param onPlaced told after every change */
export const createPlacement = (stage: HTMLElement, onPlaced: (placed: Placed) => void): Placement => {
  let picture: Box = { width: 16, height: 9 };
  let view: View = { scale: 1, x: 0, y: 0 };
  let isFit = false;
  let isNew = true;
  const frame = (): Box => ({ width: stage.clientWidth, height: stage.clientHeight });
  const middle = (): Point => ({ x: stage.clientWidth / 2, y: stage.clientHeight / 2 });
  const own = (): number => 1 / devicePixelRatio;

  const show = (next: View): void => {
    view = next;
    writeView(stage, view, picture);
    stage.dataset["pans"] = String(canPan());
    onPlaced({ magnification: view.scale / own(), isFit });
  };
  const canPan = (): boolean => {
    const { width, height } = frame();
    return picture.width * view.scale > width + 0.5 || picture.height * view.scale > height + 0.5;
  };
  const place = (): void => {
    const room = frame();
    if (room.width === 0 || room.height === 0) return;
    const [fit, first] = [fitScale(room, picture), firstScale(room, picture, own())];
    if (isNew) isFit = first === fit;
    const scale = isNew ? first : isFit ? fit : view.scale;
    const held = isNew ? { x: picture.width / 2, y: picture.height / 2 } : pointIn(view, middle());
    isNew = false;
    const from = { x: room.width / 2 - held.x * scale, y: room.height / 2 - held.y * scale };
    show(settle({ scale, ...from }, room, picture));
  };
  const zoom = (scale: number, about = middle()): boolean => {
    const next = scaleWithin(scale, frame(), picture, own());
    const changed = isFit || Math.abs(next / view.scale - 1) > 1e-6;
    isFit = false;
    if (changed) show(zoomAbout(view, next, about, frame(), picture));
    return changed;
  };
  new ResizeObserver(place).observe(stage);

  return {
    get picture() {
      return picture;
    },
    canPan,
    at: (point) => pointIn(view, point),
    middle,
    pan: (right, down) => show(settle({ ...view, x: view.x + right, y: view.y + down }, frame(), picture)),
    zoomTo: (magnification, about) => zoom(magnification * own(), about),
    zoomBy: (factor, about) => zoom(view.scale * factor, about),
    fit: () => {
      isFit = true;
      place();
    },
    begin: (next) => {
      picture = next;
      isNew = true;
      place();
    },
  };
};

/** On whole pixels of the screen, so that a picture at its own size is not blurred. */
const writeView = ({ style }: HTMLElement, { scale, x, y }: View, picture: Box): void => {
  const snap = (value: number): number => Math.round(value * devicePixelRatio) / devicePixelRatio;
  style.setProperty("--w", `${picture.width * scale}px`);
  style.setProperty("--h", `${picture.height * scale}px`);
  style.setProperty("--x", `${snap(x)}px`);
  style.setProperty("--y", `${snap(y)}px`);
};
