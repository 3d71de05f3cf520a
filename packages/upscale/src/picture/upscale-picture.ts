/** A picture in, a larger picture out, in full colour. */

import type { Plane, Size } from "@tatami/core";
import { createFrame, createPlane, targetOf, throwIfAborted } from "@tatami/core";
import {
  centred,
  createPlaneReducer,
  createPlaneResizer,
  describePictures,
  measurePicture,
} from "@tatami/patches";
import type { SecondNetwork, UpscaleOptions, Upscaler } from "../options.ts";
import type { PlannedChoice } from "../report.ts";
import type { ResolvedUpscalerOptions } from "../resolve-options.ts";
import { isUpscaler } from "../option-rules.ts";
import { resolveUpscaleOptions } from "../resolve-options.ts";
import { forSize, namesOf } from "../plan.ts";
import { reach } from "../row/in-a-row.ts";
import { openUpscaler } from "../upscaler.ts";
import type { PictureInput, RgbaPicture } from "./read-picture.ts";
import { readRgba } from "./read-picture.ts";

/** Options of {@link upscalePicture}. */
export type UpscalePictureOptions = Pick<
  UpscaleOptions,
  | "model"
  | "backends"
  | "threads"
  | "wasmPaths"
  | "patchSize"
  | "integers"
  | "strength"
  | "routingLoss"
  | "size"
  | "second"
  | "signal"
>;

/** A larger picture, and how it came about. */
export interface LargerPicture extends RgbaPicture {
  readonly data: Uint8ClampedArray<ArrayBuffer>;
  /** Names of the networks. */
  readonly model: string;
  readonly backend: string;
  /** What was chosen by its looks; absent where a model was named. */
  readonly choice?: PlannedChoice;
}

/**
 * Enlarges a picture: its luma by the network, its colours by the bicubic filter, to which what the network knows of luma is
 * added; alpha by the filter. Made smaller afterwards where `size` asks for it.
 *
 *     const { data, width, height } = await upscalePicture(canvas, { model: chooseModel() });
 *     context.putImageData(new ImageData(data, width, height), 0, 0);
 *
 * @param picture pixels, something that can be drawn, or a picture file's bytes; left as it is
 * @throws TatamiError as {@link readRgba} and `createUpscaler` throw; `signal.reason` as it is on an abort.
 */
export async function upscalePicture(
  picture: PictureInput,
  options: UpscalePictureOptions,
): Promise<LargerPicture> {
  const resolved = resolveUpscaleOptions(options);
  const source = await readRgba(picture);
  throwIfAborted(options.signal);
  const target = resolved.size && targetOf(source, resolved.size);
  const planes = planesOf(source);
  const { upscaler, choice, follows } = await open(
    resolved.upscaler,
    planes.luma,
    source,
    target,
    options.signal,
  );
  try {
    const reached = await reach(upscaler, { source, target, second: resolved.second ?? follows });
    try {
      const row = reached.upscaler;
      const data = await enlarge(planes, row, target, resolved.strength, options.signal);
      return { ...data, model: namesOf(row), backend: row.backend, ...(choice && { choice }) };
    } finally {
      await reached.second?.[Symbol.asyncDispose]();
    }
  } finally {
    if (upscaler !== resolved.upscaler) await upscaler[Symbol.asyncDispose]();
  }
}

/** The picture's planes: colours and alpha as they are, and luma of the full range. */
interface ColourPlanes {
  readonly colours: readonly [Plane, Plane, Plane];
  readonly alpha: Plane;
  readonly luma: Plane;
}

function planesOf({ width, height, data }: RgbaPicture): ColourPlanes {
  const [red, green, blue, alpha, luma] = Array.from({ length: 5 }, () => createPlane({ width, height })) as [
    Plane,
    Plane,
    Plane,
    Plane,
    Plane,
  ];
  for (let i = 0, at = 0; i < width * height; i++, at += 4) {
    const [r, g, b] = [data[at]!, data[at + 1]!, data[at + 2]!];
    red.data[i] = r;
    green.data[i] = g;
    blue.data[i] = b;
    alpha.data[i] = data[at + 3]!;
    luma.data[i] = Math.round(0.299 * r + 0.587 * g + 0.114 * b);
  }
  return { colours: [red, green, blue], alpha, luma };
}

async function open(
  wanted: ReturnType<typeof resolveUpscaleOptions>["upscaler"],
  luma: Plane,
  source: Size,
  target: Size | undefined,
  signal: AbortSignal | undefined,
): Promise<{
  readonly upscaler: Upscaler;
  readonly choice?: PlannedChoice;
  readonly follows?: SecondNetwork;
}> {
  if (isUpscaler(wanted)) return { upscaler: wanted };
  if (!("chooser" in wanted)) return { upscaler: await openUpscaler(wanted as ResolvedUpscalerOptions) };
  const { first, second } = forSize(wanted, source, target);
  const measures = describePictures([measurePicture(luma, true)]);
  const reading = { codec: null, bitsPerPixel: null, frames: 1, stillShare: null, measures };
  const chosen = await first.chooser.choose(reading, signal);
  const { model, strength, denoise, look, sentence } = chosen;
  return {
    upscaler: await openUpscaler(wanted.made(chosen)),
    choice: { sentence, model: model.name, strength, denoise, look, reading },
    ...(second && { follows: second }),
  };
}

async function enlarge(
  { colours, alpha, luma }: ColourPlanes,
  upscaler: Upscaler,
  target: Size | undefined,
  strength: number | undefined,
  signal: AbortSignal | undefined,
): Promise<Pick<LargerPicture, "width" | "height" | "data">> {
  const { scale } = upscaler;
  const grey = createPlane({ width: Math.ceil(luma.width / 2), height: Math.ceil(luma.height / 2) });
  const color = { primaries: null, transfer: null, matrix: null, fullRange: true };
  const frame = createFrame({ luma, chroma: [grey, grey] }, { timestamp: 0, color }, "upscalePicture");
  const larger = await upscaler.frame(frame, { signal, strength });
  try {
    const resize = await createPlaneResizer();
    const size = { width: luma.width * scale, height: luma.height * scale };
    const way = { size, horizontal: centred(scale), vertical: centred(scale) };
    const known = (await larger.planes()).luma;
    const plain = resize(luma, way);
    const added = colours.map((plane) => addDetail(resize(plane, way), known, plain));
    // nothing is behind most pictures
    const isOpaque = alpha.data.every((value) => value === 255);
    const channels = isOpaque ? added : [...added, resize(alpha, way)];
    const reduce = target && (await createPlaneReducer());
    return join(reduce ? channels.map((plane) => reduce(plane, target)) : channels);
  } finally {
    larger.close();
  }
}

/** What luma has beyond the filter's enlargement, in each colour. */
function addDetail(plane: Plane, known: Plane, plain: Plane): Plane {
  const { width, height, data } = plane;
  const detailed = new Uint8ClampedArray(data.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      detailed[at] = data[at]! + known.data[y * known.stride + x]! - plain.data[at]!;
    }
  return { width, height, stride: width, data: new Uint8Array(detailed.buffer) };
}

/** R, G, B and perhaps alpha, four bytes a pixel. */
function join(channels: readonly Plane[]): Pick<LargerPicture, "width" | "height" | "data"> {
  const [{ width, height }] = channels as [Plane];
  const data = new Uint8ClampedArray(4 * width * height).fill(255);
  for (const [channel, plane] of channels.entries())
    for (let i = 0; i < width * height; i++) data[4 * i + channel] = plane.data[i]!;
  return { width, height, data };
}
