/** The debug view of reuse: patches that were not computed are tinted. */

import type { Plane } from "@tatami/core";
import type { LumaOutcome } from "./luma-stage.ts";

/** Added to the two chroma planes: green for what was copied, orange for what was carried over. */
const tints = { copy: [-40, -40], carry: [-40, 40] } as const;

/** Tints 4:2:0 chroma in place, for a frame enlarged `scale` times. */
export function tintReused(chroma: readonly [Plane, Plane], outcome: LumaOutcome, scale: number): void {
  outcome.grid.patches.forEach(({ kept }, index) => {
    const decision = outcome.decisions[index]!;
    if (decision === "compute") return;
    chroma.forEach((plane, channel) => {
      const by = tints[decision][channel]!;
      const [left, top] = [Math.ceil((kept.x * scale) / 2), Math.ceil((kept.y * scale) / 2)];
      const right = Math.min(plane.width, Math.ceil(((kept.x + kept.width) * scale) / 2));
      const bottom = Math.min(plane.height, Math.ceil(((kept.y + kept.height) * scale) / 2));
      for (let y = top; y < bottom; y++)
        for (let at = y * plane.stride + left; at < y * plane.stride + right; at++)
          plane.data[at] = Math.min(240, Math.max(16, plane.data[at]! + by));
    });
  });
}
