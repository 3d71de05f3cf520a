/** How far a file may be read ahead of those who use its frames. */

import { abortable } from "@tatami/core";
import type { Picture } from "./picture.ts";
import { occupyPlace } from "./window-place.ts";

/** A number of places, each taken until a frame, or what is made of it, is closed. */
export interface FrameWindow {
  /** Gives a frame a place. */
  enter(picture: Picture): void;
  /** Resolves when a place is free, to the one who asks. @throws `signal.reason` on an abort. */
  room(signal: AbortSignal): Promise<void>;
}

/** A window of `size` places. */
export function createFrameWindow(size: number): FrameWindow {
  let taken = 0;
  let wake: (() => void) | undefined;
  const leave = (): void => {
    taken -= 1;
    wake?.();
    wake = undefined;
  };
  return {
    enter(picture) {
      taken += 1;
      occupyPlace(picture, leave);
    },
    async room(signal) {
      if (taken >= size) await abortable(new Promise<void>((resolve) => (wake = resolve)), signal);
    },
  };
}
