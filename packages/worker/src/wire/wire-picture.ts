/** Pictures as messages: their buffers change hands, and are copied only where others lie in them too. */

import type { AnyPlane, AnyPlanes, Picture } from "@tatami/core";
import { createFrame, isDeepPlane, isVideoFrame, planesOf, TatamiError } from "@tatami/core";
import { transfer } from "comlink";
import type { WirePicture } from "./protocol.ts";

/**
 * Takes a picture and makes what is sent of it: a frame is closed here, and the buffers of its planes are ready to leave;
 * a VideoFrame leaves itself.
 *
 * @throws TatamiError `invalid-option` for a frame whose pixels have left with another one before.
 */
export async function packPicture(picture: Picture): Promise<WirePicture> {
  if (isVideoFrame(picture)) return { kind: "video-frame", frame: picture };
  try {
    const given = await planesOf(picture);
    const { timestamp, duration, color } = picture;
    return { kind: "frame", planes: movable(given, timestamp), timestamp, duration, color };
  } finally {
    picture.close();
  }
}

/** `message`, with which the buffers of the picture in it leave; nothing does where there is none. */
export function leaving<T extends object>(message: T, picture: WirePicture | undefined): T {
  if (!picture) return message;
  if (picture.kind === "video-frame") return transfer(message, [picture.frame]);
  const { luma, chroma, alpha } = picture.planes;
  const buffers = [luma, ...chroma, ...(alpha ? [alpha] : [])].map(({ data }) => data.buffer as ArrayBuffer);
  return transfer(message, [...new Set(buffers)]);
}

/** The picture in a message. It is the caller's to close. @param stage who takes it, for the frame ledger */
export function unpackPicture(wire: WirePicture, stage: string): Picture {
  return wire.kind === "video-frame" ? wire.frame : createFrame(wire.planes, wire, stage);
}

/** Frees a picture that nobody takes out of its message. */
export function discardPicture(wire: WirePicture | undefined): void {
  if (wire?.kind === "video-frame") wire.frame.close();
}

/** A plane's bytes as they lay before any buffer left. */
interface Place {
  readonly plane: AnyPlane;
  readonly buffer: ArrayBufferLike;
  readonly from: number;
  readonly length: number;
}

// A buffer may leave only if all of it is this picture's: else another picture, or a memory, would lose its bytes.
// It is detached at once, not when the message leaves: the frame is closed before, and its memory may be used again.
function movable({ luma, chroma, alpha }: AnyPlanes, timestamp: number): AnyPlanes {
  const place = (plane: AnyPlane): Place => {
    const { buffer, byteOffset, byteLength } = plane.data;
    return { plane, buffer, from: byteOffset, length: byteLength };
  };
  const places = [luma, ...chroma, ...(alpha ? [alpha] : [])].map(place);
  if (places.some(({ plane, length }) => length === 0 && plane.width * plane.height > 0))
    throw emptyFrame(timestamp);
  const detached = new Map<ArrayBufferLike, ArrayBuffer>();
  for (const { buffer } of places) {
    const inIt = places.filter((each) => each.buffer === buffer);
    const distinct = new Map(inIt.map(({ from, length }) => [from, length]));
    const bytes = [...distinct.values()].reduce((sum, length) => sum + length, 0);
    if (!(buffer instanceof ArrayBuffer) || detached.has(buffer)) continue;
    if (bytes === buffer.byteLength) detached.set(buffer, structuredClone(buffer, { transfer: [buffer] }));
  }
  const [y, u, v, a] = places.map(({ plane, buffer, from, length }): AnyPlane => {
    const own = detached.get(buffer);
    const { width, height, stride, data } = plane;
    if (!isDeepPlane(plane))
      return { width, height, stride, data: own ? new Uint8Array(own, from, length) : new Uint8Array(data) };
    const words = own ? new Uint16Array(own, from, length / 2) : new Uint16Array(data);
    return { width, height, stride, bits: plane.bits, data: words };
  });
  return { luma: y!, chroma: [u!, v!], ...(a ? { alpha: a } : {}) } as AnyPlanes;
}

function emptyFrame(timestamp: number): TatamiError<"invalid-option"> {
  return new TatamiError({
    code: "invalid-option",
    message: `The frame at ${timestamp} s lacks pixels: they have left for a worker with another frame.`,
    fix: "Give every frame planes of its own; what is given to a worker cannot be used again.",
    detail: { timestamp },
  });
}
