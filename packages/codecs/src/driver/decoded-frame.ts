/** A frame whose pixels stay with the decoder until someone asks for them. */

import type { AnyPlanes, DeepPlanes, Frame, Planes } from "@tatami/core";
import { areDeepPlanes, closedFrameError, frameLedger, roundPlanes } from "@tatami/core";

/** A decoder's picture. */
export interface DecodedPicture extends Pick<Frame, "size" | "timestamp" | "duration" | "color" | "isKey"> {
  /** Copies the pixels. */
  read(): Promise<AnyPlanes>;
  /** Whether they have more than 8 bits. @defaultValue false */
  readonly isDeep?: boolean;
  /** Gives the decoder's copy back; called once. */
  free(): void;
}

/**
 * Makes the frame, which owns the picture from here on. The pixels are copied once, when first asked for, and the decoder's
 * copy is given back right then: a hardware decoder has few of them. One that nobody closes is given back when the frame is
 * collected.
 */
export function createDecodedFrame({ read, free, isDeep, ...facts }: DecodedPicture): Frame {
  const held = hold(read, free);
  let copied: Promise<AnyPlanes> | undefined;
  let closed = false;
  const pixels = (): Promise<AnyPlanes> => {
    if (closed) return Promise.reject(closedFrameError(facts.timestamp));
    copied ??= held.read();
    return copied;
  };
  const frame: Frame = {
    ...facts,
    // what waits for pixels must not lead to the frame
    planes: () => pixels().then(inEightBits),
    ...(isDeep === true && { deepPlanes: pixels as () => Promise<DeepPlanes> }),
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

function inEightBits(planes: AnyPlanes): Planes {
  return areDeepPlanes(planes) ? roundPlanes(planes) : planes;
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
