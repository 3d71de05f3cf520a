/** The best picture of a moment, scored as the arms of a stream are. */

import type { Plane } from "@tatami/core";
import { createPlane } from "@tatami/core";
import { gatherMoment, noiseOfSteps } from "@tatami/patches";
import type { Coded } from "./code.ts";
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
      ? [noiseOfSteps(decoded[index - 1]!.luma, luma)]
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
