/** The kernel that enlarges chroma under the guidance of luma, with a memory of its own. */

import type { Plane, Size } from "@tatami/core";
import { loadKernels } from "../load-kernels.ts";
import type { ResizeTaps } from "./resize-kernels.ts";

/** Taps along one axis: the same samples, weighted by one kernel for planes and by another for slopes. */
export interface GuideTaps {
  readonly filter: ResizeTaps;
  readonly slopes: ResizeTaps;
}

/** One frame's chroma. */
export interface GuideInit {
  readonly luma: Plane;
  readonly chroma: readonly [Plane, Plane];
  /** The larger luma. */
  readonly enlarged: Plane;
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
  guide(init: GuideInit): [Plane, Plane];
}

interface Exports {
  readonly memory: WebAssembly.Memory;
  heapBase(): number;
  guideChroma(job: number): void;
}

/** Loads the kernel. @throws TatamiError `unsupported-environment` without WebAssembly SIMD. */
export async function createGuideKernels(): Promise<GuideKernels> {
  const { module } = await loadKernels("resize");
  const run = new WebAssembly.Instance(module).exports as unknown as Exports;
  const { memory } = run;
  const base = Math.ceil(run.heapBase() / 64) * 64;
  return {
    guide(init) {
      const { luma, chroma, enlarged, size } = init;
      // kernels read a few bytes before and after a plane
      let top = base + jobBytes + 64;
      const place = (bytes: number): number => {
        const address = top;
        top = Math.ceil((top + bytes + 64) / 64) * 64;
        return address;
      };
      const rooms = layOut(init, place);
      const missing = top - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / 65536));
      const { buffer } = memory;
      const copy = ({ data }: Plane, at: number): void => new Uint8Array(buffer, at, data.length).set(data);
      copy(luma, rooms.luma);
      copy(chroma[0], rooms.blue);
      copy(chroma[1], rooms.red);
      copy(enlarged, rooms.enlarged);
      writeTaps(buffer, rooms, init);
      writeJob(buffer, base, rooms, init);
      run.guideChroma(base);
      const take = (at: number): Plane => {
        const data = new Uint8Array(buffer, at, size.width * size.height).slice();
        return { ...size, stride: size.width, data };
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
    luma: place(luma.data.length),
    blue: place(chroma[0].data.length),
    red: place(chroma[1].data.length),
    enlarged: place(enlarged.data.length),
    columnTaps: place(targetPitch * 16),
    columnWeights: place(targetPitch * 64),
    rowTaps: place(size.height * 16),
    rowWeights: place(size.height * 32),
    targetBlue: place(size.width * size.height),
    targetRed: place(size.width * size.height),
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

const jobBytes = 160;

// In the order of `GuideJob` in `assembly/resize/guide-job.ts`.
function writeJob(buffer: ArrayBuffer, at: number, rooms: Rooms, init: GuideInit): void {
  const { luma, chroma, enlarged, size } = init;
  const [blue, red] = chroma;
  const { width, height } = blue;
  const view = new DataView(buffer, at, jobBytes);
  let offset = 0;
  const integers = (...values: readonly number[]): void =>
    values.forEach((value) => view.setInt32((offset += 4) - 4, value, true));
  const floats = (...values: readonly number[]): void =>
    values.forEach((value) => view.setFloat32((offset += 4) - 4, value, true));
  integers(rooms.luma, luma.stride, luma.width, luma.height, init.across, init.down);
  integers(rooms.blue, blue.stride, rooms.red, red.stride, width, height);
  integers(rooms.enlarged, enlarged.stride, enlarged.width, enlarged.height);
  integers(rooms.columnTaps, rooms.columnWeights, rooms.rowTaps, rooms.rowWeights);
  integers(rooms.targetBlue, rooms.targetRed, size.width, size.height);
  floats(init.noise, init.doubt, init.tiny, init.sharpening, init.ownSide);
  integers(rooms.pitch, rooms.targetPitch, rooms.near, rooms.sums);
  integers(rooms.mixed, rooms.guide, rooms.wide, rooms.seen);
}
