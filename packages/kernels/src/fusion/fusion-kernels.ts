/** The kernel that fuses a frame with those before it, with a memory of its own. */

import type { Plane, Size } from "@tatami/core";
import { copyRows } from "@tatami/core";
import { fusionJobLayout } from "../generated/layouts.ts";
import { changeFields, readFields } from "../layout.ts";
import { loadKernels } from "../load-kernels.ts";

/** How one frame is fused. */
export interface FusionStep {
  /** 256 levels at which a pixel's gate begins to open, by the level that it shows. */
  readonly thresholds: Float32Array;
  /** The most that a pixel's samples may weigh together. */
  readonly most: number;
  /** The share of the mean in what is shown, 0 to 1. */
  readonly share: number;
}

/** What was seen of one frame. Cells are of 4×4 pixels. */
export interface FusionSums {
  /** Pixels whose gate was not quite shut. */
  readonly opened: number;
  /** Cells whose light changed by as much as it may. */
  readonly bounded: number;
  /** Cells in which anything differs from the frame before. */
  readonly changes: number;
  /** Pixels that had been still for twelve frames. */
  readonly stillPixels: number;
  /** By how much nearer to those pixels the mean was than the frame before, in levels², summed; what is farther than three thresholds counts as that far. */
  readonly gained: number;
}

/** One stream's state, in the kernels' memory: the planes that `fuseFrame` of `@tatami/patches` defines. */
export interface FusionKernels {
  /** Fuses a frame; what is shown is put into `target`. Both of the kernels' size. */
  fuse(luma: Plane, target: Plane, step: FusionStep): FusionSums;
  /**
   * Gathers a frame into the picture of a moment that was begun with; `gatherFrame` of `@tatami/patches` defines it.
   *
   * @param thresholds as of a {@link FusionStep}
   */
  gather(luma: Plane, target: Plane, thresholds: Float32Array): void;
  /** Begins with a frame. */
  begin(luma: Plane): void;
  /** The planes as they lie: floats mean, count and gate, then bytes of the last frame and how long each pixel was still. */
  readonly state: Uint8Array<ArrayBuffer>;
}

type Rows = Pick<Plane, "data" | "stride">;

interface Exports {
  readonly memory: WebAssembly.Memory;
  heapBase(): number;
  fuseFrame(job: number): void;
  gatherFrame(job: number): void;
}

/** Of a byte. */
const levels = 256;

/**
 * Loads the kernel.
 *
 * @param size multiples of four
 * @throws TatamiError `unsupported-environment` without WebAssembly SIMD.
 */
export async function createFusionKernels(size: Size): Promise<FusionKernels> {
  const { module } = await loadKernels("fusion");
  const run = new WebAssembly.Instance(module).exports as unknown as Exports;
  const { memory } = run;
  const rooms = layOut(size, Math.ceil(run.heapBase() / 64) * 64);
  memory.grow(Math.max(0, Math.ceil((rooms.end - memory.buffer.byteLength) / 65536)));
  const { buffer } = memory;
  // what changes with each frame stays 0
  changeFields(buffer, rooms.job, fusionJobLayout, { ...rooms, ...size });
  const pixels = size.width * size.height;
  const bytes = new Uint8Array(buffer);
  const rowsAt = (at: number): Rows => ({ data: bytes.subarray(at, at + pixels), stride: size.width });
  const floats = (at: number): Float32Array => new Float32Array(buffer, at, pixels);
  const step = (
    { data, stride }: Plane,
    target: Plane,
    { thresholds, most, share }: FusionStep,
    work: (job: number) => void,
  ): void => {
    copyRows({ data, stride }, rowsAt(rooms.now), size.width, size.height);
    new Float32Array(buffer, rooms.thresholds, levels).set(thresholds);
    changeFields(buffer, rooms.job, fusionJobLayout, { most, share });
    work(rooms.job);
    copyRows(rowsAt(rooms.shown), target, size.width, size.height);
  };
  return {
    state: bytes.subarray(rooms.mean, rooms.still + pixels),
    begin({ data, stride }) {
      copyRows({ data, stride }, rowsAt(rooms.before), size.width, size.height);
      floats(rooms.mean).set(bytes.subarray(rooms.before, rooms.before + pixels));
      floats(rooms.count).fill(1);
      floats(rooms.gate).fill(1);
      bytes.fill(0, rooms.still, rooms.still + pixels);
    },
    gather(luma, target, thresholds) {
      step(luma, target, { thresholds, most: 0, share: 1 }, run.gatherFrame);
    },
    fuse(luma, target, given) {
      step(luma, target, given, run.fuseFrame);
      const { opened, bounded, changes, stillPixels, gained } = readFields(
        buffer,
        rooms.job,
        fusionJobLayout,
      );
      return { opened, bounded, changes, stillPixels, gained };
    },
  };
}

/** Where everything lies. What a state is made of lies together. */
interface Rooms {
  readonly job: number;
  readonly now: number;
  readonly shown: number;
  readonly mean: number;
  readonly count: number;
  readonly gate: number;
  readonly before: number;
  readonly still: number;
  readonly cells: number;
  readonly cellPitch: number;
  readonly cellPlane: number;
  readonly changed: number;
  readonly rows: number;
  readonly rowPitch: number;
  readonly thresholds: number;
  readonly end: number;
}

function layOut({ width, height }: Size, base: number): Rooms {
  const pixels = width * height;
  // kernels read and write some bytes beyond
  let top = base + fusionJobLayout.bytes;
  const place = (bytes: number, spare = 64): number => {
    const address = top;
    top += bytes + spare;
    if (spare > 0) top = Math.ceil(top / 64) * 64;
    return address;
  };
  const cellPitch = 16 + (Math.ceil(width / 16) * 4 + 8) * 4;
  const cellPlane = cellPitch * (height / 4 + 4);
  const rowPitch = 32 + (width + 16) * 4;
  const [now, shown] = [place(pixels), place(pixels)];
  const [mean, count, gate] = [place(4 * pixels, 0), place(4 * pixels, 0), place(4 * pixels, 0)];
  const [before, still] = [place(pixels, 0), place(pixels)];
  const cells = place(6 * cellPlane);
  const changed = place(pixels / 16);
  const rows = place(4 * 16 * rowPitch);
  const thresholds = place(4 * levels);
  const at = { now, shown, mean, count, gate, before, still, cells, changed, rows, thresholds };
  return { job: base, ...at, cellPitch, cellPlane, rowPitch, end: top };
}
