/** The frames around a moment of a file, as many as memory is given for. */

import type { Frame, Plane, Planes } from "@tatami/core";
import { invalidOption, throwIfAborted } from "@tatami/core";
import type { MomentFrame, StepNoise } from "@tatami/patches";
import { createRecentFrames, noiseOfKeyStep, noiseOfSteps } from "@tatami/patches";

/** Bytes of pictures that are kept at most. */
const mostBytes = 768 * 2 ** 20;

/** What was read. */
export interface ReadMoment {
  /** The frame that is shown at the moment; its pixels are copied. */
  readonly moment: MomentFrame & Pick<Frame, "color" | "duration">;
  /** Outwards, the nearest first. */
  readonly before: readonly MomentFrame[];
  readonly after: readonly MomentFrame[];
  /** What changes from one frame to a key frame; of frames next to one another where no key frame is known. */
  readonly noises: readonly StepNoise[];
}

/**
 * Reads the frames from the first to the last; where there is no room for all, every second, fourth and so on, and key
 * frames as long as they are not too many themselves.
 *
 * @param frames from some time before `at` on
 * @param at seconds
 * @throws TatamiError `invalid-option` where no frame is shown then.
 */
export async function readMoment(
  frames: AsyncIterable<Frame>,
  at: number,
  until: number,
  signal: AbortSignal | undefined,
): Promise<ReadMoment> {
  const kept: (ReadMoment["moment"] & { readonly isKey: boolean; readonly index: number })[] = [];
  const atKeys: StepNoise[] = [];
  const recent = createRecentFrames();
  let last: Plane | undefined;
  let [shown, index, step] = [-1, 0, 1];
  for await (const frame of frames) {
    try {
      throwIfAborted(signal);
      if (frame.timestamp > until) break;
      const planes = copyOf(await frame.planes());
      if (frame.isKey === true && last && isOfOneSize(last, planes.luma))
        atKeys.push(noiseOfKeyStep(last, recent.older(), planes.luma).noise);
      last = planes.luma;
      recent.push(last);
      const { timestamp, color, duration, isKey = false } = frame;
      const isBefore = timestamp <= at + 1e-6;
      if (isBefore) shown = index;
      if (isKey || isBefore || index % step === 0)
        kept.push({ planes, timestamp, color, duration, isKey, index });
      while (kept.length * bytesOf(planes) > mostBytes) {
        step *= 2;
        thin(kept, shown, step);
      }
      index++;
    } finally {
      frame.close();
    }
  }
  const place = kept.findIndex((each) => each.index === shown);
  const moment = kept[place];
  if (!moment) throw invalidOption("options.at", "a time at which the file shows a frame", at);
  const fits = ({ planes: { luma } }: MomentFrame): boolean => isOfOneSize(luma, moment.planes.luma);
  return {
    moment,
    before: kept.slice(0, place).toReversed().filter(fits),
    after: kept.slice(place + 1).filter(fits),
    noises: atKeys.length > 0 ? atKeys : stepsOf(kept),
  };
}

/** What changes from each frame that was kept to the next; asked for only where no key frame is known. */
function stepsOf(kept: readonly MomentFrame[]): StepNoise[] {
  return kept.slice(1).flatMap(({ planes: { luma } }, index) => {
    const before = kept[index]!.planes.luma;
    return isOfOneSize(before, luma) ? [noiseOfSteps(before, luma)] : [];
  });
}

function isOfOneSize(a: Plane, b: Plane): boolean {
  return a.width === b.width && a.height === b.height;
}

/** Leaves out what is no key frame, no multiple of the step, and not the frame that is shown. */
function thin(
  kept: { readonly isKey: boolean; readonly index: number }[],
  shown: number,
  step: number,
): void {
  const most = kept.length;
  for (let i = most - 1; i >= 0; i--) {
    const { isKey, index } = kept[i]!;
    // where every frame is a key frame, they are thinned too
    const spared = isKey && step <= 4;
    if (index !== shown && !spared && index % step !== 0) kept.splice(i, 1);
  }
}

function bytesOf({ luma, chroma }: Planes): number {
  return luma.data.length + chroma[0].data.length + chroma[1].data.length;
}

function copyOf({ luma, chroma: [blue, red] }: Planes): Planes {
  const copy = (plane: Plane): Plane => ({ ...plane, data: plane.data.slice() });
  return { luma: copy(luma), chroma: [copy(blue), copy(red)] };
}
