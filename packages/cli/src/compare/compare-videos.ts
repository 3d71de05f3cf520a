/** Two videos, and what they should look like, frame by frame: as many frames in memory as there are videos. */

import type { Damage, Frame, Plane, Planes, Size } from "@tatami/core";
import { psnr, ssim, throwIfAborted } from "@tatami/core";
import { worstPlace } from "@tatami/patches";
import type { OpenedVideo, OpenVideo } from "../pictures/open-video.ts";
import { toRgb } from "../pictures/to-rgb.ts";
import type { RgbPicture } from "../pictures/to-rgb.ts";
import { frameProgress } from "../display/progress-line.ts";
import type { ProgressLine } from "../display/progress-line.ts";
import { changesSize, checkSizes, nothingInCommon } from "./errors.ts";
import { createFlickerWindows } from "./flicker-windows.ts";
import type { LpipsMeter } from "@tatami/train/lpips";
import { leastLpipsSide, openLpips } from "@tatami/train/lpips";
import type { CompareOptions, Comparison, Metric, ScoredVideo, VideoName } from "./options.ts";
import { pairFrames } from "./pair-frames.ts";
import { openVmaf } from "@tatami/train/vmaf";
import type { VmafMeter } from "@tatami/train/vmaf";
import { createWorstPlaces } from "./worst-places.ts";
import type { WorstPlaces } from "./worst-places.ts";

/** What comparing needs beside its options. */
export interface CompareInit {
  readonly open: OpenVideo;
  readonly onProgress: (progress: ProgressLine) => void;
  readonly signal: AbortSignal;
}

/** Side of the places shown, in pixels. */
const side = 192;
/** Unpaired frames whose times are told. */
const told = 5;

/**
 * Scores every pair of frames that are shown at the same time; what has no partner is counted.
 *
 * @throws TatamiError `invalid-option` when sizes differ or nothing is shown at the same time, and what reading and
 * measuring throw.
 */
export function compareVideos(options: CompareOptions, init: CompareInit): Promise<Comparison> {
  return withResources((use) => compareWith(use, options, init));
}

async function compareWith(use: Use, options: CompareOptions, init: CompareInit): Promise<Comparison> {
  const { open, onProgress, signal } = init;
  const videos: Video[] = [];
  for (const [name, file] of namedFiles(options))
    videos.push({
      name,
      file,
      opened: use(await open(file)),
      frames: 0,
      unpaired: { frames: 0, first: [] },
      damaged: [],
    });
  const size = checkSizes(
    videos.map(({ name, file, opened }) => ({ name, file, size: opened.description.video })),
  );
  const lpips = await lpipsFor(options, size, use);
  const pairs = pairsOf(options).map(([name, against], index): Pair => {
    const log = `vmaf-${index}.json`;
    const vmaf = options.vmaf && use(openVmaf({ ...options.vmaf, ...size, log }));
    return { name, against, scores: {}, vmaf };
  });
  const flicker = createFlickerWindows(
    size,
    videos.map(({ name }) => name),
  );
  const worst = createWorstPlaces();
  const total = videos.at(-1)!.opened.description.video.frameCount ?? undefined;
  const times: number[] = [];
  let paired = 0;
  const start = performance.now();

  const seconds = videos.map(({ opened }) => 1 / (opened.description.video.frameRate ?? Infinity));
  for await (const { time, frames } of pairFrames(videos.map(read), seconds)) {
    throwIfAborted(signal);
    const shown = await lookAt(videos, time, frames, size);
    if (!shown) continue;
    flicker.add(time, shown);
    for (const { name, against, vmaf } of pairs)
      await vmaf?.add(shown.get(name)!.luma, shown.get(against)!.luma);
    if (paired % options.every === 0) {
      times.push(time);
      for (const pair of pairs) await score(pair, shown, { time, lpips, worst });
    }
    paired++;
    onProgress(progressOf(paired, total, performance.now() - start));
  }
  if (paired === 0) throw nothingInCommon(videos);
  return {
    size,
    videos: videos.map(({ name, file, frames, unpaired, damaged }) => ({
      name,
      file,
      frames,
      unpaired,
      damaged,
    })),
    pairs: paired,
    times,
    scored: await Promise.all(pairs.map((pair) => finish(pair, options.every))),
    flicker: flicker.finish(),
    worst: await worst.finish(),
  };
}

function progressOf(done: number, total: number | undefined, milliseconds: number): ProgressLine {
  const framesPerSecond = (1000 * done) / milliseconds;
  const left =
    total === undefined ? {} : { framesTotal: total, secondsLeft: (total - done) / framesPerSecond };
  return frameProgress({ framesDone: done, framesPerSecond, ...left });
}

interface Video {
  readonly name: VideoName;
  readonly file: string;
  readonly opened: OpenedVideo;
  frames: number;
  readonly unpaired: { frames: number; readonly first: number[] };
  readonly damaged: Damage[];
}

/** A frame of one video, with its luma in the studio range. */
interface ShownFrame {
  readonly frame: Frame;
  readonly planes: Planes;
  readonly luma: Plane;
}

interface Pair {
  readonly name: VideoName;
  readonly against: VideoName;
  readonly scores: Partial<Record<Metric, number[]>>;
  readonly vmaf: VmafMeter | undefined;
}

function namedFiles({ a, b, reference }: CompareOptions): readonly (readonly [VideoName, string])[] {
  return [["a", a], ["b", b], ...(reference === undefined ? [] : [["reference", reference] as const])];
}

function pairsOf({ reference }: CompareOptions): readonly (readonly [VideoName, VideoName])[] {
  return reference === undefined
    ? [["b", "a"]]
    : [
        ["a", "reference"],
        ["b", "reference"],
      ];
}

function read({ opened, damaged }: Video): AsyncGenerator<Frame, void, undefined> {
  return opened.frames({ onDamaged: (damage) => void damaged.push(damage) });
}

/** The group's pictures by video, or nothing where one of them has none then. */
async function lookAt(
  videos: readonly Video[],
  time: number,
  frames: readonly (Frame | undefined)[],
  size: Size,
): Promise<ReadonlyMap<VideoName, ShownFrame> | undefined> {
  const isWhole = frames.every((frame) => frame !== undefined);
  const shown = new Map<VideoName, ShownFrame>();
  for (const [at, frame] of frames.entries()) {
    if (!frame) continue;
    const video = videos[at]!;
    video.frames++;
    if (!isWhole) {
      video.unpaired.frames++;
      if (video.unpaired.first.length < told) video.unpaired.first.push(frame.timestamp);
      continue;
    }
    if (frame.size.width !== size.width || frame.size.height !== size.height)
      throw changesSize(video.file, time, size, frame.size);
    const planes = await frame.planes();
    shown.set(video.name, {
      frame,
      planes,
      luma: toStudioRange(planes.luma, frame.color.fullRange === true),
    });
  }
  return isWhole ? shown : undefined;
}

/** Luma as all measures see it: 0..255 mapped to 16..235 where the plane is of full range. Levels stay whole. */
function toStudioRange(plane: Plane, isFullRange: boolean): Plane {
  return isFullRange ? { ...plane, data: plane.data.map((level) => studioLevels[level]!) } : plane;
}

const studioLevels = Uint8Array.from({ length: 256 }, (_, level) => Math.round(16 + (level * 219) / 255));

interface Scoring {
  readonly time: number;
  readonly lpips: LpipsMeter | undefined;
  readonly worst: WorstPlaces;
}

async function score(
  { name, against, scores }: Pair,
  shown: ReadonlyMap<VideoName, ShownFrame>,
  { time, lpips, worst }: Scoring,
): Promise<void> {
  const [picture, truth] = [shown.get(name)!, shown.get(against)!];
  const decibels = psnr(picture.luma, truth.luma, 0);
  (scores.psnr ??= []).push(decibels);
  (scores.ssim ??= []).push(ssim(picture.luma, truth.luma, 0));
  const rgb = ({ planes, frame }: ShownFrame): RgbPicture => toRgb(planes, frame.color);
  if (lpips) (scores.lpips ??= []).push(await lpips.measure(rgb(picture), rgb(truth)));
  worst.offer({
    name,
    time,
    psnr: decibels,
    cut: () => {
      const place = worstPlace(picture.luma, truth.luma, side);
      const pictures = [...shown].map(([of, { planes, frame }]) => ({
        name: of,
        picture: toRgb(planes, frame.color, place),
      }));
      return { place, pictures };
    },
  });
}

async function finish({ name, against, scores, vmaf }: Pair, every: number): Promise<ScoredVideo> {
  if (!vmaf) return { name, against, scores };
  const all = await vmaf.finish();
  return { name, against, scores: { ...scores, vmaf: all.filter((_, index) => index % every === 0) } };
}

async function lpipsFor(
  { lpips }: CompareOptions,
  { width, height }: Size,
  use: Use,
): Promise<LpipsMeter | undefined> {
  if (lpips === undefined || Math.min(width, height) < leastLpipsSide) return undefined;
  return use(await openLpips(lpips));
}

/** Disposes of what was used, the latest first, whatever happens. */
async function withResources<T>(work: (use: Use) => Promise<T>): Promise<T> {
  const used: AsyncDisposable[] = [];
  try {
    return await work((resource) => {
      used.push(resource);
      return resource;
    });
  } finally {
    for (const resource of used.toReversed()) await resource[Symbol.asyncDispose]();
  }
}

type Use = <R extends AsyncDisposable>(resource: R) => R;
