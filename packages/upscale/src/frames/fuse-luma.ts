/** A frame's luma fused with those before it, in as many bits as it has. */

import type { AnyPlane, AnyPlanes, DeepPlane, Frame, Plane } from "@tatami/core";
import { areDeepPlanes, createDeepPlane, roundPlanes, stepsOfLevel } from "@tatami/core";
import type { StreamFusion } from "@tatami/patches";

/**
 * The luma to show. Means are of bytes; by what they move a picture of 8 bits, finer samples are moved: where nothing changes, and without
 * noise, they stay as they are.
 */
export async function fuseLuma(
  fusion: StreamFusion,
  planes: AnyPlanes,
  { timestamp, isKey }: Pick<Frame, "timestamp" | "isKey">,
): Promise<AnyPlane> {
  if (!areDeepPlanes(planes)) return fusion.next({ luma: planes.luma, timestamp, isKey });
  const { luma: rounded } = roundPlanes(planes);
  const shown = await fusion.next({ luma: rounded, timestamp, isKey });
  return shown === rounded ? planes.luma : moved(planes.luma, rounded, shown);
}

function moved(fine: DeepPlane, from: Plane, to: Plane): DeepPlane {
  const result = createDeepPlane(fine, fine.bits);
  const step = stepsOfLevel(fine.bits);
  const most = 2 ** fine.bits - 1;
  for (let y = 0; y < fine.height; y++)
    for (let x = 0; x < fine.width; x++) {
      const by = to.data[y * to.stride + x]! - from.data[y * from.stride + x]!;
      const level = fine.data[y * fine.stride + x]! + step * by;
      result.data[y * result.stride + x] = Math.min(Math.max(level, 0), most);
    }
  return result;
}
