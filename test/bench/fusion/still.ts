/** The best picture of a moment, scored as the arms of a stream are. */

import type { Plane } from "@tatami/core";
import { createPlane } from "@tatami/core";
import { gatherMoment, noiseOfKeyStep } from "@tatami/patches";
import type { Coded } from "./code.ts";
import type { CleanFrame } from "./scenes.ts";
import { rate } from "./scenes.ts";

/** Seconds of the moment, and to both sides of it that are looked at. */
export const moment = 8.2;
const around = 8;

/** The luma of a moment, gathered as `upscaleMoment` gathers. */
export async function gatherStill(decoded: readonly Coded[]): Promise<Plane> {
  const grey = (plane: Plane): Plane => {
    const half = createPlane({ width: plane.width / 2, height: plane.height / 2 });
    half.data.fill(128);
    return half;
  };
  const shape = ({ luma }: Coded, index: number) => ({
    planes: { luma, chroma: [grey(luma), grey(luma)] as [Plane, Plane] },
    timestamp: index / rate,
  });
  const at = Math.round(moment * rate);
  const reach = Math.round(around * rate);
  const frames = decoded.map(shape);
  const noises = decoded.flatMap(({ luma, isKey }, index) =>
    isKey === true && index > 0 && Math.abs(index - at) <= reach
      ? [noiseOfKeyStep(decoded[index - 1]!.luma, decoded[index - 9]?.luma, luma).noise]
      : [],
  );
  const { planes } = await gatherMoment(
    frames[at]!,
    frames.slice(Math.max(0, at - reach), at).toReversed(),
    frames.slice(at + 1, at + reach + 1),
    noises,
  );
  return planes.luma;
}

/** What nobody has: the mean of all frames to both sides for which each pixel of the moment was at rest without a break, light told apart. */
export function oracleStill(decoded: readonly Coded[], clean: readonly CleanFrame[]): Plane {
  const at = Math.round(moment * rate);
  const reach = Math.round(around * rate);
  const { low } = clean[at]!;
  const sums = new Float32Array(low.data.length);
  const counts = new Float32Array(low.data.length);
  const gather = (index: number, open: Uint8Array): void => {
    const { luma } = decoded[index]!;
    open.forEach((isOpen, i) => {
      if (!isOpen) return;
      sums[i]! += luma.data[i]! - clean[index]!.low.data[i]!;
      counts[i]!++;
    });
  };
  const open = new Uint8Array(low.data.length).fill(1);
  const [past, future] = [open.slice(), open.slice()];
  gather(at, open);
  for (let d = 1; d <= reach; d++) {
    const [before, after] = [at - d, at + d];
    if (before >= 0) {
      // at rest now means: the same as in the frame before
      past.forEach((_, i) => (past[i]! &= clean[before + 1]!.rest[i]! > 0 ? 1 : 0));
      gather(before, past);
    }
    if (after < decoded.length) {
      future.forEach((_, i) => (future[i]! &= clean[after]!.rest[i]! > 0 ? 1 : 0));
      gather(after, future);
    }
  }
  const { width, height } = low;
  const shown = createPlane({ width, height });
  sums.forEach((sum, i) => {
    shown.data[i] = Math.min(255, Math.max(0, Math.round(low.data[i]! + sum / counts[i]!)));
  });
  return shown;
}
