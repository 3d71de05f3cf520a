/** Some moments of a file, enlarged by several networks: what each makes of them, and how long it takes. */

import type { Frame, Rect, Size } from "@tatami/core";
import { scaleSize, throwIfAborted } from "@tatami/core";
import { countMacs } from "@tatami/graph";
import type { Model } from "@tatami/graph";
import { detailedPlaces } from "@tatami/patches";
import type { Upscaler } from "@tatami/upscale";
import { formatClock } from "../display/format.ts";
import { encodePicture } from "../pictures/encode-picture.ts";
import type { OpenVideo } from "../pictures/open-video.ts";
import { toRgb } from "../pictures/to-rgb.ts";
import type { ProgressLine } from "../display/progress-line.ts";
import { momentTimes, readMoment } from "./moments.ts";
import type { ReadMoment } from "./moments.ts";
import { timeEncoding } from "./time-encoding.ts";
import { automatic } from "./options.ts";
import type {
  AutomaticChoice,
  Moment,
  Trial,
  TriableNetwork,
  TriedNetwork,
  TriedPicture,
  TryOptions,
  Way,
} from "./options.ts";

/** What trying needs beside its options. */
export interface TryInit {
  readonly open: OpenVideo;
  /** What Tatami would enlarge the file with by itself. */
  choose(file: string, scale: number): Promise<AutomaticChoice & { readonly model: Model }>;
  readonly onProgress: (progress: ProgressLine) => void;
  readonly signal: AbortSignal;
}

/** Places of each moment, and their side in pixels of the large picture. */
const [placesShown, placeSide] = [2, 176];
/** The most of a frame that a page shows by the slider: more would make it too heavy to send. */
const largestWindow: Size = { width: 1600, height: 900 };

/** @throws TatamiError what reading, enlarging and encoding throw; `invalid-option` for a moment that is not there. */
export async function tryFile(options: TryOptions, init: TryInit): Promise<Trial> {
  const { open, signal } = init;
  await using video = await open(options.file);
  const { description: media } = video;
  const { scale } = options.networks[0]!.model;
  const times = momentTimes(options.at, media);
  const chosen = options.automatic ? await init.choose(options.file, scale) : undefined;
  const networks = chosen ? [...options.networks, automaticNetwork(chosen)] : options.networks;
  const read: ReadMoment[] = [];
  try {
    for (const time of times) read.push(await readMoment(video, time, signal));
    const moments = await Promise.all(read.map((moment) => look(moment, scale)));
    const found = await enlargeAll({ ...init, networks, read, moments });
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
      ...(chosen && { choice: plainChoice(chosen) }),
      pictures: found.pictures,
    };
  } finally {
    for (const moment of read) moment[Symbol.dispose]();
  }
}

function automaticNetwork({ model, strength }: AutomaticChoice & { readonly model: Model }): TriableNetwork {
  return { model, word: automatic, strengths: [strength] };
}

function plainChoice({ sentence, strength, denoise }: AutomaticChoice): AutomaticChoice {
  return { sentence, strength, denoise };
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
    const side = Math.floor(placeSide / scale);
    const places = detailedPlaces(luma, side, placesShown).map((place) => scaled(place, scale));
    return { time: shown.timestamp, window: windowAround(places[0]!, scaleSize(luma, scale)), places };
  } finally {
    closeAll(frames);
  }
}

function scaled({ x, y, width, height }: Rect, scale: number): Rect {
  return { x: x * scale, y: y * scale, width: width * scale, height: height * scale };
}

function windowAround(place: Rect, { width, height }: Size): Rect {
  const size = {
    width: Math.min(width, largestWindow.width),
    height: Math.min(height, largestWindow.height),
  };
  const start = (middle: number, own: number, whole: number): number =>
    Math.round(Math.min(Math.max(middle - own / 2, 0), whole - own));
  return {
    x: start(place.x + place.width / 2, size.width, width),
    y: start(place.y + place.height / 2, size.height, height),
    ...size,
  };
}

interface Enlarging extends TryInit {
  readonly networks: readonly TriableNetwork[];
  readonly read: readonly ReadMoment[];
  readonly moments: readonly Moment[];
}

async function enlargeAll(
  enlarging: Enlarging,
): Promise<{ networks: Omit<TriedNetwork, "seconds">[]; pictures: TriedPicture[]; engine: string }> {
  const { createUpscaler } = await import("@tatami/upscale");
  const { networks, signal, onProgress, read } = enlarging;
  const frames = await read[0]!.frames();
  const size = frames[0]!.size;
  closeAll(frames);
  const work = networks.map(({ model }) => countMacs(model, size));
  const total = read.length * work.reduce((sum, macs) => sum + macs, 0);
  const [tried, pictures]: [Omit<TriedNetwork, "seconds">[], TriedPicture[]] = [[], []];
  let [done, engine] = [0, ""];
  const start = performance.now();
  for (const [index, network] of networks.entries()) {
    await using upscaler = await createUpscaler({ model: network.model, signal });
    const passed: TimedFrame[] = [];
    for (let moment = 0; moment < read.length; moment++) {
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

/** A frame's time, and how many of its patches were not reused. */
interface TimedFrame {
  readonly milliseconds: number;
  readonly computed: number;
}

function describe(
  { word, track, strengths }: TriableNetwork,
  passed: readonly TimedFrame[],
): Omit<TriedNetwork, "seconds"> {
  // a busy machine only ever adds time
  const aPatch = Math.min(
    ...passed.map(({ milliseconds, computed }) => milliseconds / Math.max(1, computed)),
  );
  const milliseconds = aPatch * mean(passed.map(({ computed }) => Math.max(1, computed)));
  return { word, strengths, ...(track !== undefined && { track }), milliseconds };
}

interface EnlargingMoment {
  /** The network's number, and the moment's. */
  readonly index: number;
  readonly moment: number;
  /** Milliseconds of frames, added to. */
  readonly passed: TimedFrame[];
  readonly enlarging: Enlarging;
}

/** All frames at the first strength, which is timed; then the last one at the others, and at none for the filter. */
async function enlargeMoment(
  upscaler: Upscaler,
  { index, moment, passed, enlarging }: EnlargingMoment,
): Promise<readonly TriedPicture[]> {
  const { read, moments, signal, networks } = enlarging;
  const [first, ...others] = networks[index]!.strengths as [number, ...number[]];
  const pictures: TriedPicture[] = [];
  const keep = async (large: Frame, strength: number): Promise<void> => {
    const way = { network: index, strength };
    // strengths below 1 are mixed by the page, of the network's own and the filter's
    const withWindow = strength === 0 || strength === first || strength > 1;
    pictures.push(...(await picturesOf(large, { moment, way, where: moments[moment]!, withWindow })));
  };
  await upscaler.reset();
  const frames = await read[moment]!.frames();
  try {
    for (const [at, frame] of frames.entries()) {
      throwIfAborted(signal);
      const before = performance.now();
      let computed = 0;
      const onPatches = (count: number): void => void (computed += count);
      const large = await upscaler.frame(frame, { strength: first, onPatches });
      // the first one proves the engine and reuses nothing, as none but the first of a file does
      if (at > 0 || frames.length === 1) passed.push({ milliseconds: performance.now() - before, computed });
      try {
        if (at === frames.length - 1) await keep(large, first);
      } finally {
        large.close();
      }
    }
  } finally {
    closeAll(frames);
  }
  // the filter is the same whichever network's strength is nothing
  for (const strength of index === 0 ? [...others, 0] : others) {
    const again = await read[moment]!.frames();
    closeAll(again.slice(0, -1));
    const large = await upscaler.frame(again.at(-1)!, { strength });
    try {
      await keep(large, strength);
    } finally {
      large.close();
    }
  }
  return pictures;
}

interface Picturing {
  readonly moment: number;
  readonly way: Way;
  readonly where: Moment;
  readonly withWindow: boolean;
}

/** The places, without any loss; and the window, where the page does not mix it of others. */
async function picturesOf(
  frame: Frame,
  { moment, way, where, withWindow }: Picturing,
): Promise<readonly TriedPicture[]> {
  const planes = await frame.planes();
  const pictures: TriedPicture[] = [];
  for (const [place, rect] of where.places.entries()) {
    const file = await encodePicture(toRgb(planes, frame.color, rect), "lossless");
    pictures.push({ moment, place, way, file });
  }
  if (!withWindow) return pictures;
  const file = await encodePicture(toRgb(planes, frame.color, where.window), "small");
  return [...pictures, { moment, way, file }];
}

function closeAll(frames: readonly Frame[]): void {
  for (const frame of frames) frame.close();
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
