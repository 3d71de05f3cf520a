/** Reads the file that was put into the page's input by FFmpeg's core, as `upscale()` would. */

import coreURL from "@ffmpeg/core?url";
import wasmURL from "@ffmpeg/core/wasm?url";
import { ffmpegCoreDriver } from "@tatami/codecs/ffmpeg";
import type {
  CodecDriver,
  Damage,
  Deinterlace,
  MediaDescription,
  Plane,
  SoundOptions,
  SoundPacket,
} from "@tatami/core";
import { frameLedger, TatamiError } from "@tatami/core";

/** How a file is read. */
export interface ReadingOptions {
  /** The address of `@ffmpeg/core-mt`'s core, where that is to be used. */
  readonly threads?: string;
  readonly start?: number;
  readonly end?: number;
  readonly toSdr?: boolean;
  readonly deinterlace?: Deinterlace;
  readonly tolerant?: boolean;
  /** Frames after which reading is left. */
  readonly leaveAfter?: number;
  /** Frames after which an abort comes. */
  readonly abortAfter?: number;
}

/** What was read. */
export interface Reading {
  readonly description: MediaDescription | undefined;
  readonly timestamps: readonly number[];
  readonly durations: readonly number[];
  /** Mean luma of each frame. */
  readonly means: readonly number[];
  /** Mean difference between neighbouring rows of each frame's luma: large where fields do not belong together. */
  readonly combing: readonly number[];
  readonly damaged: readonly Damage[];
  readonly error: string | undefined;
  readonly openFrames: number;
  readonly milliseconds: number;
  readonly isolated: boolean;
}

const driverFor = (threads: string | undefined): CodecDriver =>
  ffmpegCoreDriver({
    coreURL,
    wasmURL,
    ...(threads === undefined ? {} : { multithreaded: { coreURL: threads } }),
  });

const chosenFile = (): File => document.querySelector<HTMLInputElement>("#file")!.files![0]!;

const nameOf = (error: unknown): string =>
  TatamiError.is(error) ? `${error.code}: ${error.message}` : String(error);

/** Reads the whole file, or a part of it. */
async function readFile(options: ReadingOptions = {}): Promise<Reading> {
  const { start, end, toSdr = false, deinterlace = "auto" } = options;
  const timestamps: number[] = [];
  const durations: number[] = [];
  const means: number[] = [];
  const combing: number[] = [];
  const damaged: Damage[] = [];
  const aborting = new AbortController();
  const { signal } = aborting;
  const began = performance.now();
  let description: MediaDescription | undefined;
  let error: string | undefined;
  try {
    const driver = driverFor(options.threads);
    await using reader = await driver.open(chosenFile(), { toSdr, deinterlace, signal });
    ({ description } = reader);
    const frames = reader.frames({
      signal,
      ...(start === undefined ? {} : { start }),
      ...(end === undefined ? {} : { end }),
      ...(options.tolerant ? { onDamaged: (damage) => void damaged.push(damage) } : {}),
    });
    for await (const frame of frames) {
      const { luma } = await frame.planes();
      means.push(meanOf(luma));
      combing.push(rowDifference(luma));
      timestamps.push(frame.timestamp);
      durations.push(frame.duration);
      frame.close();
      if (timestamps.length === options.leaveAfter) break;
      if (timestamps.length === options.abortAfter) aborting.abort("enough");
    }
  } catch (thrown) {
    error = nameOf(thrown);
  }
  const milliseconds = performance.now() - began;
  const isolated = globalThis.crossOriginIsolated;
  const openFrames = frameLedger.open;
  return {
    description,
    timestamps,
    durations,
    means,
    combing,
    damaged,
    error,
    openFrames,
    milliseconds,
    isolated,
  };
}

function meanOf({ data }: Plane): number {
  return data.reduce((sum, value) => sum + value, 0) / data.length;
}

function rowDifference({ data, width }: Plane): number {
  let sum = 0;
  for (let at = width; at < data.length; at++) sum += Math.abs(data[at]! - data[at - width]!);
  return sum / (data.length - width);
}

/** The error of a driver whose core is not where it was said to be. */
async function openWithout(): Promise<readonly [string, string]> {
  const nowhere = ffmpegCoreDriver({ coreURL: new URL("./nowhere/ffmpeg-core.js", location.href) });
  return nowhere.open(chosenFile()).then(
    () => ["opened", ""] as const,
    (error: unknown) => (TatamiError.is(error) ? [error.code, error.fix] : [String(error), ""]),
  );
}

/** What one track of sound is. */
export interface SoundReading {
  readonly input: string | null;
  readonly codec: string;
  readonly config: string;
  readonly timestamps: readonly number[];
  /** Seconds of packets together. */
  readonly seconds: number;
  /** Seconds at which it is first loud, or `null` where this browser cannot decode it, or it never is. */
  readonly onset: number | null;
}

/** Reads the file's sound. */
async function readSound(options: Partial<SoundOptions> = {}): Promise<readonly SoundReading[]> {
  await using reader = await driverFor(undefined).open(chosenFile());
  const tracks = await reader.sound!({ holds: ["aac", "mp3"], otherwise: "aac", ...options });
  return await Promise.all(
    tracks.map(async (track) => {
      const packets: SoundPacket[] = [];
      for await (const packet of track.packets()) packets.push(packet);
      return {
        input: track.description.codec,
        codec: track.codec,
        config: `${track.config.codec} ${track.config.sampleRate} ${track.config.numberOfChannels}`,
        timestamps: packets.map(({ timestamp }) => timestamp),
        seconds: packets.reduce((sum, { duration }) => sum + duration, 0),
        onset: await findOnset(track.config, packets),
      };
    }),
  );
}

/** What sound ends with that is aborted while FFmpeg encodes it. */
async function abortSound(): Promise<string> {
  const aborting = new AbortController();
  await using reader = await driverFor(undefined).open(chosenFile());
  const { signal } = aborting;
  const sound = reader.sound!({ holds: [], otherwise: "aac", signal });
  aborting.abort("enough");
  return await sound.then(() => "done", String);
}

async function findOnset(
  config: AudioDecoderConfig,
  packets: readonly SoundPacket[],
): Promise<number | null> {
  if (!(await AudioDecoder.isConfigSupported(config)).supported) return null;
  let onset: number | null = null;
  const decoder = new AudioDecoder({
    output: (data) => {
      const samples = new Float32Array(data.numberOfFrames);
      data.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
      const loud = samples.findIndex((sample) => Math.abs(sample) > 0.1);
      if (loud >= 0) onset ??= data.timestamp / 1e6 + loud / data.sampleRate;
      data.close();
    },
    error: () => {},
  });
  decoder.configure(config);
  for (const { data, timestamp } of packets)
    decoder.decode(new EncodedAudioChunk({ type: "key", data, timestamp: timestamp * 1e6 }));
  await decoder.flush();
  decoder.close();
  return onset;
}

Object.assign(globalThis, { abortSound, openWithout, readFile, readSound });
