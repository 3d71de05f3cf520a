/** Writes what is enlarged to a file as it comes: every frame at the time it was seen, and the sound beside it. */

import { TatamiError } from "@tatami/core";
import {
  getFirstEncodableAudioCodec,
  getFirstEncodableVideoCodec,
  MediaStreamAudioTrackSource,
  Mp4OutputFormat,
  Output,
  Quality,
  StreamTarget,
  VideoSample,
  VideoSampleSource,
} from "mediabunny";
import { createFrameTimes } from "./capture-clock.ts";
import { createFileInParts } from "./file-in-parts.ts";

/** What was recorded. */
export interface Recording {
  readonly blob: Blob;
  readonly width: number;
  readonly height: number;
  readonly seconds: number;
  readonly frames: number;
  /** Frames that the encoder had no time for. */
  readonly lost: number;
  readonly hasSound: boolean;
}

/** A recording under way. */
export interface Recorder {
  /** Takes a larger frame. @param seen when the camera saw it, in seconds of the page's clock */
  take(frame: VideoFrame, seen: number): void;
  /** Seconds so far. */
  seconds(): number;
  /** Ends it. Nothing where no frame has come. @throws what writing threw */
  stop(): Promise<Recording | undefined>;
}

/** Frames that may wait for the encoder: two seconds of most cameras. */
const most = 60;

/**
 * Begins one. A `MediaRecorder` would leave out what it has no time for, and time the rest by when it was shown; here each
 * frame that was enlarged is written, of the best quality there is.
 *
 * @param sound a microphone's track, which stays the caller's
 */
export const startRecorder = (sound: MediaStreamTrack | undefined): Recorder => {
  const asked = now();
  let opening: Promise<OpenedFile> | undefined;
  let writing: Promise<void> = Promise.resolve();
  let [frames, waiting, lost, last, width, height] = [0, 0, 0, 0, 0, 0];

  const write = async (frame: VideoFrame, seen: number): Promise<void> => {
    const { video, timeOf } = await opening!;
    const timestamp = timeOf(seen);
    if (timestamp === undefined) return;
    const sample = new VideoSample(frame, { timestamp, duration });
    try {
      await video.add(sample);
    } finally {
      sample.close();
    }
    frames++;
    last = timestamp;
  };
  return {
    take: (frame, seen) => {
      if (waiting >= most) {
        lost++;
        return frame.close();
      }
      ({ displayWidth: width, displayHeight: height } = frame);
      opening ??= openFile(width, height, sound);
      waiting++;
      writing = writing
        .then(() => write(frame, seen))
        .finally(() => {
          frame.close();
          waiting--;
        });
      // what went wrong is told when the recording is stopped
      writing.catch(() => undefined);
    },
    seconds: () => now() - asked,
    stop: async () => {
      if (!opening) return undefined;
      const { output, blob, hasSound } = await opening;
      try {
        await writing;
        await output.finalize();
      } catch (error) {
        await output.cancel();
        throw error;
      }
      return { blob: blob(), width, height, seconds: last + duration, frames, lost, hasSound };
    },
  };
};

/** Seconds, on the page's clock. */
const now = (): number => performance.now() / 1000;

/** Of a frame, in seconds, where nothing says: the next one's time ends it, but there is none after the last. */
const duration = 1 / 30;

interface OpenedFile {
  readonly output: Output;
  readonly video: VideoSampleSource;
  readonly blob: () => Blob;
  readonly timeOf: ReturnType<typeof createFrameTimes>;
  readonly hasSound: boolean;
}

const openFile = async (
  width: number,
  height: number,
  sound: MediaStreamTrack | undefined,
): Promise<OpenedFile> => {
  const quality = new Quality("very-high");
  const codec = await getFirstEncodableVideoCodec(["avc", "vp9", "av1"], { width, height, quality });
  if (!codec)
    throw new TatamiError({
      code: "unsupported-codec",
      message: `This browser encodes no video of ${width} × ${height}.`,
      fix: "Open the page in a current Chrome, Edge or Safari, or take a smaller camera picture.",
    });
  const file = createFileInParts();
  const output = new Output({
    // its index comes last, so that nothing has to be kept for it
    format: new Mp4OutputFormat({ fastStart: false }),
    target: new StreamTarget(file.writable, { chunked: true, chunkSize: 2 ** 20 }),
  });
  // a size that changes on the way, of a phone that is turned, is fitted into the first one
  const video = new VideoSampleSource({ codec, quality, keyFrameInterval: 2, sizeChangeBehavior: "contain" });
  output.addVideoTrack(video);
  const heard = sound?.readyState === "live" ? await addSound(output, sound) : undefined;
  await output.start();
  return {
    output,
    video,
    // sound is heard from here on
    timeOf: createFrameTimes(now()),
    hasSound: heard !== undefined,
    blob: () => file.blob().slice(0, file.blob().size, "video/mp4"),
  };
};

const addSound = async (output: Output, track: MediaStreamTrack): Promise<object | undefined> => {
  const codec = await getFirstEncodableAudioCodec(["aac", "opus"]);
  if (!codec) return undefined;
  const source = new MediaStreamAudioTrackSource(
    track as MediaStreamAudioTrack,
    { codec, quality: new Quality("high") },
    { timestampBase: "zero" },
  );
  // a microphone that goes leaves the rest of the recording silent
  source.errorPromise.catch(() => undefined);
  output.addAudioTrack(source);
  return source;
};
