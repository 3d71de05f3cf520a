/** A frame whose pixels stay with the decoder until someone asks for them. */

import type { Frame, Planes } from "@tatami/core";
import { closedFrameError, frameLedger } from "@tatami/core";

/** A decoder's picture. */
export interface DecodedPicture extends Pick<Frame, "size" | "timestamp" | "duration" | "color" | "isKey"> {
  /** Copies the pixels. */
  read(): Promise<Planes>;
  /** Gives the decoder's copy back; called once. */
  free(): void;
}

/**
 * Makes the frame, which owns the picture from here on. The pixels are copied once, when first asked for, and the decoder's
 * copy is given back right then: a hardware decoder has few of them.
 */
export function createDecodedFrame({ read, free, ...facts }: DecodedPicture): Frame {
  let copied: Promise<Planes> | undefined;
  let closed = false;
  const frame: Frame = {
    ...facts,
    planes: () => {
      if (closed) return Promise.reject(closedFrameError(facts.timestamp));
      copied ??= read().finally(free);
      return copied;
    },
    close: () => {
      if (closed) return;
      closed = true;
      frameLedger.closed(frame);
      if (copied) copied.catch(() => undefined);
      else free();
      copied = undefined;
    },
  };
  frameLedger.opened(frame, "decode");
  return frame;
}
