/**
 * Raw video, 8 or 10 bits, 4:2:0: with headers, which every tool reads from a pipe (YUV4MPEG2; source: yuv4mpeg(5) of mjpegtools, FFmpeg
 * for 10 bits), or pictures alone.
 */

import type { Changed, Frame, MediaDescription, MediaOutput, PixelFormat, Size } from "@tatami/core";
import { isHighDynamicRange, outputFailed, planesOf, TatamiError } from "@tatami/core";
import { open } from "node:fs/promises";
import { nothingWritten } from "../../driver/check-writing.ts";
import { packI420 } from "../../picture/to-i420.ts";
import { writePicture } from "../../picture/write-picture.ts";
import { createPartialFile } from "../output/file/partial-file.ts";

/** Pictures a second where nobody says. */
const usualRate = 25;

/** Raw video being written. Finish it or cancel it. */
export interface RawVideoWriter {
  /** Takes the frame and closes it. */
  write(frame: Frame): Promise<void>;
  /** @returns bytes written, how samples lie in them, and what the form cannot say. */
  finish(): Promise<{
    readonly size: number;
    readonly pixelFormat: PixelFormat;
    readonly changed: readonly Changed[];
  }>;
  cancel(): Promise<void>;
}

/**
 * Begins raw video with headers. It has one rate and no times: pictures follow one another, and uneven times are told. Frames of more
 * than 8 bits are written with ten, as the first one is all others are.
 *
 * @param media the source's, for rate and shape of pixels
 * @throws TatamiError `output-failed`.
 */
export function createY4m(output: MediaOutput, media: MediaDescription, size: Size): Promise<RawVideoWriter> {
  return createWriter(output, media, size, true);
}

/** Begins raw video without headers, else as {@link createY4m}: planes of luma and of chroma, picture after picture. */
export function createRawVideo(
  output: MediaOutput,
  media: MediaDescription,
  size: Size,
): Promise<RawVideoWriter> {
  return createWriter(output, media, size, false);
}

async function createWriter(
  output: MediaOutput,
  media: MediaDescription,
  size: Size,
  hasHeaders: boolean,
): Promise<RawVideoWriter> {
  const place = await openPlace(output);
  const rate = media.video.frameRate ?? usualRate;
  let [written, isUneven, isOver] = [0, false, false];
  let first: number | undefined;
  let [frames, isDeep, isBright, isFull] = [0, false, false, false];
  const put = async (bytes: Uint8Array): Promise<void> => {
    await place.write(bytes).catch((error: unknown) => {
      throw outputFailed(place.name, error);
    });
    written += bytes.length;
  };
  const cancel = async (): Promise<void> => {
    if (!isOver) await place.discard();
    isOver = true;
  };
  return {
    write: async (frame) => {
      try {
        if (first === undefined) {
          isDeep = frame.deepPlanes !== undefined;
          isBright = isHighDynamicRange(frame.color);
          isFull = frame.color.fullRange === true;
          if (hasHeaders) await put(Buffer.from(headerOf(media, size, rate, frame)));
        }
        first ??= frame.timestamp;
        // half a picture's time is more than any rounding
        isUneven ||= Math.abs(frame.timestamp - first - frames / rate) > 0.5 / rate;
        frames++;
        const data = isDeep ? await packTenBits(frame) : packI420(await frame.planes(), false).data;
        if (hasHeaders) await put(Buffer.from("FRAME\n"));
        await put(data);
      } finally {
        frame.close();
      }
    },
    finish: async () => {
      if (frames === 0) throw nothingWritten();
      isOver = true;
      await place.commit().catch((error: unknown) => {
        throw TatamiError.is(error) ? error : outputFailed(place.name, error);
      });
      const asRow = { isUneven, isBright, isFull, rate };
      return {
        size: written,
        pixelFormat: isDeep ? "yuv420p10le" : "yuv420p",
        changed: hasHeaders ? unsaid("y4m", asRow) : unsaidAtAll(media, asRow),
      };
    },
    cancel,
  };
}

/** What was seen of a row of pictures. */
interface Row {
  readonly isUneven: boolean;
  readonly isBright: boolean;
  readonly isFull: boolean;
  readonly rate: number;
}

/** What no raw video can say. */
function unsaid(form: string, { isUneven, isBright, rate }: Row): readonly Changed[] {
  const times = `Pictures are not evenly spaced in the source; ${form} has one rate, ${rate} a second.`;
  const color = `${form} cannot say that its pictures have a high dynamic range: whoever reads it has to be told.`;
  return [
    ...(isUneven ? [{ kind: "times", message: times } as const] : []),
    ...(isBright ? [{ kind: "color", message: color } as const] : []),
  ];
}

/** What no raw video without headers can say. */
function unsaidAtAll({ video }: MediaDescription, row: Row): readonly Changed[] {
  const { numerator, denominator } = video.pixelAspectRatio;
  const form = "Raw video without a header";
  const shape = `${form} cannot say that its pixels are ${numerator}:${denominator}: whoever reads it has to be told.`;
  const color = `${form} cannot say that its samples fill the whole range: whoever reads it has to be told.`;
  return [
    ...unsaid(form, row),
    ...(numerator === denominator ? [] : [{ kind: "shape", message: shape } as const]),
    ...(row.isFull ? [{ kind: "color", message: color } as const] : []),
  ];
}

/** Words of 16 bits, the lower byte first, ten bits of them used. */
async function packTenBits(frame: Frame): Promise<Uint8Array> {
  const { width, height } = frame.size;
  const half = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
  const sizes = [{ width, height }, half, half];
  const data = new Uint8Array(sizes.reduce((sum, each) => sum + 2 * each.width * each.height, 0));
  let at = 0;
  const targets = sizes.map((each) => {
    const target = { data: data.subarray(at), stride: 2 * each.width };
    at += target.stride * each.height;
    return target;
  });
  writePicture(await planesOf(frame), "yuv420p10le", targets, frame.color.fullRange === true);
  return data;
}

function headerOf(
  { video }: MediaDescription,
  { width, height }: Size,
  rate: number,
  { color, deepPlanes }: Frame,
): string {
  const { numerator, denominator } = video.pixelAspectRatio;
  // rates of television are 1000/1001 of a whole one
  const television = Math.round(rate * 1.001);
  const isTelevision = Math.abs(rate * 1.001 - television) < 1e-4 && Math.abs(rate - Math.round(rate)) > 1e-4;
  const fraction = isTelevision ? `${television * 1000}:1001` : `${Math.round(rate * 1000)}:1000`;
  const samples = deepPlanes ? "C420p10 XYSCSS=420P10" : "C420mpeg2";
  const range = color.fullRange === null ? "" : ` XCOLORRANGE=${color.fullRange ? "FULL" : "LIMITED"}`;
  return `YUV4MPEG2 W${width} H${height} F${fraction} Ip A${numerator}:${denominator} ${samples}${range}\n`;
}

interface Place {
  readonly name: string;
  write(bytes: Uint8Array): Promise<unknown>;
  commit(): Promise<unknown>;
  discard(): Promise<unknown>;
}

async function openPlace(output: MediaOutput): Promise<Place> {
  if (typeof output === "string") {
    const partial = await createPartialFile(output, undefined);
    const file = await open(partial.path, "w");
    return {
      name: JSON.stringify(output),
      write: (bytes) => file.writeFile(bytes),
      commit: async () => {
        await file.close();
        await partial.commit();
      },
      discard: async () => {
        await file.close();
        await partial.discard();
      },
    };
  }
  if (!("getWriter" in output)) throw new TypeError("A path or a stream of bytes is wanted");
  const writer = output.getWriter();
  return {
    name: "the stream",
    write: async (bytes) => {
      await writer.ready;
      await writer.write(bytes as Uint8Array<ArrayBuffer>);
    },
    commit: () => writer.close(),
    // not awaited: it waits for the bytes under way, which a place that is stuck never takes
    discard: async () => void writer.abort(new Error("The output was cancelled.")).catch(() => undefined),
  };
}
