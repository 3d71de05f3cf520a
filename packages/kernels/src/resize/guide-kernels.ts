/** The kernel that enlarges chroma under the guidance of luma, with a memory of its own. */

import type { AnyPlane, Size } from "@tatami/core";
import { bitsOf, createPlaneLike, isDeepPlane, rowsOf, stepsOfLevel } from "@tatami/core";
import { guideJobLayout } from "../generated/layouts.ts";
import { writeFields } from "../layout.ts";
import { loadKernels } from "../load-kernels.ts";
import type { ResizeTaps } from "./resize-kernels.ts";

/** Taps along one axis: the same samples, weighted by one kernel for planes and by another for slopes. */
export interface GuideTaps {
  readonly filter: ResizeTaps;
  readonly slopes: ResizeTaps;
}

/** One frame's chroma: all planes of as many bits. */
export interface GuideInit<P extends AnyPlane = AnyPlane> {
  readonly luma: P;
  readonly chroma: readonly [P, P];
  /** The larger luma. */
  readonly enlarged: P;
  /** Of the larger chroma, which is at 4:2:0. */
  readonly size: Size;
  /** Luma pixels a chroma sample of the source. */
  readonly across: 1 | 2;
  readonly down: 1 | 2;
  readonly columns: GuideTaps;
  readonly rows: GuideTaps;
  /** Added to luma's variance, in levels². */
  readonly noise: number;
  /** Weight, 0 to 1, of what a line does not explain. */
  readonly doubt: number;
  /** Above zero. */
  readonly tiny: number;
  /** Of the difference from the mean around. */
  readonly sharpening: number;
  /** Levels from grey from which on a sample stays on its side of it. */
  readonly ownSide: number;
}

/** One instance. */
export interface GuideKernels {
  /** Both chroma planes; `guideChroma` of `@tatami/patches` defines them. */
  guide<P extends AnyPlane>(init: GuideInit<P>): [P, P];
}

interface Exports {
  readonly memory: WebAssembly.Memory;
  heapBase(): number;
  guideChroma(job: number): void;
  guideWords(job: number): void;
}

/** Loads the kernel. @throws TatamiError `unsupported-environment` without WebAssembly SIMD. */
export async function createGuideKernels(): Promise<GuideKernels> {
  const { module } = await loadKernels("resize");
  const run = new WebAssembly.Instance(module).exports as unknown as Exports;
  const { memory } = run;
  const base = Math.ceil(run.heapBase() / 64) * 64;
  return {
    guide<P extends AnyPlane>(init: GuideInit<P>): [P, P] {
      const { luma, chroma, enlarged, size } = init;
      // kernels read a few bytes before and after a plane
      let top = base + guideJobLayout.bytes + 64;
      const place = (bytes: number): number => {
        const address = top;
        top = Math.ceil((top + bytes + 64) / 64) * 64;
        return address;
      };
      const rooms = layOut(init, place);
      const missing = top - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / 65536));
      const { buffer } = memory;
      const copy = (plane: P, at: number): void => {
        const { data } = rowsOf(plane);
        new Uint8Array(buffer, at, data.length).set(data);
      };
      copy(luma, rooms.luma);
      copy(chroma[0], rooms.blue);
      copy(chroma[1], rooms.red);
      copy(enlarged, rooms.enlarged);
      writeTaps(buffer, rooms, init);
      writeJob(buffer, base, rooms, init);
      if (isDeepPlane(luma)) run.guideWords(base);
      else run.guideChroma(base);
      const take = (at: number): P => {
        const plane = createPlaneLike(luma, size);
        const { data } = rowsOf(plane);
        data.set(new Uint8Array(buffer, at, data.length));
        return plane;
      };
      return [take(rooms.targetBlue), take(rooms.targetRed)];
    },
  };
}

type Rooms = ReturnType<typeof layOut>;

function layOut({ luma, chroma, enlarged, size }: GuideInit, place: (bytes: number) => number) {
  const pitch = Math.ceil(chroma[0].width / 4) * 4 + 16;
  const targetPitch = Math.ceil(size.width / 4) * 4 + 16;
  return {
    luma: place(luma.data.byteLength),
    blue: place(chroma[0].data.byteLength),
    red: place(chroma[1].data.byteLength),
    enlarged: place(enlarged.data.byteLength),
    columnTaps: place(targetPitch * 16),
    columnWeights: place(targetPitch * 64),
    rowTaps: place(size.height * 16),
    rowWeights: place(size.height * 32),
    targetBlue: place(size.width * size.height * luma.data.BYTES_PER_ELEMENT),
    targetRed: place(size.width * size.height * luma.data.BYTES_PER_ELEMENT),
    pitch,
    targetPitch,
    near: place(12 * pitch * 4),
    sums: place(8 * pitch * 4),
    mixed: place(pitch * 16),
    guide: place(pitch * 4),
    wide: place(20 * targetPitch * 4),
    seen: place(targetPitch * 4),
  };
}

function writeTaps(buffer: ArrayBuffer, rooms: Rooms, { columns, rows, size }: GuideInit): void {
  // samples beyond the last are computed and thrown away: they must stay inside memory
  const columnTaps = new Int32Array(buffer, rooms.columnTaps, rooms.targetPitch * 4).fill(0);
  columns.filter.indices.forEach((index, i) => (columnTaps[i] = index * 16));
  const columnWeights = new Float32Array(buffer, rooms.columnWeights, size.width * 16);
  const { filter, slopes } = columns;
  for (let i = 0; i < filter.weights.length; i++) {
    columnWeights[i * 4] = columnWeights[i * 4 + 1] = filter.weights[i]!;
    columnWeights[i * 4 + 2] = columnWeights[i * 4 + 3] = slopes.weights[i]!;
  }
  new Int32Array(buffer, rooms.rowTaps, size.height * 4).set(rows.filter.indices);
  const rowWeights = new Float32Array(buffer, rooms.rowWeights, size.height * 8);
  for (let y = 0; y < size.height; y++) {
    rowWeights.set(rows.filter.weights.subarray(y * 4, y * 4 + 4), y * 8);
    rowWeights.set(rows.slopes.weights.subarray(y * 4, y * 4 + 4), y * 8 + 4);
  }
}

function writeJob(buffer: ArrayBuffer, at: number, rooms: Rooms, init: GuideInit): void {
  const { luma, chroma, enlarged, size, across, down, noise, doubt, tiny, sharpening, ownSide } = init;
  const [blue, red] = chroma;
  const strideOf = (plane: AnyPlane): number => rowsOf(plane).stride;
  const bits = bitsOf(luma);
  const steps = stepsOfLevel(bits);
  writeFields(buffer, at, guideJobLayout, {
    ...rooms,
    lumaStride: strideOf(luma),
    lumaWidth: luma.width,
    lumaHeight: luma.height,
    across,
    down,
    blueStride: strideOf(blue),
    redStride: strideOf(red),
    width: blue.width,
    height: blue.height,
    enlargedStride: strideOf(enlarged),
    enlargedWidth: enlarged.width,
    enlargedHeight: enlarged.height,
    targetWidth: size.width,
    targetHeight: size.height,
    noise,
    doubt,
    tiny,
    sharpening,
    ownSide,
    unit: 1 / steps,
    steps,
    most: 2 ** bits - 1,
  });
}
