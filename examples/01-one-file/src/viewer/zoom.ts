/** Where a picture lies in its frame and how large it is shown: plain numbers, in the page's pixels. */

/** Width and height. */
export interface Box {
  readonly width: number;
  readonly height: number;
}

/** A place, from the frame's upper left corner. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** How the picture lies: its upper left corner, from the frame's, and how large one of its pixels is. */
export interface View extends Point {
  readonly scale: number;
}

/** The scale at which the whole picture is just seen. */
export const fitScale = (frame: Box, picture: Box): number =>
  Math.min(frame.width / picture.width, frame.height / picture.height);

/** The nearest view that wastes no room: what is smaller than the frame is centred, what is larger covers it. */
export const settle = (view: View, frame: Box, picture: Box): View => ({
  scale: view.scale,
  x: settleAlong(view.x, frame.width, picture.width * view.scale),
  y: settleAlong(view.y, frame.height, picture.height * view.scale),
});

const settleAlong = (from: number, room: number, length: number): number =>
  length <= room ? (room - length) / 2 : Math.min(0, Math.max(room - length, from));

/** The same picture at another scale, with what was under `point` still there as far as the frame stays covered. */
export const zoomAbout = (view: View, scale: number, point: Point, frame: Box, picture: Box): View => {
  const grown = scale / view.scale;
  const x = point.x - (point.x - view.x) * grown;
  const y = point.y - (point.y - view.y) * grown;
  return settle({ scale, x, y }, frame, picture);
};

/** The picture's own coordinates of a place in the frame. */
export const pointIn = (view: View, { x, y }: Point): Point => ({
  x: (x - view.x) / view.scale,
  y: (y - view.y) / view.scale,
});

/** The scales a picture can be shown at: from the whole of it, or its own size, up to sixteen of the screen's pixels for one. */
export const scaleWithin = (scale: number, frame: Box, picture: Box, own: number): number =>
  Math.min(16 * own, Math.max(Math.min(own, fitScale(frame, picture)), scale));

/** Its own size where that has room and fills half the frame at least, one way; else as large as the whole of it can be. */
export const firstScale = (frame: Box, picture: Box, own: number): number => {
  const fit = fitScale(frame, picture);
  return own <= fit && own >= fit / 2 ? own : fit;
};
