/** Flicker over time: measured in short stretches, since in a whole video nothing stands still. */

import type { Plane, Size } from "@tatami/core";
import { createFlickerMeter } from "@tatami/core";
import type { FlickerWindow, VideoName } from "./options.ts";

/** Frames in a stretch, and in the last one at least. */
const [length, least] = [8, 4];

/** Takes frames and gives stretches. */
export interface FlickerWindows {
  add(time: number, shown: ReadonlyMap<VideoName, { readonly luma: Plane }>): void;
  finish(): readonly FlickerWindow[];
}

/** What stands still is told by the reference; without one, by either of the two. */
export function createFlickerWindows(size: Size, names: readonly VideoName[]): FlickerWindows {
  const judges = names.includes("reference") ? (["reference"] as const) : names;
  const meter = createFlickerMeter({ judges: size, judgeCount: judges.length, pictures: names.length });
  const windows: FlickerWindow[] = [];
  let [start, end] = [0, 0];
  const close = (): void => {
    const { stillShare, variances } = meter.read();
    const named = names.map((name, at) => [name, variances[at]!] as const);
    windows.push({ start, end, stillShare, variances: stillShare > 0 ? Object.fromEntries(named) : {} });
    meter.reset();
  };
  return {
    add(time, shown) {
      if (meter.frames === 0) start = time;
      end = time;
      const lumas = (some: readonly VideoName[]) => some.map((name) => shown.get(name)!.luma);
      meter.add(lumas(judges), lumas(names));
      if (meter.frames === length) close();
    },
    finish() {
      if (meter.frames >= least || (windows.length === 0 && meter.frames > 1)) close();
      return windows;
    },
  };
}
