/** The frame processor that reuses patches beside the one that computes everything. */

import type { Model } from "@tatami/graph";
import { planGrid } from "@tatami/patches";
import type { FrameProcessorOptions } from "@tatami/runtime";
import { createFrameProcessor } from "@tatami/runtime";
import { loadModel } from "@tatami/zoo";
import { openDevice } from "../page-device.ts";
import { readTexture, toPng } from "../read-texture.ts";

/** What a sequence of frames showed. */
export interface ReuseOutcome {
  /** Patches of a frame. */
  readonly patches: number;
  /** Patches that were computed, frame by frame. */
  readonly computed: readonly number[];
  /** Patches whose input had changed, found by looking at every pixel. */
  readonly changed: readonly number[];
  /** PSNR of each frame against all computed, in dB. */
  readonly psnr: readonly number[];
  /** Submits, and buffers mapped, that the processor made for all frames. */
  readonly submits: number;
  readonly readbacks: number;
  /** The last frame. */
  readonly picture: string;
}

/** How frame follows frame. */
export type Sequence = "changes" | "drift" | "still";

const used = { submits: 0, readbacks: 0 };
const { submit } = GPUQueue.prototype;
GPUQueue.prototype.submit = function (...args) {
  used.submits++;
  return submit.apply(this, args);
};
const { mapAsync } = GPUBuffer.prototype;
GPUBuffer.prototype.mapAsync = function (...args) {
  used.readbacks++;
  return mapAsync.apply(this, args);
};

const size = { width: 150, height: 110 };
const patchSize = 60;

/** Draws a sequence and enlarges it twice, on one device. `strengths` are set before the frames that they have the number of. */
async function reuse(
  sequence: Sequence,
  frames: number,
  given: Partial<FrameProcessorOptions>,
  resetAt = -1,
  strengths: Readonly<Record<number, number>> = {},
): Promise<ReuseOutcome> {
  const model = await loadModel("m3-x2");
  const common = { model, patchSize, acceptSoftwareAdapter: true, device: await openDevice(), ...given };
  await using right = await createFrameProcessor({ ...common, reuse: "off" });
  await using tried = await createFrameProcessor(common);
  const { patches } = planGrid({ frame: size, patchSize, halo: model.halo });
  const windows = patches.map(({ window }) => window);
  const psnr: number[] = [];
  const computed: number[] = [];
  const changed: number[] = [];
  const sums = { submits: 0, readbacks: 0 };
  let last: ImageData | undefined;
  let seen: Uint8Array = new Uint8Array();
  for (let index = 0; index < frames; index++) {
    const picture = draw(sequence, index, last);
    if (index === resetAt) tried.reset();
    const strength = strengths[index];
    if (strength !== undefined) for (const each of [tried, right]) each.setStrength(strength);
    const before = { ...used };
    const drawn = await tried.process(picture);
    sums.submits += used.submits - before.submits;
    sums.readbacks += used.readbacks - before.readbacks;
    seen = await readTexture(tried.device, drawn);
    psnr.push(psnrOf(seen, await readTexture(right.device, await right.process(picture))));
    computed.push((await tried.patches()).computed - computed.reduce((sum, each) => sum + each, 0));
    const count = windows.filter((window) => !last || differs(window, last, picture)).length;
    changed.push(index === resetAt ? windows.length : count);
    last = picture;
  }
  return {
    patches: windows.length,
    computed,
    changed,
    psnr,
    ...sums,
    picture: await toPng(seen, 2 * size.width),
  };
}

/** Noise, on which rectangles change or a brightness drifts. */
function draw(sequence: Sequence, index: number, last: ImageData | undefined): ImageData {
  const { width, height } = size;
  const picture = last
    ? new ImageData(new Uint8ClampedArray(last.data), width)
    : new ImageData(width, height);
  const random = (salt: number): number =>
    (Math.imul(index * 7919 + salt * 104729, 2654435761) >>> 8) / 2 ** 24;
  const fill = (left: number, top: number, right: number, bottom: number, salt: number): void => {
    for (let y = top; y < bottom; y++)
      for (let x = left; x < right; x++) {
        const level = 60 + 120 * ((Math.imul(x * 31 + y * 17 + salt, 2654435761) >>> 30) / 4);
        picture.data.set(
          [level, (x * 255) / width, level / 2 + (y * 100) / height, 255],
          (y * width + x) * 4,
        );
      }
  };
  if (!last) fill(0, 0, width, height, 0);
  else if (sequence === "drift")
    for (let i = 0; i < picture.data.length; i++)
      picture.data[i]! += i % 4 === 3 ? 0 : index % 4 === 0 ? 1 : 0;
  else if (sequence === "changes") {
    // a cut at frame 4, nothing at 2 and 5, a pixel or a small rectangle elsewhere
    if (index === 4) fill(0, 0, width, height, index);
    else if (index !== 2 && index !== 5)
      for (let n = 0; n < 1 + (index % 2); n++) {
        const [x, y] = [Math.floor(random(n) * (width - 9)), Math.floor(random(n + 50) * (height - 9))];
        fill(x, y, x + 1 + (index % 3) * 4, y + 1 + (n % 2) * 5, index * 3 + 1);
      }
  }
  return picture;
}

function differs(
  {
    x,
    y,
    width,
    height,
  }: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  a: ImageData,
  b: ImageData,
): boolean {
  for (let row = y; row < y + height; row++) {
    const start = (row * size.width + x) * 4;
    for (let i = start; i < start + width * 4; i++) if (a.data[i] !== b.data[i]) return true;
  }
  return false;
}

function psnrOf(seen: Uint8Array, expected: Uint8Array): number {
  const sum = seen.reduce((total, level, i) => total + (level - expected[i]!) ** 2, 0);
  // JSON has no infinity
  return sum === 0 ? 999 : 10 * Math.log10((255 ** 2 * seen.length) / sum);
}

/** What frames that two networks share are, beside those of each alone. */
export interface RoutingOutcome {
  /** PSNR in dB against the smaller and the larger network alone. */
  readonly toSmall: number;
  readonly toLarge: number;
  /** Parts of the frame, in eighths of its width, that are the smaller network's bit for bit. */
  readonly flatIsSmall: boolean;
  /** Against the same frame a second time, and against that of a processor with little room where that is asked for. */
  readonly again: number;
  readonly inLittleRoom?: number;
  readonly submits: number;
  readonly readbacks: number;
}

/** Noise on the right of a flat ground, enlarged by two networks that share it. */
async function route(
  factors: readonly number[],
  given: Partial<FrameProcessorOptions>,
  inLittleRoomToo: boolean,
): Promise<RoutingOutcome> {
  const names = ["micro-x2", "m3-x2", "m5-x2"] as const;
  const [model, ...larger] = await Promise.all(
    names.slice(0, factors.length + 1).map((name) => loadModel(name)),
  );
  const device = await openDevice();
  const routed = { patchSize, acceptSoftwareAdapter: true, device, model: model!, larger, factors, ...given };
  await using tried = await createFrameProcessor(routed);
  const picture = draw("still", 0, undefined);
  for (let y = 0; y < size.height; y++)
    picture.data.fill(128, y * size.width * 4, (y * size.width + size.width / 2) * 4);
  const before = { ...used };
  const drawn = await tried.process(picture);
  const sums = { submits: used.submits - before.submits, readbacks: used.readbacks - before.readbacks };
  const seen = await readTexture(device, drawn);
  const [asSmall, asLarge] = [await aloneWith(model!, picture), await aloneWith(larger.at(-1)!, picture)];
  const row = 2 * size.width * 4;
  const flatIsSmall = seen.every((level, i) => i % row >= row / 4 || level === asSmall[i]);
  const again = psnrOf(await readTexture(device, await tried.process(picture)), seen);
  const outcome = {
    toSmall: psnrOf(seen, asSmall),
    toLarge: psnrOf(seen, asLarge),
    flatIsSmall,
    again,
    ...sums,
  };
  if (!inLittleRoomToo) return outcome;
  await using poor = await createFrameProcessor({ ...routed, mostBufferBytes: 600_000 });
  return { ...outcome, inLittleRoom: psnrOf(await readTexture(device, await poor.process(picture)), seen) };
}

/** What one network makes of the picture that all calls of `route` have: computed once. */
function aloneWith(model: Model, picture: ReturnType<typeof draw>): Promise<Uint8Array> {
  const made = alone.get(model.name) ?? compute();
  alone.set(model.name, made);
  return made;
  async function compute(): Promise<Uint8Array> {
    const options = { patchSize, acceptSoftwareAdapter: true, device: await openDevice(), model };
    await using processor = await createFrameProcessor(options);
    return await readTexture(processor.device, await processor.process(picture));
  }
}
const alone = new Map<string, Promise<Uint8Array>>();

Object.assign(globalThis, { reuse, route });
