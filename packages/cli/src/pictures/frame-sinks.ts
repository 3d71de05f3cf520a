/** What takes frames where no video is written: numbered pictures, animations, raw video. */

import { rm } from "node:fs/promises";
import type { Changed, Frame, LeftOut, MediaDescription, MediaOutput, PixelFormat, Size } from "@tatami/core";
import type { FrameSink } from "@tatami/upscale";
import { loadSharp } from "./load-sharp.ts";
import { numberedName } from "./output-form.ts";
import type { OutputForm, RawName } from "./output-form.ts";
import { formatOf, save, withFormat } from "./still.ts";
import { toRgb } from "./to-rgb.ts";

/** What is opened. */
export interface SinkInit {
  readonly form: Exclude<OutputForm, "video" | "picture">;
  /** A path, a pattern of numbered pictures, or for raw video a stream. */
  readonly output: MediaOutput;
  /** 1 to 100. */
  readonly quality?: number | undefined;
}

/** What was opened; raw video says at its end how samples lie. */
export interface OpenedSink extends FrameSink {
  finish(): Promise<Awaited<ReturnType<FrameSink["finish"]>> & { readonly pixelFormat?: PixelFormat }>;
}

/** Opens it. @throws TatamiError `output-failed`, `unsupported-codec` */
export function openFrameSink(init: SinkInit, media: MediaDescription, size: Size): Promise<OpenedSink> {
  switch (init.form) {
    case "y4m":
    case "rawvideo":
      return openRaw(init.form, init.output, media, size);
    case "numbered":
      return openNumbered(init.output as string, init.quality);
    default:
      return openAnimation(init.output as string, { ...size, format: init.form, quality: init.quality });
  }
}

/** What of a source is not in frames alone. */
export function lostInFrames(
  form: SinkInit["form"],
  { tracks, video }: MediaDescription,
): { readonly leftOut: readonly LeftOut[]; readonly changed: readonly Changed[] } {
  const names = { numbered: "A row of pictures", y4m: "y4m", rawvideo: "Raw video" } as const;
  const what = form in names ? names[form as keyof typeof names] : `An animated ${form}`;
  const leftOut = tracks
    .filter(({ kind }) => kind !== "video")
    .map((track): LeftOut => {
      const message = `${what} has no place for track ${track.index} (${track.kind}).`;
      return { track, reason: "container-cannot-hold", message };
    });
  const turned = `Players turn the source by ${video.rotation}°, which ${what} cannot say.`;
  return { leftOut, changed: video.rotation === 0 ? [] : [{ kind: "shape", message: turned }] };
}

async function openRaw(
  form: RawName,
  output: MediaOutput,
  media: MediaDescription,
  size: Size,
): Promise<OpenedSink> {
  const { createRawVideo, createY4m } = await import("@tatami/codecs/node");
  return form === "y4m" ? createY4m(output, media, size) : createRawVideo(output, media, size);
}

async function openAnimation(
  path: string,
  options: Size & { readonly format: "gif" | "webp"; readonly quality?: number | undefined },
): Promise<FrameSink> {
  const { createAnimation } = await import("@tatami/codecs/node");
  const { quality, ...rest } = options;
  const animation = await createAnimation(path, { ...rest, ...(quality !== undefined && { quality }) });
  return {
    write: async (frame) => {
      try {
        await animation.write(await toRgba(frame, "bgr"), frame.timestamp, frame.duration);
      } finally {
        frame.close();
      }
    },
    finish: async () => ({ size: await animation.finish() }),
    cancel: () => animation.cancel(),
  };
}

async function openNumbered(pattern: string, quality: number | undefined): Promise<FrameSink> {
  const sharp = await loadSharp();
  let [count, size] = [0, 0];
  return {
    write: async (frame) => {
      try {
        const { width, height } = frame.size;
        const hasAlpha = (await frame.planes()).alpha !== undefined;
        const image = sharp(await toRgba(frame, "rgb"), { raw: { width, height, channels: 4 } });
        const bytes = await withFormat(
          hasAlpha ? image : image.removeAlpha(),
          formatOf(pattern),
          quality,
        ).toBuffer();
        await save(numberedName(pattern, count + 1), undefined, bytes);
        count++;
        size += bytes.length;
      } finally {
        frame.close();
      }
    },
    finish: async () => ({ size }),
    cancel: async () => {
      const written = Array.from({ length: count }, (_, index) => numberedName(pattern, index + 1));
      await Promise.all(written.map((path) => rm(path, { force: true })));
    },
  };
}

/** A frame's pixels, four bytes each; of one that cannot be seen through alpha is 255. */
async function toRgba(frame: Frame, order: "rgb" | "bgr"): Promise<Uint8Array> {
  const planes = await frame.planes();
  const { width, height, data } = toRgb(planes, frame.color);
  const { alpha } = planes;
  const pixels = new Uint8Array(4 * width * height);
  const [red, blue] = order === "rgb" ? [0, 2] : [2, 0];
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      pixels[4 * i + red!] = data[3 * i]!;
      pixels[4 * i + 1] = data[3 * i + 1]!;
      pixels[4 * i + blue!] = data[3 * i + 2]!;
      pixels[4 * i + 3] = alpha ? alpha.data[y * alpha.stride + x]! : 255;
    }
  return pixels;
}
