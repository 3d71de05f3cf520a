/** Raw video that every tool reads from a pipe: YUV4MPEG2, 8 bits, 4:2:0. Source: yuv4mpeg(5) of mjpegtools. */

import type { Changed, Frame, MediaDescription, MediaOutput, Size } from "@tatami/core";
import { outputFailed, TatamiError } from "@tatami/core";
import { open } from "node:fs/promises";
import { nothingWritten } from "../../driver/check-writing.ts";
import { packI420 } from "../../picture/to-i420.ts";
import { createPartialFile } from "../output/file/partial-file.ts";

/** Pictures a second where nobody says. */
const usualRate = 25;

/** Raw video being written. Finish it or cancel it. */
export interface Y4mWriter {
  /** Takes the frame and closes it. */
  write(frame: Frame): Promise<void>;
  /** @returns bytes written, and what the form cannot say. */
  finish(): Promise<{ readonly size: number; readonly changed: readonly Changed[] }>;
  cancel(): Promise<void>;
}

/**
 * Begins raw video. It has one rate and no times: pictures follow one another, and uneven times are told.
 *
 * @param media the source's, for rate and shape of pixels
 * @throws TatamiError `output-failed`.
 */
export async function createY4m(
  output: MediaOutput,
  media: MediaDescription,
  size: Size,
): Promise<Y4mWriter> {
  const place = await openPlace(output);
  const rate = media.video.frameRate ?? usualRate;
  let [written, isUneven, isOver] = [0, false, false];
  let first: number | undefined;
  let frames = 0;
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
        if (first === undefined) await put(Buffer.from(headerOf(media, size, rate, frame)));
        first ??= frame.timestamp;
        // half a picture's time is more than any rounding
        isUneven ||= Math.abs(frame.timestamp - first - frames / rate) > 0.5 / rate;
        frames += 1;
        const { data } = packI420(await frame.planes(), false);
        await put(Buffer.from("FRAME\n"));
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
      const message = `Pictures are not evenly spaced in the source; y4m has one rate, ${rate} a second.`;
      return { size: written, changed: isUneven ? [{ kind: "times", message }] : [] };
    },
    cancel,
  };
}

function headerOf(
  { video }: MediaDescription,
  { width, height }: Size,
  rate: number,
  { color }: Frame,
): string {
  const { numerator, denominator } = video.pixelAspectRatio;
  // rates of television are 1000/1001 of a whole one
  const television = Math.round(rate * 1.001);
  const isTelevision = Math.abs(rate * 1.001 - television) < 1e-4 && Math.abs(rate - Math.round(rate)) > 1e-4;
  const fraction = isTelevision ? `${television * 1000}:1001` : `${Math.round(rate * 1000)}:1000`;
  const range = color.fullRange === null ? "" : ` XCOLORRANGE=${color.fullRange ? "FULL" : "LIMITED"}`;
  return `YUV4MPEG2 W${width} H${height} F${fraction} Ip A${numerator}:${denominator} C420mpeg2${range}\n`;
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
