/** A frame's place in the window of the file it was read from, kept until the frame, or what is made of it, is closed. */

import type { Picture } from "./picture.ts";

/** By frame, what frees its place. */
const places = new WeakMap<Picture, () => void>();

/**
 * Calls `release` once, when the frame is closed.
 *
 * The frame itself is told to say so, for a copy of it would be another frame to whoever knows it by identity.
 */
export function occupyPlace(picture: Picture, release: () => void): void {
  const close = picture.close.bind(picture);
  places.set(picture, release);
  picture.close = () => {
    close();
    const vacate = places.get(picture);
    places.delete(picture);
    vacate?.();
  };
}

/**
 * Takes a frame's place from it. The function returned gives it to the frame made of it, or, given none, frees it:
 * so the window counts a frame until its result is closed, and a slow end of a pipeline slows its beginning.
 */
export function takePlace(picture: Picture): (result?: Picture) => void {
  const release = places.get(picture);
  places.delete(picture);
  return (result) => {
    if (!release) return;
    if (result) occupyPlace(result, release);
    else release();
  };
}
