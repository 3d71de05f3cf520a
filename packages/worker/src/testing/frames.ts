/** Small frames and a small model for tests. */

import type { Frame } from "@tatami/core";
import { createFrame, createPlane } from "@tatami/core";
import type { Model } from "@tatami/graph";
import { seededSesr } from "@tatami/graph";
import type { UpscalerOptions } from "@tatami/upscale";

/** A SESR-M3 that makes twice the size, with seeded weights. */
export function smallModel(): Model {
  return seededSesr();
}

/** What the doors of these tests open on. */
export const doorOptions: UpscalerOptions = {
  model: smallModel(),
  backends: ["wasm"],
  threads: 1,
  patchSize: 64,
  batchSize: 1,
};

/** A frame of 40×26 pixels, numbered by its pixels and by its time. */
export function numberedFrame(index: number): Frame {
  const luma = createPlane({ width: 40, height: 26 });
  luma.data.forEach((_, i) => (luma.data[i] = 30 + ((i * 7 + index * 13) % 180)));
  const chroma = (level: number) => {
    const plane = createPlane({ width: 20, height: 13 });
    plane.data.fill(level);
    return plane;
  };
  const init = { timestamp: index / 25, duration: 0.04 };
  return createFrame({ luma, chroma: [chroma(120), chroma(140)] }, init, "test");
}

/** Frames `0` to `count - 1`. @param before called before each is made */
export async function* numberedFrames(
  count: number,
  before: (index: number) => void = () => {},
): AsyncGenerator<Frame, void, undefined> {
  for (let index = 0; index < count; index++) {
    before(index);
    yield numberedFrame(index);
  }
}
