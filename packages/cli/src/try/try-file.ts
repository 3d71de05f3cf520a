/** Some moments of a file, enlarged by several networks: what each makes of them, and how long it takes. */

import { join } from "node:path";
import type { Frame, Rect, Size } from "@tatami/core";
import { scaleSize, throwIfAborted } from "@tatami/core";
import { countMacs } from "@tatami/graph";
import type { Upscaler } from "@tatami/upscale";
import { formatClock } from "../format.ts";
import { encodePicture } from "../pictures/encode-picture.ts";
import { detailedPlaces } from "../pictures/find-place.ts";
import type { OpenedVideo, OpenVideo } from "../pictures/open-video.ts";
import { toRgb } from "../pictures/to-rgb.ts";
import type { ProgressLine } from "../progress-line.ts";
import { momentTimes, readMoment } from "./moments.ts";
import type { ReadMoment } from "./moments.ts";
import type {
  Moment,
  Trial,
  TriableNetwork,
  TriedNetwork,
  TriedPicture,
  TryOptions,
  Way,
} from "./options.ts";
import { strengths } from "./options.ts";

/** What trying needs beside its options. */
export interface TryInit {
  readonly open: OpenVideo;
  readonly onProgress: (progress: ProgressLine) => void;
  readonly signal: AbortSignal;
}

/** Places of each moment, and their side in pixels of the large picture. */
const [PLACES, SIDE] = [2, 176];
/** The most of a frame that a page shows by the slider: more would make it too heavy to send. */
const WINDOW: Size = { width: 1600, height: 900 };

/** @throws TatamiError what reading, enlarging and encoding throw; `invalid-option` for a moment that is not there. */
export async function tryFile(options: TryOptions, init: TryInit): Promise<Trial> {
  const { open, signal } = init;
  await using video = await open(options.file);
  const { description: media } = video;
  const { scale } = options.networks[0]!.model;
  const read: ReadMoment[] = [];
  try {
    for (const time of momentTimes(options.at, media)) read.push(await readMoment(video, time, signal));
    const moments = await Promise.all(read.map((moment) => look(moment, scale)));
    const found = await enlargeAll(options, { ...init, read, moments });
    const frames = frameCountOf(media);
    const written = await timeEncoding(video, options, { read, signal });
    const decoding = mean(read.flatMap(({ milliseconds }) => milliseconds));
    return {
      media,
      size: scaleSize(media.video, scale),
      scale,
      frames,
      engine: found.engine,
      moments,
      networks: found.networks.map((network) => ({
        ...network,
        seconds: frames && (frames * (network.milliseconds + decoding + written.milliseconds)) / 1000,
      })),
      decoding,
      encoding: written.milliseconds,
      bitrate: written.bitrate,
      pictures: found.pictures,
    };
  } finally {
    for (const moment of read) moment[Symbol.dispose]();
  }
}

function frameCountOf({ video, duration }: Trial["media"]): number | null {
  if (video.frameCount !== null) return video.frameCount;
  return video.frameRate === null || duration === Infinity ? null : Math.round(duration * video.frameRate);
}

/** Where to look closely, told from the source: the same for all networks, and for every run. */
async function look(moment: ReadMoment, scale: number): Promise<Moment> {
  const frames = await moment.frames();
  const shown = frames.at(-1)!;
  try {
    const { luma } = await shown.planes();
    const side = Math.floor(SIDE / scale);
    const places = detailedPlaces(luma, side, PLACES).map((place) => scaled(place, scale));
    return { time: shown.timestamp, window: windowAround(places[0]!, scaleSize(luma, scale)), places };
  } finally {
    for (const frame of frames) frame.close();
  }
}

function scaled({ x, y, width, height }: Rect, scale: number): Rect {
  return { x: x * scale, y: y * scale, width: width * scale, height: height * scale };
}

function windowAround(place: Rect, { width, height }: Size): Rect {
  const size = { width: Math.min(width, WINDOW.width), height: Math.min(height, WINDOW.height) };
  const start = (middle: number, own: number, whole: number): number =>
    Math.round(Math.min(Math.max(middle - own / 2, 0), whole - own));
  return {
    x: start(place.x + place.width / 2, size.width, width),
    y: start(place.y + place.height / 2, size.height, height),
    ...size,
  };
}

interface Enlarging extends TryInit {
  readonly read: readonly ReadMoment[];
  readonly moments: readonly Moment[];
}

async function enlargeAll(
  { networks }: TryOptions,
  enlarging: Enlarging,
): Promise<{ networks: Omit<TriedNetwork, "seconds">[]; pictures: TriedPicture[]; engine: string }> {
  const { createUpscaler } = await import("@tatami/upscale");
  const { signal, onProgress, read } = enlarging;
  const frames = await read[0]!.frames();
  const size = frames[0]!.size;
  for (const frame of frames) frame.close();
  const work = networks.map(({ model }) => countMacs(model, size));
  const total = read.length * work.reduce((sum, macs) => sum + macs, 0);
  const [tried, pictures]: [Omit<TriedNetwork, "seconds">[], TriedPicture[]] = [[], []];
  let [done, engine] = [0, ""];
  const start = performance.now();
  for (const [index, network] of networks.entries()) {
    await using upscaler = await createUpscaler({ model: network.model, signal });
    const passed: number[] = [];
    for (let moment = 0; moment < read.length; moment += 1) {
      const seconds = ((performance.now() - start) * (total - done)) / done / 1000;
      // the first figures are of small networks, whose start takes longer than their work
      const eta = done > total / 20 ? `  ETA ${formatClock(seconds)}` : "";
      onProgress({ done, total, line: `${network.word}, moment ${moment + 1} of ${read.length}${eta}` });
      pictures.push(...(await enlargeMoment(upscaler, { index, moment, passed, enlarging })));
      done += work[index]!;
    }
    engine = `${upscaler.backend} (${upscaler.description})`;
    tried.push(describe(network, passed));
  }
  return { networks: tried, pictures, engine };
}

function describe({ word, track }: TriableNetwork, passed: readonly number[]): Omit<TriedNetwork, "seconds"> {
  const milliseconds = passed.toSorted((a, b) => a - b)[Math.floor(passed.length / 2)] ?? 0;
  return { word, ...(track !== undefined && { track }), milliseconds };
}

interface EnlargingMoment {
  /** The network's number, and the moment's. */
  readonly index: number;
  readonly moment: number;
  /** Milliseconds of frames, added to. */
  readonly passed: number[];
  readonly enlarging: Enlarging;
}

/** All frames at full strength, which is timed; then the last one at others. */
async function enlargeMoment(
  upscaler: Upscaler,
  { index, moment, passed, enlarging }: EnlargingMoment,
): Promise<readonly TriedPicture[]> {
  const { read, moments, signal } = enlarging;
  const pictures: TriedPicture[] = [];
  const keep = async (large: Frame, strength: number): Promise<void> => {
    const way = { network: index, strength };
    pictures.push(...(await picturesOf(large, { moment, way, where: moments[moment]! })));
  };
  await upscaler.reset();
  const frames = await read[moment]!.frames();
  for (const [at, frame] of frames.entries()) {
    throwIfAborted(signal);
    const before = performance.now();
    const large = await upscaler.frame(frame);
    // the first one proves the engine and reuses nothing, as none but the first of a file does
    if (at > 0 || frames.length === 1) passed.push(performance.now() - before);
    try {
      if (at === frames.length - 1) await keep(large, 1);
    } finally {
      large.close();
    }
  }
  // the filter is the same whichever network's strength is nothing
  for (const strength of [...strengths, ...(index === 0 ? [0] : [])].filter((each) => each !== 1)) {
    const again = await read[moment]!.frames();
    for (const frame of again.slice(0, -1)) frame.close();
    const large = await upscaler.frame(again.at(-1)!, { strength });
    try {
      await keep(large, strength);
    } finally {
      large.close();
    }
  }
  return pictures;
}

/** The places, without any loss; and the window, where the page cannot mix it of others. */
async function picturesOf(
  frame: Frame,
  { moment, way, where }: { readonly moment: number; readonly way: Way; readonly where: Moment },
): Promise<readonly TriedPicture[]> {
  const planes = await frame.planes();
  const pictures: TriedPicture[] = [];
  for (const [place, rect] of where.places.entries()) {
    const file = await encodePicture(toRgb(planes, frame.color, rect), "lossless");
    pictures.push({ moment, place, way, file });
  }
  if (way.strength !== 0 && way.strength !== 1) return pictures;
  const file = await encodePicture(toRgb(planes, frame.color, where.window), "small");
  return [...pictures, { moment, way, file }];
}

/** How long encoding takes and what rate it keeps to, on frames of the right size: enlarged by the filter. */
async function timeEncoding(
  video: OpenedVideo,
  { networks, folder }: TryOptions,
  { read, signal }: { readonly read: readonly ReadMoment[]; readonly signal: AbortSignal },
): Promise<{ readonly milliseconds: number; readonly bitrate: number }> {
  const { createUpscaler } = await import("@tatami/upscale");
  await using upscaler = await createUpscaler({ model: networks[0]!.model, strength: 0, signal });
  const { reader, driver } = video;
  const { frameRate } = reader.description.video;
  const start = Math.max(0, reader.description.duration / 2);
  const size = scaleSize(reader.description.video, upscaler.scale);
  await using writer = await driver.write({
    reader,
    output: join(folder, "measured.mp4"),
    size,
    encode: { container: "mp4", audio: "drop" },
    read: { start, end: start + 1, signal },
  });
  let [count, passed] = [0, 0];
  for (const moment of read) {
    for (const frame of await moment.frames()) {
      throwIfAborted(signal);
      const large = await upscaler.frame(frame);
      const timestamp = start + count / (frameRate ?? 25);
      const { size: whole, color, duration } = large;
      const begun = performance.now();
      await writer.write({
        size: whole,
        color,
        duration,
        timestamp,
        planes: () => large.planes(),
        close: () => large.close(),
      });
      passed += performance.now() - begun;
      count += 1;
    }
  }
  const begun = performance.now();
  await writer.finish();
  return {
    milliseconds: (passed + performance.now() - begun) / count,
    bitrate: writer.encoding.bitrate,
  };
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
