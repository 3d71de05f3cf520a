/** Ways to take a frame's luma before it is enlarged. */

import type { Plane } from "@tatami/core";
import { createPlane } from "@tatami/core";
import type { FusionSummary } from "@tatami/patches";
import { createPlaneFuser, loadStreamFusion } from "@tatami/patches";
import type { CleanFrame } from "./scenes.ts";

/** A way. */
export interface Arm {
  readonly name: string;
  next(luma: Plane, index: number, isKey: boolean | undefined, clean: CleanFrame | undefined): Promise<Plane>;
  summary?(): FusionSummary;
}

/** The frame as it is; the mean of about 16; what ships; and what nobody has: the mean over all frames since each pixel came to rest. */
export async function createArms(
  size: { width: number; height: number },
  rate: number,
): Promise<readonly Arm[]> {
  return [
    { name: "single", next: async (luma) => luma },
    await meanOf16(size),
    shipped("fused", "static", rate),
    shipped("auto", "auto", rate),
    oracle(),
  ];
}

async function meanOf16(size: { width: number; height: number }): Promise<Arm> {
  const fuser = await createPlaneFuser(size);
  return {
    name: "mean of 16",
    async next(luma, index) {
      if (index === 0) fuser.begin(luma);
      return index === 0
        ? luma
        : fuser.fuse(luma, { thresholds: new Float32Array(256).fill(3), most: 16, share: 1 }).shown;
    },
  };
}

const createStreamFusion = await loadStreamFusion();

export function shipped(name: string, mode: "auto" | "static", rate: number): Arm {
  const fusion = createStreamFusion(mode);
  return {
    name,
    next: (luma, index, isKey) => fusion.next({ luma, timestamp: index / rate, isKey }),
    summary: () => fusion.summary(),
  };
}

function oracle(): Arm {
  let sums: Float32Array | undefined;
  let counts: Float32Array | undefined;
  return {
    name: "oracle",
    async next(luma, index, _, clean) {
      const { low, rest } = clean!;
      sums ??= new Float32Array(luma.width * luma.height);
      counts ??= new Float32Array(sums.length);
      const shown = createPlane(luma);
      for (let i = 0; i < sums.length; i++) {
        if (rest[i] === 0 && index > 0) sums[i] = counts[i] = 0;
        sums[i]! += luma.data[i]! - low.data[i]!;
        counts[i]!++;
        shown.data[i] = Math.min(255, Math.max(0, Math.round(low.data[i]! + sums[i]! / counts[i]!)));
      }
      return shown;
    },
  };
}
