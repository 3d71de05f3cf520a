/** A camera that does not move: scenes whose truth is known without noise, made of pictures. */

import type { Plane, Size } from "@tatami/core";
import { createPlane, createRandom } from "@tatami/core";
import { resizeBicubic } from "@tatami/train";

/** A picture of one channel, any levels, row after row. */
export interface Grey extends Size {
  readonly data: Float32Array;
}

/** Something in front of the background, in pixels of the truth. */
interface Sprite {
  readonly picture: Grey;
  /** Whether a pixel belongs to it. */
  readonly mask: Uint8Array;
  readonly y: number;
  readonly from: number;
  /** Pixels a frame. */
  readonly speed: number;
  /** Frames between which it stands still. */
  readonly stops?: readonly [number, number];
}

/** What a scene is made of. */
export interface SceneInit {
  readonly name: string;
  readonly background: Grey;
  /** Pictures that sprites are cut from. */
  readonly sprites: readonly Grey[];
  /** Of lens blur, in pixels of the truth; `soft` blurs the truth itself. */
  readonly lens: number;
  readonly soft: number;
  /** Noise of neighbouring pixels is alike, as demosaicing leaves it. */
  readonly isCorrelated: boolean;
  readonly drifts: boolean;
  readonly dim: number;
}

/** One frame as a camera without noise would have given it. */
export interface CleanFrame {
  readonly low: Grey;
  /** At each of its pixels for how many frames nothing has changed but light; 255 is "or more". */
  readonly rest: Uint8Array;
}

/** What a picture is scored against. */
export interface Truth {
  readonly high: Grey;
  /** At each of its pixels, likewise. */
  readonly rest: Uint8Array;
  /** Whether a sprite is there. */
  readonly covered: Uint8Array;
}

export const rate = 25;
export const seconds = 12;

/** A scene, played. */
export interface Scene {
  readonly name: string;
  readonly isCorrelated: boolean;
  readonly frames: readonly CleanFrame[];
  /** Of the frames that were asked for. */
  readonly truths: ReadonlyMap<number, Truth>;
}

/**
 * Plays a scene: faces, a car and people that pass, some of which stop for a while, and one that is hardly to be told from
 * what is behind.
 *
 * @param wanted the frames whose truth is kept
 */
export function playScene(init: SceneInit, wanted: readonly number[]): Scene {
  const { width, height } = init.background;
  const base = blurred(scaled(init.background, init.dim), init.soft);
  const sprites = layOut(init, base);
  let rest = new Uint8Array(width * height).fill(255);
  let shown = new Int32Array(width * height);
  const frames: CleanFrame[] = [];
  const truths = new Map<number, Truth>();
  for (let index = 0; index < seconds * rate; index++) {
    const light = init.drifts ? 1 + 0.03 * Math.sin((2 * Math.PI * index) / (20 * rate)) : 1;
    const scene: Grey = { width, height, data: base.data.slice() };
    const now = new Int32Array(width * height);
    sprites.forEach((sprite, number) => draw(scene, now, sprite, number, placeAt(sprite, index)));
    if (index > 0) rest = rest.map((frames_, i) => (now[i] === shown[i] ? Math.min(255, frames_ + 1) : 0));
    shown = now;
    const high = scaled(scene, light);
    frames.push({ low: reduced(blurred(high, init.lens)), rest: leastOfFour(rest, width) });
    if (wanted.includes(index)) truths.set(index, { high, rest, covered: Uint8Array.from(now, Math.sign) });
  }
  return { name: init.name, isCorrelated: init.isCorrelated, frames, truths };
}

function leastOfFour(rest: Uint8Array, width: number): Uint8Array {
  const half = width / 2;
  return Uint8Array.from({ length: rest.length / 4 }, (_, i) => {
    const at = 2 * Math.floor(i / half) * width + 2 * (i % half);
    return Math.min(rest[at]!, rest[at + 1]!, rest[at + width]!, rest[at + width + 1]!);
  });
}

function layOut({ sprites, soft }: SceneInit, base: Grey): readonly Sprite[] {
  const { width, height } = base;
  const of = (number: number, w: number, h: number): Pick<Sprite, "picture" | "mask"> => {
    const source = sprites[number % sprites.length]!;
    const [x, y] = [(97 * (number + 1)) % (source.width - w), (61 * (number + 1)) % (source.height - h)];
    return { picture: blurred(cut(source, x, y, w, h), soft), mask: ellipse(w, h) };
  };
  const ground = Math.round(0.55 * height);
  const stops = (from: number, to: number): readonly [number, number] => [from * rate, to * rate];
  const ghostAt = Math.round(0.3 * height);
  const ghost: Sprite = {
    picture: { width: 60, height: 120, data: new Float32Array(7200).fill(NaN) },
    mask: ellipse(60, 120),
    y: ghostAt,
    from: 0.1 * width,
    speed: 1,
  };
  return [
    { ...of(0, 56, 72), y: ground, from: 0.15 * width, speed: 1, stops: stops(4, 8.5) },
    { ...of(1, 48, 64), y: ground - 90, from: 0.8 * width, speed: -2 },
    { ...of(2, 120, 72), y: ground + 60, from: 0, speed: 4 },
    { ...of(3, 160, 90), y: ground + 100, from: 0.95 * width, speed: -3, stops: stops(2.8, 12) },
    { ...of(4, 64, 150), y: ground - 40, from: 0.4 * width, speed: 1, stops: stops(5.5, 12) },
    ghost,
  ];
}

function placeAt({ from, speed, stops }: Sprite, index: number): number {
  const still = stops ? Math.max(0, Math.min(index, stops[1]) - stops[0]) : 0;
  return Math.round(from + speed * (index - still));
}

function draw(high: Grey, now: Int32Array, { picture, mask, y }: Sprite, number: number, x: number): void {
  for (let v = 0; v < picture.height; v++)
    for (let u = 0; u < picture.width; u++) {
      const [px, py] = [x + u, y + v];
      if (!mask[v * picture.width + u] || px < 0 || py < 0 || px >= high.width || py >= high.height) continue;
      const at = py * high.width + px;
      const level = picture.data[v * picture.width + u]!;
      // the one that is hardly to be told: the background, a little lighter
      high.data[at] = Number.isNaN(level) ? high.data[at]! + 6 : level;
      // moved by a pixel, what is seen is another
      now[at] = 1 + number * 2048 + (x & 2047);
    }
}

/** The recorded frame: noise through the curve of BT.709, burnt-in seconds, eight bits. */
export function record(
  { low }: CleanFrame,
  index: number,
  sigma: number,
  isCorrelated: boolean,
  seed: number,
): Plane {
  const { width, height } = low;
  const random = createRandom(seed * 1000 + index);
  const noise = gaussians(random, width * height);
  const even = isCorrelated ? alike({ width, height, data: noise }) : noise;
  const plane = createPlane({ width, height });
  low.data.forEach((level, i) => {
    plane.data[i] = clip(sigma === 0 ? level : noisy(level, sigma * even[i]!));
  });
  stamp(plane, index);
  return plane;
}

/** Shot noise, three quarters of the variance at mid grey, and noise of reading, in linear light. */
function noisy(level: number, deviation: number): number {
  const signal = Math.min(Math.max((level - 16) / 219, 0), 1);
  const linear = toLinear(signal);
  const middle = toLinear(0.5);
  const spread = Math.sqrt((0.75 * linear) / middle + 0.25);
  // a level of deviation at mid grey, carried through the curve's slope there
  const step = (deviation / 219) * spread * slopeToLinear(0.5);
  return 16 + 219 * fromLinear(Math.max(linear + step, 0));
}

const toLinear = (v: number): number => (v < 0.081 ? v / 4.5 : ((v + 0.099) / 1.099) ** (1 / 0.45));
const fromLinear = (l: number): number => (l < 0.018 ? 4.5 * l : 1.099 * l ** 0.45 - 0.099);
const slopeToLinear = (v: number): number => (toLinear(v + 0.001) - toLinear(v - 0.001)) / 0.002;

/** Whole seconds in the corner, as seven bars of bits: changes as a burnt-in clock does. */
export function stamp(plane: Plane, index: number): void {
  const second = Math.floor(index / rate);
  for (let bit = 0; bit < 7; bit++)
    for (let y = 8; y < 24; y++)
      plane.data.fill(
        (second >> bit) & 1 ? 235 : 16,
        y * plane.stride + 8 + bit * 12,
        y * plane.stride + 16 + bit * 12,
      );
}

/** Where the clock is, in pixels of the small picture. */
export const clock = { x: 4, y: 4, width: 92, height: 24 };

/** A picture's luma in studio levels, cut to a size in the middle; enlarged first where it is smaller. */
export function backgroundOf(luma: Grey, size: Size): Grey {
  const factor = Math.max(size.width / luma.width, size.height / luma.height);
  const [width, height] = [Math.ceil(luma.width * factor), Math.ceil(luma.height * factor)];
  const picture = { ...luma, channels: 1, data: Uint8Array.from(luma.data, clip) } as const;
  const fit = factor > 1 ? greyOf(resizeBicubic(picture, width, height)) : luma;
  return cut(fit, (fit.width - size.width) >> 1, (fit.height - size.height) >> 1, size.width, size.height);
}

function greyOf({ width, height, data }: Size & { readonly data: Uint8Array }): Grey {
  return { width, height, data: Float32Array.from(data) };
}

/** A part of a picture. */
export function cut(from: Grey, x: number, y: number, width: number, height: number): Grey {
  const data = new Float32Array(width * height);
  for (let v = 0; v < height; v++) {
    const start = (y + v) * from.width + x;
    data.set(from.data.subarray(start, start + width), v * width);
  }
  return { width, height, data };
}

function ellipse(width: number, height: number): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [((i % width) + 0.5) / width - 0.5, (Math.floor(i / width) + 0.5) / height - 0.5];
    return x * x + y * y <= 0.25 ? 1 : 0;
  });
}

function scaled({ width, height, data }: Grey, by: number): Grey {
  return { width, height, data: by === 1 ? data : data.map((level) => 16 + (level - 16) * by) };
}

function reduced({ width, height, data }: Grey): Grey {
  const low = new Float32Array((width * height) / 4);
  for (let y = 0; y < height / 2; y++)
    for (let x = 0; x < width / 2; x++) {
      const at = 2 * y * width + 2 * x;
      low[(y * width) / 2 + x] = (data[at]! + data[at + 1]! + data[at + width]! + data[at + width + 1]!) / 4;
    }
  return { width: width / 2, height: height / 2, data: low };
}

/** A Gaussian's, its border repeated. */
function blurred(grey: Grey, sigma: number): Grey {
  if (sigma === 0) return grey;
  const reach = Math.ceil(3 * sigma);
  const weights = Array.from({ length: reach + 1 }, (_, i) => Math.exp(-(i ** 2) / (2 * sigma ** 2)));
  const total = weights.reduce((sum, weight, i) => sum + (i === 0 ? 1 : 2) * weight, 0);
  const taps = Float32Array.from(weights, (weight) => weight / total);
  const { width, height, data } = grey;
  const across = new Float32Array(data.length);
  for (let y = 0; y < height; y++)
    for (let x = 0, row = y * width; x < width; x++) {
      let sum = taps[0]! * data[row + x]!;
      for (let d = 1; d <= reach; d++)
        sum +=
          taps[d]! * (data[row + (x >= d ? x - d : 0)]! + data[row + (x + d < width ? x + d : width - 1)]!);
      across[row + x] = sum;
    }
  const down = new Float32Array(data.length);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0; x < width; x++) down[row + x] = taps[0]! * across[row + x]!;
    for (let d = 1; d <= reach; d++) {
      const [above, below] = [Math.max(0, y - d) * width, Math.min(height - 1, y + d) * width];
      for (let x = 0; x < width; x++) down[row + x]! += taps[d]! * (across[above + x]! + across[below + x]!);
    }
  }
  return { width, height, data: down };
}

function alike(grey: Grey): Float32Array {
  const { data } = blurred(grey, 0.7);
  const spread = Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length);
  return data.map((value) => value / spread);
}

function gaussians(random: ReturnType<typeof createRandom>, count: number): Float32Array {
  const values = new Float32Array(count);
  for (let i = 0; i < count; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - random.uniform()));
    const angle = 2 * Math.PI * random.uniform();
    values[i] = radius * Math.cos(angle);
    if (i + 1 < count) values[i + 1] = radius * Math.sin(angle);
  }
  return values;
}

function clip(level: number): number {
  return Math.min(255, Math.max(0, Math.round(level)));
}
