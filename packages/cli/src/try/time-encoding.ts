/** How long encoding a frame takes, and what rate the encoder keeps to. */

import { join } from "node:path";
import { restateFrame, scaleSize, throwIfAborted } from "@tatami/core";
import type { OpenedVideo } from "../pictures/open-video.ts";
import type { ReadMoment } from "./moments.ts";
import type { TryOptions } from "./options.ts";

/** What encoding costs. */
export interface EncodingCost {
  /** A frame. */
  readonly milliseconds: number;
  /** Bits a second. */
  readonly bitrate: number;
}

/** Encodes all frames of all moments, enlarged by the filter, one after another. */
export async function timeEncoding(
  video: OpenedVideo,
  { networks, folder }: TryOptions,
  { read, signal }: { readonly read: readonly ReadMoment[]; readonly signal: AbortSignal },
): Promise<EncodingCost> {
  const { createUpscaler } = await import("@tatami/upscale");
  await using upscaler = await createUpscaler({ model: networks[0]!.model, strength: 0, signal });
  const { reader, driver } = video;
  const { frameRate, ...source } = reader.description.video;
  // what else the file has at that time is copied too
  const start = reader.description.duration / 2;
  await using writer = await driver.write({
    reader,
    output: join(folder, "measured.mp4"),
    size: scaleSize(source, upscaler.scale),
    encode: { container: "mp4", audio: "drop" },
    read: { start, end: start + 1, signal },
  });
  let [count, passed] = [0, 0];
  const timed = async (work: Promise<unknown>): Promise<void> => {
    const begun = performance.now();
    await work;
    passed += performance.now() - begun;
  };
  for (const moment of read) {
    const frames = await moment.frames();
    try {
      for (const frame of frames) {
        throwIfAborted(signal);
        const large = await upscaler.frame(frame);
        await timed(writer.write(restateFrame(large, { timestamp: start + count / (frameRate ?? 25) })));
        count++;
      }
    } finally {
      for (const frame of frames) frame.close();
    }
  }
  await timed(writer.finish());
  return { milliseconds: passed / count, bitrate: writer.encoding.bitrate };
}
