/** The best picture of a moment, of the frames before and after it. */

import type { Plane, Planes } from "@tatami/core";
import { copyRows, createPlane } from "@tatami/core";
import type { StepNoise } from "./noise-of-steps.ts";
import { thresholdsOf } from "./noise-of-steps.ts";
import type { PlaneFuser } from "./plane-fuser.ts";
import { createPlaneFuser } from "./plane-fuser.ts";

/** A frame around the moment. */
export interface MomentFrame {
  readonly planes: Planes;
  /** Seconds. */
  readonly timestamp: number;
}

/** What was gathered. */
export interface GatheredMoment {
  readonly planes: Planes;
  /** How many frames each pixel of luma rests on, the moment's own among them; `[height][width]`, as the next two. */
  readonly frames: Uint16Array;
  /** Seconds by which the first and the last of them are before and after the moment. */
  readonly before: Float32Array;
  readonly after: Float32Array;
}

/** A pixel is taken to have changed above so many deviations of the noise. */
const deviations = 1.8;

/** One way from the moment, into the past or the future. */
interface Side {
  readonly fuser: PlaneFuser;
  readonly colours: readonly Colour[];
  /** Farthest frame of each pixel that was still of what stands there, seconds. */
  readonly reach: Float32Array;
  readonly frames: Uint16Array;
}

interface Colour {
  readonly sums: Float32Array;
  readonly weights: Float32Array;
}

/**
 * Gathers frames into the one of the moment, outwards on both sides, a pixel as long as it shows the same without a break
 * (`gatherFrame`): what stands there only at the moment stays, and rests on few frames. Colours go with luma.
 *
 * @param before outwards, the nearest first; `after` likewise, all of one size
 * @param noises what changes from one frame to another where nothing moves: of key frames, where there are any
 */
export async function gatherMoment(
  moment: MomentFrame,
  before: Iterable<MomentFrame>,
  after: Iterable<MomentFrame>,
  noises: readonly StepNoise[],
): Promise<GatheredMoment> {
  const thresholds = thresholdsOf(noises, deviations);
  const past = await gatherSide(moment, before, thresholds);
  const future = await gatherSide(moment, after, thresholds);
  const { luma, chroma, alpha } = moment.planes;
  const [pastSums, futureSums] = [sumsOf(past.fuser), sumsOf(future.fuser)];
  const [pastCounts, futureCounts] = [past.fuser.counts(), future.fuser.counts()];
  const own = rowsOf(luma);
  // the moment itself is in both
  const mean = createPlane({ width: luma.width, height: luma.height });
  mean.data.forEach((_, i) => {
    const sum = pastSums[i]! + futureSums[i]! - own[i]!;
    mean.data[i] = toByte(sum / (pastCounts[i]! + futureCounts[i]! - 1));
  });
  const colours = chroma.map((plane, channel) => {
    const [a, b] = [past.colours[channel]!, future.colours[channel]!];
    const shown = createPlane({ width: plane.width, height: plane.height });
    rowsOf(plane).forEach((level, i) => {
      shown.data[i] = toByte((level + a.sums[i]! + b.sums[i]!) / (1 + a.weights[i]! + b.weights[i]!));
    });
    return shown;
  }) as [Plane, Plane];
  return {
    planes: { luma: mean, chroma: colours, ...(alpha && { alpha }) },
    frames: past.frames.map((count, i) => 1 + count + future.frames[i]!),
    before: past.reach,
    after: future.reach,
  };
}

async function gatherSide(
  moment: MomentFrame,
  frames: Iterable<MomentFrame>,
  thresholds: Float32Array,
): Promise<Side> {
  const { luma, chroma } = moment.planes;
  const fuser = await createPlaneFuser(luma);
  fuser.begin(luma);
  const pixels = luma.width * luma.height;
  const side: Side = {
    fuser,
    colours: chroma.map(({ width, height }) => ({
      sums: new Float32Array(width * height),
      weights: new Float32Array(width * height),
    })),
    reach: new Float32Array(pixels),
    frames: new Uint16Array(pixels),
  };
  for (const { planes, timestamp } of frames) {
    fuser.gather(planes.luma, thresholds);
    const gates = fuser.gates();
    const far = Math.abs(timestamp - moment.timestamp);
    for (let i = 0; i < pixels; i++) {
      if (gates[i]! < 0.5) continue;
      side.frames[i]!++;
      side.reach[i] = far;
    }
    planes.chroma.forEach((plane, channel) => addColour(side.colours[channel]!, plane, gates, luma));
  }
  return side;
}

function addColour({ sums, weights }: Colour, plane: Plane, gates: Float32Array, luma: Plane): void {
  const [across, down] = [plane.width < luma.width ? 2 : 1, plane.height < luma.height ? 2 : 1];
  for (let y = 0, i = 0; y < plane.height; y++)
    for (let x = 0; x < plane.width; x++, i++) {
      const gate =
        gates[Math.min(y * down, luma.height - 1) * luma.width + Math.min(x * across, luma.width - 1)]!;
      sums[i]! += gate * plane.data[y * plane.stride + x]!;
      weights[i]! += gate;
    }
}

function sumsOf(fuser: PlaneFuser): Float32Array {
  const [means, counts] = [fuser.means(), fuser.counts()];
  return means.map((mean, i) => mean * counts[i]!);
}

function rowsOf({ width, height, stride, data }: Plane): Uint8Array {
  const rows = new Uint8Array(width * height);
  copyRows({ data, stride }, { data: rows, stride: width }, width, height);
  return rows;
}

function toByte(level: number): number {
  return Math.min(255, Math.max(0, Math.round(level)));
}
