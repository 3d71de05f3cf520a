/** One picture on its way through, and who owns it. */

import type { ColorSpace } from "./color.ts";
import { unstatedColor } from "./color.ts";
import type { AnyPlanes, DeepPlanes, Plane, Planes } from "./planes.ts";
import { areDeepPlanes, roundPlanes } from "./planes.ts";
import { TatamiError } from "../errors/errors.ts";
import { frameLedger } from "./frame-ledger.ts";
import { invalidOption } from "../options.ts";
import type { Size } from "../size.ts";

/** What is known of a frame beside its pixels. */
export interface FrameInit {
  /** Seconds from the start of the file, exactly as the container gave it. */
  readonly timestamp: number;
  /** Seconds; 0 when not known. @defaultValue 0 */
  readonly duration?: number;
  /** @defaultValue nothing stated */
  readonly color?: ColorSpace;
  /** @defaultValue not known */
  readonly isKey?: boolean | undefined;
}

/**
 * A decoded picture. Every frame has one owner: whoever takes it closes it, or hands it on.
 * Its pixels may still be on a decoder or a GPU until {@link Frame.planes} asks for them.
 */
export interface Frame {
  /** Luma size in pixels, before any pixel aspect ratio or rotation. */
  readonly size: Size;
  /** Seconds from the start of the file, exactly as the container gave it. */
  readonly timestamp: number;
  /** Seconds; 0 when not known. */
  readonly duration: number;
  readonly color: ColorSpace;
  /** Whether a codec coded it by itself, without looking at other pictures; absent where that is not known. */
  readonly isKey?: boolean | undefined;
  /** The pixels, valid until the frame is closed; rounded to 8 bits where they have more. */
  planes(): Promise<Planes>;
  /** The pixels in all their bits, valid until the frame is closed; absent where a sample has no more than 8. */
  deepPlanes?(): Promise<DeepPlanes>;
  /** Frees the pixels. Closing twice is harmless. */
  close(): void;
}

/**
 * A frame that holds its planes in memory, counted in the frame ledger until closed.
 *
 * @param stage who made it, for the ledger's report of leaks.
 * @throws TatamiError `invalid-option`
 */
export function createFrame(planes: AnyPlanes, init: FrameInit, stage = "createFrame"): Frame {
  checkPlanes(planes);
  if (typeof init?.timestamp !== "number")
    throw invalidOption("init.timestamp", "a number of seconds", init?.timestamp);
  const { luma } = planes;
  let held: AnyPlanes | undefined = planes;
  const given = <P extends AnyPlanes>(make: (planes: AnyPlanes) => P): Promise<P> =>
    held ? Promise.resolve(make(held)) : Promise.reject(closedFrameError(init.timestamp));
  const frame: Frame = {
    size: { width: luma.width, height: luma.height },
    timestamp: init.timestamp,
    duration: init.duration ?? 0,
    color: init.color ?? unstatedColor,
    ...(init.isKey !== undefined && { isKey: init.isKey }),
    planes: () => given((all) => (areDeepPlanes(all) ? roundPlanes(all) : all)),
    ...(areDeepPlanes(planes) && { deepPlanes: () => given(() => planes) }),
    close: () => {
      if (!held) return;
      held = undefined;
      frameLedger.closed(frame);
    },
  };
  frameLedger.opened(frame, stage);
  return frame;
}

function checkPlanes(planes: unknown): void {
  const { luma, chroma } = (planes ?? {}) as { readonly luma?: Partial<Plane>; readonly chroma?: unknown };
  if (luma?.data !== undefined && Array.isArray(chroma) && chroma.length === 2) return;
  const rule = "{ luma, chroma: [plane, plane] }";
  throw invalidOption("planes", rule, planes, "createPlane({ width, height }) makes a plane.");
}

/**
 * The same picture with other facts: closing either closes both. It is not counted twice, and whoever waits for the end of
 * one is told of the other's.
 */
export function restateFrame(
  frame: Frame,
  facts: Partial<Pick<Frame, "timestamp" | "duration" | "color">>,
): Frame {
  const { size, timestamp, duration, color, isKey } = frame;
  const restated: Frame = {
    size,
    timestamp,
    duration,
    color,
    ...(isKey !== undefined && { isKey }),
    ...facts,
    planes: () => frame.planes(),
    ...(frame.deepPlanes && { deepPlanes: () => frame.deepPlanes!() }),
    close: () => frame.close(),
  };
  frameLedger.alias(restated, frame);
  return restated;
}

/** The pixels of a frame in all their bits. */
export function planesOf(frame: Pick<Frame, "planes" | "deepPlanes">): Promise<AnyPlanes> {
  return frame.deepPlanes?.() ?? frame.planes();
}

/** The error for using a frame after it was closed. */
export function closedFrameError(timestamp: number): TatamiError<"internal"> {
  return new TatamiError({
    code: "internal",
    message: `The frame at ${timestamp} s was used after it was closed.`,
    fix: "Close a frame only once nothing needs its pixels; a frame passed to Tatami belongs to Tatami.",
    detail: { timestamp },
  });
}
