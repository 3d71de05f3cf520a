/** The mean over turns of a picture: what a network makes of it, less what hangs on the way it is held. */

import type { LumaPlane } from "../data/luma.ts";
import { turnCount, turnedPlaces } from "../feed/turn.ts";

/**
 * Enlarges all eight turns of a picture, or the first of them, turns each back and takes their mean (the geometric
 * self-ensemble of EDSR; Lim et al., 2017, arXiv 1707.02921, section 3.3): eight times the work, and closer to the truth.
 */
export function enlargeTurned(
  enlarge: (low: LumaPlane) => LumaPlane | Promise<LumaPlane>,
  turns: number = turnCount,
): (low: LumaPlane) => Promise<LumaPlane> {
  return async (low) => {
    let sum: LumaPlane | undefined;
    for (let turn = 0; turn < turns; turn++) {
      const turned = await enlarge(turnPlane(low, turn));
      // a turn that exchanges rows and columns is undone by its mirrors' exchange
      const back = turnPlane(turned, turn & 1 ? 1 | ((turn & 2) << 1) | ((turn & 4) >> 1) : turn);
      if (!sum) sum = back;
      else for (let i = 0; i < back.data.length; i++) sum.data[i]! += back.data[i]!;
    }
    return { ...sum!, data: sum!.data.map((value) => value / turns) };
  };
}

/** A picture in one of its eight turns (`turn.ts`). */
export function turnPlane({ width, height, data }: LumaPlane, turn: number): LumaPlane {
  const [wide, tall] = turn & 1 ? [height, width] : [width, height];
  const { start, across, down } = turnedPlaces(turn, width, height, width);
  const turned = new Float32Array(data.length);
  for (let y = 0; y < tall; y++) {
    for (let x = 0; x < wide; x++) turned[y * wide + x] = data[start + y * down + x * across]!;
  }
  return { width: wide, height: tall, data: turned };
}
