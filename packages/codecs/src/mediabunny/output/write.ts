/** Writes frames to a file: encode, copy the audio abreast, and finish or leave nothing behind. */

import { checkSize, nothingWritten, toTick } from "../../driver/check-writing.ts";
import type {
  ColorSpace,
  Encoding,
  LeftOut,
  MediaOutput,
  MediaReader,
  MediaWriter,
  TrackDescription,
  WriterInit,
  Written,
} from "@tatami/core";
import { throwIfAborted } from "@tatami/core";
import { Output } from "mediabunny";
import type { AudioCopier } from "./sound/copy-sound.ts";
import { createSink, isFailedPlace } from "./file/sink.ts";
import { createVideoTrack } from "./video/encode-video.ts";
import { explainWriteError } from "../../driver/explain-error.ts";
import { finishHeader } from "../header/finish-header.ts";
import { createOutputLife } from "../../driver/output-life.ts";
import { findOpenedMedia } from "../input/opened-media.ts";
import type { PlannedSound } from "./sound/plan-sound.ts";
import { planWrite } from "./plan-write.ts";
import type { WritePlan } from "./plan-write.ts";
import { resolveRead } from "../../driver/resolve-read.ts";

/** What gives an output its pictures. */
export interface VideoPart {
  /** What the first frame stated, once there was one. */
  color(): ColorSpace | undefined;
}

/** An output being written, wherever its pictures come from. */
export interface Writing<V extends VideoPart> {
  readonly encoding: Encoding;
  readonly video: V;
  /** Seconds of the input at which the output begins. */
  readonly shift: number;
  /** Does a piece of work; an error or an abort cancels the output before it is thrown, unless the work finished it. */
  guarded<T>(work: () => Promise<T>): Promise<T>;
  /** Copies what sounds up to `seconds` of the input. */
  copySound(seconds: number): Promise<void>;
  /** Keeps what was written. Call within {@link Writing.guarded}. */
  finish(frames: number): Promise<Written>;
  cancel(): Promise<void>;
}

/** What a plan's output is begun with. */
export interface VideoInit {
  readonly output: Output;
  readonly plan: WritePlan;
  readonly videoIndex: number;
}

/** Seconds of the input at which an output begins. */
export function shiftOf({ reader, read }: Pick<WriterInit, "reader" | "read">): number {
  const { start } = resolveRead(read ?? {});
  return Number.isFinite(start) ? toTick(start, reader.description.video.ticksPerSecond) : 0;
}

/** Which track of the input is upscaled. */
export function videoIndexOf(reader: MediaReader): number {
  const { tracks } = reader.description;
  return findOpenedMedia(reader)?.video.description.index ?? tracks.findIndex(({ kind }) => kind === "video");
}

/** Begins an output. @param addVideo adds its track of pictures */
export async function beginWriting<V extends VideoPart>(
  init: WriterInit,
  addVideo: (video: VideoInit) => V,
): Promise<Writing<V>> {
  const range = resolveRead(init.read ?? {});
  const { signal } = range;
  throwIfAborted(signal);
  const plan = await planWrite(init);
  const videoIndex = videoIndexOf(init.reader);
  const where = describeOutput(init.output);
  const shift = shiftOf(init);
  const sink = await createSink(init.output).catch((error: unknown) => {
    throw explainWriteError(error, where, true);
  });
  const output = new Output({ format: plan.format, target: sink.target });
  const video = addVideo({ output, plan, videoIndex });
  const audio: AudioCopier[] = [];
  let keeping: Promise<Pick<Written, "size" | "blob">> | undefined;
  const { guarded, cancel, finished } = createOutputLife(signal, {
    // what came to be whole meanwhile is kept
    settle: async () => keeping,
    release: async () => {
      await Promise.allSettled([...audio.map((copier) => copier.close()), output.cancel()]);
    },
    discard: () => sink.discard(),
    explain: (error) => explainWriteError(error, where, isFailedPlace(error)),
  });
  const { sound, leftOut } = await guarded(async () => {
    const { container } = plan.encoding;
    const { createdAt, tracks } = plan.carried;
    const audioRange = {
      start: range.start,
      end: range.end,
      shift,
      onDamaged: init.read?.onDamaged,
      onChanged: init.read?.onChanged,
      // Matroska has no times before 0: all others would be moved
      ...(/^(mkv|webm)$/.test(container) ? { least: 0 } : {}),
    };
    const opened = await plan.audio.open(range);
    for (const planned of opened.sound) audio.push(await planned.add(output, audioRange));
    const indexes = [videoIndex, ...opened.sound.map(({ description }) => description.index)];
    const tracksCreatedAt = indexes.map((index) => tracks.get(index)?.createdAt);
    plan.header.onWritten = (header, position) => {
      const color = video.color() ?? init.reader.description.video.color;
      return sink.patch(finishHeader(header, position, { container, color, createdAt, tracksCreatedAt }));
    };
    output.setMetadataTags(plan.tags);
    await output.start();
    return opened;
  });
  return {
    encoding: withWhatIs(plan.encoding, sound, leftOut),
    video,
    shift,
    guarded,
    cancel,
    copySound: async (seconds) => {
      for (const copier of audio) await copier.copyUntil(seconds);
    },
    finish: async (frames) => {
      if (frames === 0) throw nothingWritten();
      for (const copier of audio) await copier.copyUntil(Infinity);
      const mimeType = plan.format.mimeType;
      await output.finalize();
      throwIfAborted(signal);
      keeping = sink.commit(mimeType);
      const written = await keeping;
      finished();
      return { frames, ...written };
    },
  };
}

/** See {@link CodecDriver.write}. */
export async function createWriter(init: WriterInit): Promise<MediaWriter> {
  const { encoding, video, shift, guarded, cancel, copySound, finish } = await beginWriting(
    init,
    ({ output, plan, videoIndex }) => createVideoTrack(output, init, plan, videoIndex),
  );
  let frames = 0;
  return {
    encoding,
    write: async (frame) => {
      try {
        await guarded(async () => {
          checkSize(frame, init);
          const { timestamp } = frame;
          await video.add(frame, timestamp - shift);
          frames++;
          await copySound(timestamp);
        });
      } finally {
        frame.close();
      }
    },
    finish: () => guarded(() => finish(frames)),
    cancel,
    [Symbol.asyncDispose]: cancel,
  };
}

/** What was planned, less the tracks that turned out to be unreadable, and with those that could not be copied. */
function withWhatIs(
  encoding: Encoding,
  sound: readonly PlannedSound[],
  unread: readonly LeftOut[],
): Encoding {
  const { copied, transcoded = [], leftOut } = encoding;
  const isRead = (track: TrackDescription): boolean => !unread.some((left) => left.track === track);
  const encodedAs = (track: TrackDescription): string | undefined => {
    const codec = sound.find(({ description }) => description.index === track.index)?.codec;
    return codec === track.codec ? undefined : codec;
  };
  const anew = copied.flatMap((track) => {
    const codec = encodedAs(track);
    return codec === undefined ? [] : [{ track, codec }];
  });
  return {
    ...encoding,
    copied: copied.filter((track) => isRead(track) && encodedAs(track) === undefined),
    transcoded: [...transcoded.filter(({ track }) => isRead(track)), ...anew],
    leftOut: [...leftOut, ...unread],
  };
}

/** What an output is, for messages. */
function describeOutput(output: MediaOutput | undefined): string {
  if (output === undefined) return "a Blob";
  if (typeof output === "string") return JSON.stringify(output);
  return "write" in output || "getWriter" in output ? "a stream" : "a file handle";
}
