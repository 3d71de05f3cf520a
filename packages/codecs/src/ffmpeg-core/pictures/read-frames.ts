/** Every frame of an input, in the order shown; places that cannot be decoded are told, or end it. */

import type { ColorSpace, Frame, MediaDescription, Plane, Planes, ReadOptions } from "@tatami/core";
import { createFrame, throwIfAborted } from "@tatami/core";
import { damagedInput, describeCut, sizeChange } from "../../driver/explain-error.ts";
import type { SourceBytes } from "../../driver/find-cut.ts";
import { findCut } from "../../driver/find-cut.ts";
import { resolveRead } from "../../driver/resolve-read.ts";
import type { Jumps } from "../input/jumps.ts";
import { createPictureTimes } from "./picture-times.ts";
import type { PictureLayout } from "./pixel-formats.ts";
import type { PictureSource } from "./read-pictures.ts";
import { readPictures } from "./read-pictures.ts";
import { createDamageTeller } from "./tell-damage.ts";
import type { RunPicture } from "./run-pictures.ts";
import { colorAfterSdr, needsSdr, planesToSdr } from "../../picture/to-sdr.ts";

/** What frames are read from. */
export interface FrameSource extends Omit<PictureSource, "jumps"> {
  /** The jumps of its clock, listed when first asked. */
  readonly jumps: (signal: AbortSignal | undefined) => Promise<Jumps>;
  readonly bytes: SourceBytes;
  readonly description: MediaDescription;
  readonly layout: PictureLayout;
}

/** A picture whose place in time is settled. */
interface Timed {
  readonly picture: RunPicture;
  readonly timestamp: number;
}

/** See {@link MediaReader.frames}. A frame is handed out once the next is there, which tells how long it is shown. */
export async function* readFrames(
  source: FrameSource,
  options: ReadOptions,
): AsyncGenerator<Frame, void, undefined> {
  const { start, end, signal } = resolveRead(options);
  throwIfAborted(signal);
  const { description, layout } = source;
  const { usual } = source;
  const { color } = description.video;
  const { seams } = await source.jumps(signal);
  const { startTime } = description;
  // where the clock jumps, a time does not say which picture is meant
  const seeks = Number.isFinite(start) && seams.length === 0;
  const pictures = abortableRead(
    { ...source, jumps: seams.length > 0 },
    seeks ? start + startTime : undefined,
    signal,
  );
  const timeOf = createPictureTimes({ startTime, usual, seams }, options.onChanged);
  let last: Timed | undefined;
  let framesRead = 0;
  const damage = createDamageTeller(options.onDamaged, usual, () => framesRead);
  const frameOf = ({ picture, timestamp }: Timed, duration: number): Frame => {
    framesRead++;
    return makeFrame(picture.data, layout, color, { timestamp, duration });
  };
  try {
    for (;;) {
      const next = await pictures.next();
      throwIfAborted(signal);
      if (next.done === true) {
        const whole = options.start === undefined && options.end === undefined;
        const cut = options.end === undefined ? await findCut(source.bytes) : undefined;
        damage.end(
          next.value,
          whole ? missingAtEnd(description, last?.timestamp ?? 0, usual) : 0,
          cut && describeCut(cut.size, cut.declared),
        );
        if (!last && whole) throw damagedInput("no picture in it can be decoded", 0, 0);
        break;
      }
      const picture = next.value;
      const timestamp = timeOf(picture.seconds);
      if (timestamp < start) continue;
      if (timestamp >= end) break;
      damage.picture(timestamp, !last && isBroadcast(description) ? [] : picture.complaints);
      checkSize(picture, timestamp, layout);
      const shown = last;
      last = { picture, timestamp };
      if (shown) yield frameOf(shown, timestamp - shown.timestamp);
      throwIfAborted(signal);
    }
    if (last) yield frameOf(last, usual);
  } finally {
    await pictures.return([]);
  }
}

/** Whether recordings begin anywhere: decoders complain until they meet the first key frame, and nothing is damaged. */
function isBroadcast({ container }: MediaDescription): boolean {
  return container === "MPEG-TS" || container === "MPEG-PS";
}

/** Pictures that an AVI's header counts beyond the last one read: a second of them, or none. */
function missingAtEnd({ container, video }: MediaDescription, last: number, usual: number): number {
  if (container !== "AVI" || video.frameCount === null || video.frameRate === null) return 0;
  const missing = video.frameCount - Math.round(last / usual) - 1;
  return missing > video.frameRate ? missing : 0;
}

/** Reads the pictures; an abort takes the worker down, which wakes whatever waits for it. */
async function* abortableRead(
  source: PictureSource,
  start: number | undefined,
  signal: AbortSignal | undefined,
): ReturnType<typeof readPictures> {
  const { threads } = source;
  const taken = await threads.take();
  const stop = (): void => void taken[Symbol.asyncDispose]();
  signal?.addEventListener("abort", stop, { once: true });
  try {
    throwIfAborted(signal);
    return yield* readPictures(taken, source, start);
  } catch (error) {
    throw signal?.aborted ? signal.reason : error;
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

function checkSize({ width, height }: RunPicture, seconds: number, size: PictureLayout): void {
  if (width === size.width && height === size.height) return;
  throw sizeChange(size, { width, height }, seconds);
}

/** Makes the frame; 8-bit planes lie in `data` itself, which is the frame's from here on. */
function makeFrame(
  data: Uint8Array,
  layout: PictureLayout,
  color: ColorSpace,
  times: { readonly timestamp: number; readonly duration: number },
): Frame {
  const { format, sampleBytes } = layout;
  let at = 0;
  const planes = layout.planes.map(({ width, height }): Plane => {
    const stride = width * sampleBytes;
    const plane = { width, height, stride, data: data.subarray(at, at + stride * height) };
    at += stride * height;
    return plane;
  });
  if (needsSdr(format, color))
    return createFrame(
      planesToSdr({ format, planes }, layout, color),
      { ...times, color: colorAfterSdr(color) },
      "decode",
    );
  return createFrame(toPlanes(planes), { ...times, color }, "decode");
}

function toPlanes([luma, blue, red, alpha]: readonly Plane[]): Planes {
  if (!luma || !blue || !red) throw new RangeError("A picture has three planes at least.");
  return { luma, chroma: [blue, red], ...(alpha ? { alpha } : {}) };
}
