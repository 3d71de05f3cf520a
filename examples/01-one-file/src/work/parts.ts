/** Parts of a picture: cut out of its planes, and turned as a player turns them. */

import type { Plane, Planes, Rect, Size } from "@tatami/core";

/**
 * A part of the picture as it is seen, in the pixels of the file.
 *
 * @param rotation clockwise degrees that a player turns the file's pictures by, a multiple of 90
 * @param whole the size of the file's pictures
 */
export const turnBack = (part: Rect, rotation: number, whole: Size): Rect => {
  const { x, y, width, height } = part;
  switch (((rotation % 360) + 360) % 360) {
    case 90:
      return { x: y, y: whole.height - x - width, width: height, height: width };
    case 180:
      return { x: whole.width - x - width, y: whole.height - y - height, width, height };
    case 270:
      return { x: whole.width - y - height, y: x, width: height, height: width };
    default:
      return part;
  }
};

/** A picture's size as it is seen. */
export const turnSize = ({ width, height }: Size, rotation: number): Size =>
  rotation % 180 === 0 ? { width, height } : { width: height, height: width };

/** The part and what is around it, as far as the picture goes; from an even place to an even one, where chroma begins. */
export const growRect = ({ x, y, width, height }: Rect, by: number, whole: Size): Rect => {
  const [left, top] = [x, y].map((start) => Math.max(0, (start - by) & ~1)) as [number, number];
  const right = Math.min(whole.width, (x + width + by + 1) & ~1);
  const bottom = Math.min(whole.height, (y + height + by + 1) & ~1);
  return { x: left, y: top, width: right - left, height: bottom - top };
};

/** A part of the larger picture, told from the corner of a part of the original. */
export const scaleRect = (part: Rect, from: Rect, scale: number): Rect => ({
  x: (part.x - from.x) * scale,
  y: (part.y - from.y) * scale,
  width: part.width * scale,
  height: part.height * scale,
});

/** A copy of a part; the plane itself where that is all of it. */
export const cutPlane = (plane: Plane, { x, y, width, height }: Rect): Plane => {
  if (width === plane.width && height === plane.height) return plane;
  const data = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const from = (y + row) * plane.stride + x;
    data.set(plane.data.subarray(from, from + width), row * width);
  }
  return { width, height, stride: width, data };
};

/** Luma and chroma of a part that begins at an even place. */
export const cutPlanes = ({ luma, chroma }: Planes, part: Rect): Planes => {
  const cut = (plane: Plane): Plane => {
    const across = plane.width < luma.width ? 2 : 1;
    const down = plane.height < luma.height ? 2 : 1;
    const [x, y] = [Math.floor(part.x / across), Math.floor(part.y / down)];
    return cutPlane(plane, {
      x,
      y,
      width: Math.min(plane.width - x, Math.ceil(part.width / across)),
      height: Math.min(plane.height - y, Math.ceil(part.height / down)),
    });
  };
  return { luma: cutPlane(luma, part), chroma: [cut(chroma[0]), cut(chroma[1])] };
};
