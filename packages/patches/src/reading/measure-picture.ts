/** What a frame's luma says about how it came about: sharpness, noise, blocks, flat drawn areas. */

import type { Plane } from "@tatami/core";

/** Side of the squares that are looked at, and of the blocks within them. */
const [TILE, BLOCK] = [64, 8];
/** Squares of a frame at most: a frame of any size costs the same. */
const MOST_TILES = 16;

/** Sums over the squares that were looked at; frames of one file are added up. */
export interface PictureSums {
  /** Blocks of 8×8, each with its energies in three octaves, the finest first (à trous, 3×3 binomial). */
  readonly blocks: readonly BlockEnergies[];
  /** Mean step between neighbours across the lines of an 8×8 grid, and elsewhere. */
  readonly gridStep: number;
  readonly insideStep: number;
  /** Pixels that equal their left and upper neighbours, of `pixels`. */
  readonly equal: number;
  readonly pixels: number;
}

/** One block of 8×8 pixels: mean squares, in levels². */
export interface BlockEnergies {
  readonly fine: number;
  readonly middle: number;
  readonly coarse: number;
  /** Mean squared step between neighbouring rows, and between rows two apart: the fields of a moving interlaced picture differ. */
  readonly rowStep: number;
  readonly fieldStep: number;
  /** Mean squares of second and of fourth differences along rows and columns: the latter see little but the finest there can be. */
  readonly second: number;
  readonly fourth: number;
}

/** Looks at up to 16 squares of 64×64, spread evenly; their corners lie on multiples of 16, where codecs put blocks. */
export function measurePicture(luma: Plane, fullRange: boolean): PictureSums {
  const blocks: BlockEnergies[] = [];
  const work = createWork();
  const steps = { grid: 0, gridCount: 0, inside: 0, insideCount: 0, equal: 0, pixels: 0 };
  for (const tile of placeTiles(luma.width, luma.height)) {
    const { width, height } = tile;
    loadTile(work, luma, tile, fullRange ? 219 / 255 : 1);
    addSteps(steps, work.picture, width, height);
    splitOctaves(work, width, height);
    for (let j = 0; j + BLOCK <= height; j += BLOCK)
      for (let i = 0; i + BLOCK <= width; i += BLOCK) blocks.push(measureBlock(work, i, j));
  }
  return {
    blocks,
    gridStep: steps.grid / Math.max(1, steps.gridCount),
    insideStep: steps.inside / Math.max(1, steps.insideCount),
    equal: steps.equal,
    pixels: steps.pixels,
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

function addSteps(steps: Steps, picture: Float32Array, width: number, height: number): void {
  for (let j = 1; j < height; j++) {
    const isLine = j % BLOCK === 0;
    for (let i = 1; i < width; i++) {
      const at = j * TILE + i;
      const left = Math.abs(picture[at]! - picture[at - 1]!);
      const up = Math.abs(picture[at]! - picture[at - TILE]!);
      if (left + up === 0) steps.equal++;
      if (i % BLOCK === 0) steps.grid += left;
      else steps.inside += left;
      if (isLine) steps.grid += up;
      else steps.inside += up;
    }
    const columns = Math.floor((width - 1) / BLOCK);
    steps.gridCount += columns + (isLine ? width - 1 : 0);
    steps.insideCount += width - 1 - columns + (isLine ? 0 : width - 1);
    steps.pixels += width - 1;
  }
}

/** Part of two frames' blocks of 8×8 that differ by less than noise does: by one level in the mean, or twice the noise. */
export function stillShareOf(first: Plane, second: Plane, noise: number): number {
  const most = Math.max(1, 2 * noise);
  let [still, count] = [0, 0];
  for (const { x, y, width, height } of placeTiles(first.width, first.height)) {
    for (let j = y; j + BLOCK <= y + height; j += BLOCK)
      for (let i = x; i + BLOCK <= x + width; i += BLOCK) {
        if (blockDifference(first, second, i, j) < most) still++;
        count++;
      }
  }
  return count === 0 ? 0 : still / count;
}

function blockDifference(first: Plane, second: Plane, x: number, y: number): number {
  let sum = 0;
  for (let j = y; j < y + BLOCK; j++) {
    const [a, b] = [j * first.stride + x, j * second.stride + x];
    for (let i = 0; i < BLOCK; i++) sum += Math.abs(first.data[a + i]! - second.data[b + i]!);
  }
  return sum / BLOCK ** 2;
}

interface Work {
  readonly picture: Float32Array;
  readonly octaves: readonly Float32Array[];
  /** What each octave leaves, in turns. */
  readonly smooth: readonly [Float32Array, Float32Array];
  readonly rows: Float32Array;
}

function createWork(): Work {
  const plane = (): Float32Array => new Float32Array(TILE * TILE);
  return {
    picture: plane(),
    octaves: [plane(), plane(), plane()],
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
  const [across, down] = [Math.max(1, Math.floor(width / TILE)), Math.max(1, Math.floor(height / TILE))];
  const shrink = Math.min(1, Math.sqrt(MOST_TILES / (across * down)));
  const columns = Math.max(1, Math.min(across, Math.round(across * shrink)));
  const rows = Math.max(1, Math.min(down, Math.floor(MOST_TILES / columns)));
  const place = (index: number, count: number, side: number): number =>
    count === 1
      ? Math.max(0, ((side - TILE) >> 5) << 4)
      : (Math.round((index * (side - TILE)) / (count - 1)) >> 4) << 4;
  return Array.from({ length: rows * columns }, (_, index) => ({
    x: place(index % columns, columns, width),
    y: place(Math.floor(index / columns), rows, height),
    width: Math.min(TILE, width),
    height: Math.min(TILE, height),
  }));
}

function loadTile({ picture }: Work, luma: Plane, { x, y, width, height }: Tile, gain: number): void {
  for (let j = 0; j < height; j++) {
    const row = (y + j) * luma.stride + x;
    for (let i = 0; i < width; i++) picture[j * TILE + i] = luma.data[row + i]! * gain;
  }
}

/** Each octave is what a binomial filter of 3×3 takes away, its taps twice as far apart every time; edges are repeated. */
function splitOctaves({ picture, octaves, smooth, rows }: Work, width: number, height: number): void {
  let source = picture;
  octaves.forEach((octave, index) => {
    const step = 1 << index;
    for (let j = 0; j < height; j++) {
      for (let i = 0; i < width; i++) {
        const at = j * TILE + i;
        const [left, right] = [j * TILE + Math.max(0, i - step), j * TILE + Math.min(width - 1, i + step)];
        rows[at] = 0.25 * (source[left]! + source[right]!) + 0.5 * source[at]!;
      }
    }
    const target = smooth[index % 2]!;
    for (let j = 0; j < height; j++) {
      const [up, down] = [Math.max(0, j - step) * TILE, Math.min(height - 1, j + step) * TILE];
      for (let i = 0; i < width; i++) {
        const at = j * TILE + i;
        const low = 0.25 * (rows[up + i]! + rows[down + i]!) + 0.5 * rows[at]!;
        octave[at] = source[at]! - low;
        target[at] = low;
      }
    }
    source = target;
  });
}

function measureBlock({ picture, octaves }: Work, x: number, y: number): BlockEnergies {
  const energies = octaves.map((octave) => {
    let sum = 0;
    for (let j = y; j < y + BLOCK; j++)
      for (let at = j * TILE + x; at < j * TILE + x + BLOCK; at++) sum += octave[at]! * octave[at]!;
    return sum / BLOCK ** 2;
  });
  const [fine = 0, middle = 0, coarse = 0] = energies;
  let [rowStep, fieldStep] = [0, 0];
  for (let j = y; j < y + BLOCK - 2; j++) {
    for (let at = j * TILE + x; at < j * TILE + x + BLOCK; at++) {
      rowStep += (picture[at]! - picture[at + TILE]!) ** 2;
      fieldStep += (picture[at]! - picture[at + 2 * TILE]!) ** 2;
    }
  }
  const count = BLOCK * (BLOCK - 2);
  const steps = { rowStep: rowStep / count, fieldStep: fieldStep / count };
  return { fine, middle, coarse, ...steps, ...measureDifferences(picture, x, y) };
}

function measureDifferences(
  picture: Float32Array,
  x: number,
  y: number,
): Pick<BlockEnergies, "second" | "fourth"> {
  let [second, fourth, count] = [0, 0, 0];
  // the five pixels of a fourth difference lie in the block
  for (let j = y + 2; j < y + BLOCK - 2; j++) {
    for (let at = j * TILE + x + 2; at < j * TILE + x + BLOCK - 2; at++) {
      for (const step of [1, TILE]) {
        const [near, far] = [
          picture[at - step]! + picture[at + step]!,
          picture[at - 2 * step]! + picture[at + 2 * step]!,
        ];
        const centre = picture[at]!;
        second += (near - 2 * centre) ** 2;
        fourth += (far - 4 * near + 6 * centre) ** 2;
        count++;
      }
    }
  }
  return { second: second / count, fourth: fourth / count };
}
