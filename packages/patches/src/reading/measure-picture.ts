/** What a frame's luma says about how it came about: sharpness, noise, blocks, flat drawn areas. */

import type { Plane } from "@tatami/core";

/** Side of the squares that are looked at, and of the blocks within them. */
const [tileSide, blockSide] = [64, 8];
/** Squares of a frame at most: a frame of any size costs the same. */
const mostTiles = 16;

/** Sums over the squares that were looked at; frames of one file are added up. */
export interface PictureSums {
  readonly blocks: BlockEnergies;
  /** Mean step between neighbours across the lines of an 8×8 grid, and elsewhere. */
  readonly gridStep: number;
  readonly insideStep: number;
  /** Pixels that equal their left and upper neighbours, of `pixels`. */
  readonly equal: number;
  readonly pixels: number;
}

/** Of every block of 8×8 pixels, in columns: mean squares, in levels². */
export interface BlockEnergies {
  /** Three octaves, the finest first (à trous, 3×3 binomial). */
  readonly fine: Float64Array;
  readonly middle: Float64Array;
  readonly coarse: Float64Array;
  /** Steps between neighbouring rows, and between rows two apart: the fields of a moving interlaced picture differ. */
  readonly rowStep: Float64Array;
  readonly fieldStep: Float64Array;
  /** Second and fourth differences along rows and columns: the latter see little but the finest there can be. */
  readonly second: Float64Array;
  readonly fourth: Float64Array;
}

/** Looks at up to 16 squares of 64×64, spread evenly; their corners lie on multiples of 16, where codecs put blocks. */
export function measurePicture(luma: Plane, fullRange: boolean): PictureSums {
  const tiles = placeTiles(luma.width, luma.height);
  const blocksIn = (side: number): number => Math.floor(side / blockSide);
  const blocks = createEnergies(
    tiles.reduce((sum, { width, height }) => sum + blocksIn(width) * blocksIn(height), 0),
  );
  const work = createWork();
  const steps = { grid: 0, gridCount: 0, inside: 0, insideCount: 0, equal: 0, pixels: 0 };
  let block = 0;
  for (const tile of tiles) {
    const { width, height } = tile;
    loadTile(work, luma, tile, fullRange ? 219 / 255 : 1);
    addSteps(steps, work.picture, width, height);
    addOctaves(work, tile, blocks, block);
    for (let j = 0; j + blockSide <= height; j += blockSide)
      for (let i = 0; i + blockSide <= width; i += blockSide)
        measureBlock(work, j * tileSide + i, blocks, block++);
  }
  return {
    blocks,
    gridStep: steps.grid / Math.max(1, steps.gridCount),
    insideStep: steps.inside / Math.max(1, steps.insideCount),
    equal: steps.equal,
    pixels: steps.pixels,
  };
}

function createEnergies(count: number): BlockEnergies {
  const column = (): Float64Array => new Float64Array(count);
  return {
    fine: column(),
    middle: column(),
    coarse: column(),
    rowStep: column(),
    fieldStep: column(),
    second: column(),
    fourth: column(),
  };
}

interface Steps {
  grid: number;
  gridCount: number;
  inside: number;
  insideCount: number;
  equal: number;
  pixels: number;
}

function addSteps(steps: Steps, picture: Float64Array, width: number, height: number): void {
  let [grid, inside, equal] = [0, 0, 0];
  const columns = Math.floor((width - 1) / blockSide);
  for (let j = 1; j < height; j++) {
    let [lefts, gridLefts, ups] = [0, 0, 0];
    for (let i = 1, at = j * tileSide + 1; i < width; i++, at++) {
      const left = Math.abs(picture[at]! - picture[at - 1]!);
      const up = Math.abs(picture[at]! - picture[at - tileSide]!);
      if (left + up === 0) equal++;
      if (i % blockSide === 0) gridLefts += left;
      else lefts += left;
      ups += up;
    }
    const isLine = j % blockSide === 0;
    grid += gridLefts + (isLine ? ups : 0);
    inside += lefts + (isLine ? 0 : ups);
    steps.gridCount += columns + (isLine ? width - 1 : 0);
    steps.insideCount += width - 1 - columns + (isLine ? 0 : width - 1);
    steps.pixels += width - 1;
  }
  steps.grid += grid;
  steps.inside += inside;
  steps.equal += equal;
}

/** Part of two frames' blocks of 8×8 that differ by less than noise does: by one level in the mean, or twice the noise. */
export function stillShareOf(first: Plane, second: Plane, noise: number): number {
  const most = Math.max(1, 2 * noise);
  let [still, count] = [0, 0];
  for (const { x, y, width, height } of placeTiles(first.width, first.height)) {
    for (let j = y; j + blockSide <= y + height; j += blockSide)
      for (let i = x; i + blockSide <= x + width; i += blockSide) {
        if (blockDifference(first, second, i, j) < most) still++;
        count++;
      }
  }
  return count === 0 ? 0 : still / count;
}

function blockDifference(first: Plane, second: Plane, x: number, y: number): number {
  let sum = 0;
  for (let j = y; j < y + blockSide; j++) {
    const [a, b] = [j * first.stride + x, j * second.stride + x];
    for (let i = 0; i < blockSide; i++) sum += Math.abs(first.data[a + i]! - second.data[b + i]!);
  }
  return sum / blockSide ** 2;
}

interface Work {
  readonly picture: Float64Array;
  /** What each octave leaves, in turns. */
  readonly smooth: readonly [Float64Array, Float64Array];
  readonly rows: Float64Array;
}

function createWork(): Work {
  const plane = (): Float64Array => new Float64Array(tileSide * tileSide);
  return {
    picture: plane(),
    smooth: [plane(), plane()],
    rows: plane(),
  };
}

interface Tile {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function placeTiles(width: number, height: number): readonly Tile[] {
  const [across, down] = [
    Math.max(1, Math.floor(width / tileSide)),
    Math.max(1, Math.floor(height / tileSide)),
  ];
  const shrink = Math.min(1, Math.sqrt(mostTiles / (across * down)));
  const columns = Math.max(1, Math.min(across, Math.round(across * shrink)));
  const rows = Math.max(1, Math.min(down, Math.floor(mostTiles / columns)));
  const place = (index: number, count: number, side: number): number =>
    count === 1
      ? Math.max(0, ((side - tileSide) >> 5) << 4)
      : (Math.round((index * (side - tileSide)) / (count - 1)) >> 4) << 4;
  return Array.from({ length: rows * columns }, (_, index) => ({
    x: place(index % columns, columns, width),
    y: place(Math.floor(index / columns), rows, height),
    width: Math.min(tileSide, width),
    height: Math.min(tileSide, height),
  }));
}

function loadTile({ picture }: Work, luma: Plane, { x, y, width, height }: Tile, gain: number): void {
  for (let j = 0; j < height; j++) {
    const row = (y + j) * luma.stride + x;
    for (let i = 0; i < width; i++) picture[j * tileSide + i] = luma.data[row + i]! * gain;
  }
}

/**
 * Adds up each block's energy in three octaves. An octave is what a binomial filter of 3×3 takes away, its taps twice as
 * far apart every time; edges are repeated.
 */
function addOctaves(
  { picture, smooth, rows }: Work,
  tile: Tile,
  to: BlockEnergies,
  firstBlock: number,
): void {
  const { width, height } = tile;
  const across = Math.floor(width / blockSide);
  let source = picture;
  [to.fine, to.middle, to.coarse].forEach((energy, index) => {
    const step = 1 << index;
    const target = smooth[index % 2]!;
    for (let j = 0; j < height; j++) smoothRow(source, rows, j * tileSide, width, step);
    for (let j = 0; j < height; j++) {
      const [here, up, down] = [
        j * tileSide,
        Math.max(0, j - step) * tileSide,
        Math.min(height - 1, j + step) * tileSide,
      ];
      for (let i = 0; i < width; i++)
        target[here + i] = 0.25 * (rows[up + i]! + rows[down + i]!) + 0.5 * rows[here + i]!;
      if (j - (j % blockSide) + blockSide > height) continue;
      const block = firstBlock + Math.floor(j / blockSide) * across;
      for (let i = 0; i < across; i++) energy[block + i]! += rowEnergy(source, target, here + i * blockSide);
    }
    source = target;
  });
  const last = firstBlock + across * Math.floor(height / blockSide);
  for (const energy of [to.fine, to.middle, to.coarse])
    for (let block = firstBlock; block < last; block++) energy[block]! /= blockSide ** 2;
}

function rowEnergy(source: Float64Array, target: Float64Array, start: number): number {
  let sum = 0;
  for (let at = start; at < start + blockSide; at++) {
    const detail = source[at]! - target[at]!;
    sum += detail * detail;
  }
  return sum;
}

/** Smooths one row from `start` on; the pixels at its ends, whose neighbours are repeated, apart. */
function smoothRow(
  source: Float64Array,
  target: Float64Array,
  start: number,
  width: number,
  step: number,
): void {
  const [first, last] = [start, start + width - 1];
  const near = (at: number): number =>
    0.25 * (source[Math.max(first, at - step)]! + source[Math.min(last, at + step)]!) + 0.5 * source[at]!;
  const head = Math.min(first + step, last + 1);
  const tail = Math.max(head, last + 1 - step);
  for (let at = first; at < head; at++) target[at] = near(at);
  for (let at = head; at < tail; at++)
    target[at] = 0.25 * (source[at - step]! + source[at + step]!) + 0.5 * source[at]!;
  for (let at = tail; at <= last; at++) target[at] = near(at);
}

/** Plain loops: of a frame's thousand blocks, whatever makes objects or calls functions a pixel is most of the time. */
function measureBlock({ picture }: Work, start: number, to: BlockEnergies, block: number): void {
  let [rowStep, fieldStep] = [0, 0];
  for (let j = 0; j < blockSide - 2; j++) {
    const row = start + j * tileSide;
    for (let at = row; at < row + blockSide; at++) {
      const [one, two] = [picture[at]! - picture[at + tileSide]!, picture[at]! - picture[at + 2 * tileSide]!];
      rowStep += one * one;
      fieldStep += two * two;
    }
  }
  const count = blockSide * (blockSide - 2);
  to.rowStep[block] = rowStep / count;
  to.fieldStep[block] = fieldStep / count;
  measureDifferences(picture, start, to, block);
}

function measureDifferences(picture: Float64Array, start: number, to: BlockEnergies, block: number): void {
  let [second, fourth] = [0, 0];
  // the five pixels of a fourth difference lie in the block
  for (let j = 2; j < blockSide - 2; j++) {
    const row = start + j * tileSide;
    for (let at = row + 2; at < row + blockSide - 2; at++) {
      const centre = picture[at]!;
      const beside = picture[at - 1]! + picture[at + 1]!;
      const above = picture[at - tileSide]! + picture[at + tileSide]!;
      const farBeside = picture[at - 2]! + picture[at + 2]!;
      const farAbove = picture[at - 2 * tileSide]! + picture[at + 2 * tileSide]!;
      const [across, down] = [beside - 2 * centre, above - 2 * centre];
      const [farAcross, farDown] = [farBeside - 4 * beside + 6 * centre, farAbove - 4 * above + 6 * centre];
      second += across * across;
      second += down * down;
      fourth += farAcross * farAcross;
      fourth += farDown * farDown;
    }
  }
  const count = 2 * (blockSide - 4) ** 2;
  to.second[block] = second / count;
  to.fourth[block] = fourth / count;
}
