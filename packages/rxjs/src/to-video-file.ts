/** Frames written to a file. */

import type {
  Changed,
  CodecDriver,
  Damage,
  EncodeOptions,
  Encoding,
  Frame,
  MediaInput,
  MediaOutput,
  MediaReader,
  MediaWriter,
  OptionRules,
  OverflowOptions,
  Picture,
  Written,
} from "@tatami/core";
import {
  checkByRules,
  isVideoFrame,
  overflowRules,
  resolveOverflow,
  TatamiError,
  uncheckedRule,
} from "@tatami/core";
import { defaultDrivers, encodingRules, fromVideoFrame, openMedia, upscaleRules } from "@tatami/upscale";
import type { OperatorFunction } from "rxjs";
import { inOrder } from "./in-order.ts";
import { picturesOnly } from "./pictures-only.ts";

/** Options of {@link toVideoFile}. */
export interface ToVideoFileOptions extends EncodeOptions, OverflowOptions {
  /**
   * The file the frames come from: its other tracks are copied, its rotation, pixel shape and clock carried over.
   * @defaultValue none: pictures only, square, at a clock of microseconds
   */
  readonly like?: MediaInput;
  /** The cut the frames were read with, in seconds, for the tracks that are copied. @defaultValue the first frame */
  readonly start?: number;
  /** @defaultValue the end of the file */
  readonly end?: number;
  /**
   * Told of every place of `like`'s other tracks that cannot be read, which is then left out.
   * @defaultValue the first such place ends the file with `damaged-input`
   */
  readonly onDamaged?: (damage: Damage) => void;
  /** Told of what is copied otherwise than it was, as far as that shows while it is read. @defaultValue nobody */
  readonly onChanged?: (changed: Changed) => void;
  /** Drivers tried in order. @defaultValue the environment's own: mediabunny */
  readonly codecs?: readonly CodecDriver[];
}

/** What {@link toVideoFile} emits: what was written, and how. */
export interface VideoFileReport extends Written {
  readonly encoding: Encoding;
}

const rules: OptionRules<ToVideoFileOptions> = {
  ...encodingRules,
  ...overflowRules,
  // looked at by the driver that opens it
  like: uncheckedRule,
  start: upscaleRules.start,
  end: upscaleRules.end,
  onDamaged: { kind: "function" },
  onChanged: { kind: "function" },
  codecs: upscaleRules.codecs,
};

/**
 * Writes every frame to one file and emits a single report when the file is whole.
 *
 * It takes its source's frames and closes them. The file is begun with the first one, whose size all must have. On an
 * error, of the source too, and when it is unsubscribed from, no partial file is left behind.
 *
 * ```text
 * source    --a--b--c--|
 *             toVideoFile("out.mp4")
 * result    --------------(r|)
 * ```
 *
 * @example
 * ```ts
 * fromVideoFile("in.mp4")
 *   .pipe(upscaleFrames({ model }), toVideoFile("out.mp4", { like: "in.mp4" }))
 *   .subscribe(({ frames, size }) => console.log(`${frames} frames, ${size} bytes`));
 * ```
 *
 * @param output a path (Node), a file handle or a stream of bytes; `undefined` puts a Blob into the report.
 * @returns an operator that ends with `queue-overflow`, with `damaged-input` when there was no frame, or with what the
 * driver throws, for instance `unsupported-codec` or `output-failed`.
 * @throws TatamiError `invalid-option`
 */
export function toVideoFile<P extends Picture>(
  output?: MediaOutput,
  options: ToVideoFileOptions = {},
): OperatorFunction<P, VideoFileReport> {
  checkByRules("options", options, rules);
  return inOrder<P, VideoFileReport>({
    name: "toVideoFile",
    overflow: resolveOverflow(options),
    discard: () => undefined,
    open: async () => {
      let opened: OpenedFile | undefined;
      return {
        take: async (picture: Picture, signal) => {
          const frame = isVideoFrame(picture) ? await fromVideoFrame(picture) : picture;
          try {
            opened ??= await begin(output, options, frame, signal);
            await opened.writer.write(frame);
          } finally {
            frame.close();
          }
          return undefined;
        },
        finish: async () => {
          if (!opened) throw nothingWritten();
          return { ...(await opened.writer.finish()), encoding: opened.writer.encoding };
        },
        close: async () => {
          await opened?.writer[Symbol.asyncDispose]();
          await opened?.reader[Symbol.asyncDispose]();
        },
      };
    },
  });
}

interface OpenedFile {
  readonly reader: MediaReader;
  readonly writer: MediaWriter;
}

async function begin(
  output: MediaOutput | undefined,
  options: ToVideoFileOptions,
  frame: Frame,
  signal: AbortSignal,
): Promise<OpenedFile> {
  const { like, start, end, onDamaged, onChanged, codecs } = options;
  const { driver, reader } =
    like === undefined
      ? { driver: codecs?.[0] ?? (await defaultDrivers())[0]!, reader: await picturesOnly(frame) }
      : await openMedia(like, codecs, { toSdr: true, signal });
  const read = {
    ...(start === undefined ? {} : { start }),
    ...(end === undefined ? {} : { end }),
    ...(onDamaged ? { onDamaged } : {}),
    ...(onChanged ? { onChanged } : {}),
    signal,
  };
  try {
    const encode = encodingOf(options);
    return { reader, writer: await driver.write({ reader, output, size: frame.size, encode, read }) };
  } catch (error) {
    await reader[Symbol.asyncDispose]();
    throw error;
  }
}

function encodingOf(options: ToVideoFileOptions): EncodeOptions {
  const asked = Object.entries(options).filter(
    ([name, value]) => name in encodingRules && value !== undefined,
  );
  return Object.fromEntries(asked);
}

function nothingWritten(): TatamiError<"damaged-input"> {
  return new TatamiError({
    code: "damaged-input",
    message: "toVideoFile: the source completed without a frame, and there is no file without one.",
    fix: "Check that the source, and the cut it was read with, has frames.",
  });
}
