/** How far a file may be read ahead of those who use its frames. */

import type { Picture } from "@tatami/core";
import { abortable, TatamiError } from "@tatami/core";
import { occupyPlace } from "./window-place.ts";

/** A number of places, each taken until a frame, or what is made of it, is closed. */
export interface FrameWindow {
  /** Gives a frame a place. @throws TatamiError `internal` for one that is in no ledger: how far to read would be unknown. */
  enter(picture: Picture): void;
  /** Resolves when a place is free, to the one who asks. @throws `signal.reason` on an abort. */
  room(signal: AbortSignal): Promise<void>;
}

/** A window of `size` places. */
export function createFrameWindow(size: number): FrameWindow {
  let taken = 0;
  let wake: (() => void) | undefined;
  const leave = (): void => {
    taken--;
    wake?.();
    wake = undefined;
  };
  return {
    enter(picture) {
      taken++;
      if (occupyPlace(picture, leave)) return;
      picture.close();
      throw unknownFrame(picture.timestamp);
    },
    async room(signal) {
      if (taken >= size) await abortable(new Promise<void>((resolve) => (wake = resolve)), signal);
    },
  };
}

function unknownFrame(timestamp: number): TatamiError<"internal"> {
  return new TatamiError({
    code: "internal",
    message: `The driver's frame at ${timestamp} s is in no ledger, so that nobody would hear of its end.`,
    fix: "Make frames with createFrame() of @tatami/core, or tell its frameLedger of each one that is opened and closed.",
    detail: { timestamp },
  });
}
