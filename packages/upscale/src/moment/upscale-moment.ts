/** The best single picture of a moment: frames around it gathered, then enlarged. */

import type { Frame, MediaInput, Size } from "@tatami/core";
import { checkNumber, checkOptions, createFrame, throwIfAborted } from "@tatami/core";
import type { GatheredMoment } from "@tatami/patches";
import { gatherMoment } from "@tatami/patches";
import type { UpscaleOptions } from "../options.ts";
import type { PlannedChoice } from "../report.ts";
import type { UpscalePictureOptions } from "../picture/upscale-picture.ts";
import { openJob } from "../plan.ts";
import { resolveUpscaleOptions } from "../resolve-options.ts";
import { readMoment } from "./read-moment.ts";

/** Options of {@link upscaleMoment}. */
export interface UpscaleMomentOptions
  extends UpscalePictureOptions, Pick<UpscaleOptions, "toSdr" | "deinterlace" | "recover" | "codecs"> {
  /** The moment, in seconds of the file. */
  readonly at: number;
  /** Seconds before and after it that are looked at. @defaultValue 8 */
  readonly around?: number;
}

/** What a picture rests on, by regions of it. */
export interface MomentMap {
  readonly columns: number;
  readonly rows: number;
  /** Row after row: how many frames half of a region's pixels rest on at least, and how far before and after the moment they reach, seconds. */
  readonly regions: readonly {
    readonly frames: number;
    readonly before: number;
    readonly after: number;
  }[];
}

/** The picture. Close its frame. */
export interface MomentPicture {
  readonly frame: Frame;
  /** The moment of the frame that is shown then, seconds. */
  readonly timestamp: number;
  /** Frames that were looked at. */
  readonly looked: number;
  readonly map: MomentMap;
  readonly model: string;
  readonly strength: number;
  readonly backend: string;
  readonly choice?: PlannedChoice;
}

/** Regions across and down at most. */
const regions: Size = { width: 16, height: 9 };

/**
 * Makes the best picture of a moment. Nothing in it is of another time than it says: a pixel takes frames before and after as long as
 * they show the same there without a break, so somebody who stands there at that moment is in it, and nobody else is.
 *
 * @throws TatamiError as `upscale` throws; `invalid-option` where the file shows nothing at that time.
 */
export async function upscaleMoment(
  input: MediaInput,
  options: UpscaleMomentOptions,
): Promise<MomentPicture> {
  const { at, around = 8, ...rest } = checkOptions("options", options);
  checkNumber("options.at", at, 0);
  checkNumber("options.around", around, 0, 600);
  const { signal } = options;
  const resolved = resolveUpscaleOptions({
    ...rest,
    // whatever the upscaler does with streams
    fuse: "off",
    start: Math.max(0, at - around),
    end: at + around + 1,
  });
  // means are of bytes
  const open = { ...resolved.open, bitDepth: 8 as const };
  await using job = await openJob(input, { ...resolved, open }, true);
  const read = await readMoment(job.frames(), at, at + around, signal);
  const { moment, before, after, noises } = read;
  throwIfAborted(signal);
  const gathered = await gatherMoment(moment, before, after, noises);
  throwIfAborted(signal);
  const source = createFrame(gathered.planes, moment, "upscaleMoment");
  const { strength } = job;
  const larger = async function* (): AsyncGenerator<Frame> {
    yield await job.upscaler.frame(source, { signal, strength, fusion: undefined });
  };
  const [frame] = await all(job.sized(larger()));
  const names = (job.upscaler.models ?? [job.upscaler.model]).map(({ name }) => name);
  return {
    frame: frame!,
    timestamp: moment.timestamp,
    looked: 1 + before.length + after.length,
    map: mapOf(gathered),
    model: names.join(","),
    strength,
    backend: job.upscaler.backend,
    ...(job.choice && { choice: job.choice }),
  };
}

async function all(frames: AsyncIterable<Frame>): Promise<Frame[]> {
  const taken: Frame[] = [];
  for await (const frame of frames) taken.push(frame);
  return taken;
}

function mapOf({ planes: { luma }, frames, before, after }: GatheredMoment): MomentMap {
  const columns = Math.min(regions.width, luma.width);
  const rows = Math.min(regions.height, luma.height);
  const edge = (part: number, parts: number, length: number): number => Math.round((part * length) / parts);
  return {
    columns,
    rows,
    regions: Array.from({ length: columns * rows }, (_, region) => {
      const [column, row] = [region % columns, Math.floor(region / columns)];
      const places: number[] = [];
      for (let y = edge(row, rows, luma.height); y < edge(row + 1, rows, luma.height); y++)
        for (let x = edge(column, columns, luma.width); x < edge(column + 1, columns, luma.width); x++)
          places.push(y * luma.width + x);
      const middle = (of: Uint16Array | Float32Array): number =>
        places.map((place) => of[place]!).sort((a, b) => a - b)[(places.length - 1) >> 1]!;
      const round = (seconds: number): number => Math.round(seconds * 100) / 100;
      return { frames: middle(frames), before: round(middle(before)), after: round(middle(after)) };
    }),
  };
}
