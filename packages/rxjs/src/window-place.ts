/** A frame's place in the window of the file it was read from, kept until the frame, or what is made of it, is closed. */

import type { Picture } from "@tatami/core";
import { frameLedger } from "@tatami/core";

/** What is kept for a frame; it says nothing of the frame. */
interface Place {
  /** Frees it. */
  readonly release: () => void;
  /** Whether it still is the frame's, and not that of what was made of it. */
  isKept: boolean;
}

/** By frame, its place. */
const places = new WeakMap<Picture, Place>();

/**
 * Calls `release` once, when the frame is closed or forgotten, of which the frame ledger tells.
 *
 * @returns false for a picture that is in no ledger, whose end nobody will hear of; `release` was called then.
 */
export function occupyPlace(picture: Picture, release: () => void): boolean {
  const place: Place = { release, isKept: true };
  places.set(picture, place);
  const leave = (): void => {
    if (place.isKept) release();
    place.isKept = false;
  };
  const isKnown = frameLedger.whenClosed(picture, leave);
  if (!isKnown) leave();
  return isKnown;
}

/**
 * Takes a frame's place from it. The function returned gives it to the frame made of it, or, given none, frees it:
 * so the window counts a frame until its result is closed, and a slow end of a pipeline slows its beginning.
 */
export function takePlace(picture: Picture): (result?: Picture) => void {
  const place = places.get(picture);
  if (!place?.isKept) return () => undefined;
  place.isKept = false;
  const { release } = place;
  return (result) => {
    if (result) occupyPlace(result, release);
    else release();
  };
}
