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
 * copy is given back right then: a hardware decoder has few of them. One that nobody closes is given back when the frame is
 * collected.
 */
export function createDecodedFrame({ read, free, ...facts }: DecodedPicture): Frame {
  const held = hold(read, free);
  let copied: Promise<Planes> | undefined;
  let closed = false;
  const frame: Frame = {
    ...facts,
    planes: () => {
      if (closed) return Promise.reject(closedFrameError(facts.timestamp));
      copied ??= held.read();
      return copied;
    },
    close: () => {
      if (closed) return;
      closed = true;
      copied?.catch(() => undefined);
      copied = undefined;
      held.free();
      frameLedger.closed(frame);
    },
  };
  frameLedger.opened(frame, "decode", held.free);
  return frame;
}

/** The decoder's copy, given back once: after it is read, or instead. What is made here must not lead to the frame. */
function hold(read: DecodedPicture["read"], free: () => void): Pick<DecodedPicture, "read" | "free"> {
  let isOurs = true;
  return {
    read: () => {
      isOurs = false;
      return read().finally(free);
    },
    free: () => {
      if (isOurs) free();
      isOurs = false;
    },
  };
}
