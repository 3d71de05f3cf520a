/** The pixels of a stream since its last cut: what is fused of them, and frames that a key frame is held against. */

import type { Plane, Size } from "@tatami/core";
import { copyRows, createPlane } from "@tatami/core";
import type { FusionStep } from "@tatami/kernels";
import { stillFrames } from "./fuse-frame.ts";
import type { RecentFrames } from "./key-step.ts";
import { createRecentFrames, gainOver, noiseOfKeyStep } from "./key-step.ts";
import type { StepNoise } from "./noise-of-steps.ts";
import type { FusedPlane, PlaneFuser } from "./plane-fuser.ts";
import { createPlaneFuser } from "./plane-fuser.ts";

/** What a key frame tells: of it alone, where the frame before it is not predicted from it, its noise. */
export interface KeyLook {
  readonly noise: StepNoise;
  readonly gained?: number;
  readonly stillPixels?: number;
}

/** Everything but planes, as it is saved. */
export interface SceneNotes {
  /** None where no scene has begun. */
  readonly size: Size | undefined;
  readonly keysSinceBegin: number;
  /** Recent frames: how many are kept, and how many were pushed. */
  readonly recent: readonly [kept: number, pushed: number];
}

/** One scene after another, of a stream. */
export interface FusedScene {
  readonly hasBegun: boolean;
  /** The frame before the one that comes next. To be asked for in a scene that has begun, as all that follows. */
  readonly before: Plane;
  /** Key frames that were looked at since the scene began. */
  readonly keys: number;
  /** What a key frame tells beside an older one, where the one before it is predicted from it; before it is fused. */
  lookPastLeading(key: Plane, thresholds: Float32Array): KeyLook;
  fuse(luma: Plane, step: FusionStep): FusedPlane;
  countKey(): void;
  /** What the samples in each pixel's mean weigh together. */
  counts(): Float32Array;
  /** Makes room for frames of a size; of another than before, they are another scene. */
  fit(size: Size): Promise<void>;
  /** Begins with a plane of the size that was fitted. */
  begin(luma: Plane): void;
  /** Keeps a frame, whether it was fused or begun with; to be called for each of them. */
  remember(luma: Plane): void;
  /** The next frame is another scene's. */
  end(): void;
  save(): { readonly notes: SceneNotes; readonly planes: readonly Uint8Array[] };
}

/** A stream's beginning; or a scene in the midst, of what is given. */
export function createFusedScene(from?: Midst): FusedScene {
  let fuser = from?.fuser;
  let before = from?.fuser.last();
  let hasBegun = from !== undefined;
  let keys = from?.keys ?? 0;
  const recent = from?.recent ?? createRecentFrames();
  return {
    get hasBegun() {
      return hasBegun;
    },
    get before() {
      return before!;
    },
    get keys() {
      return keys;
    },
    lookPastLeading(key, thresholds) {
      const { noise, beside } = noiseOfKeyStep(before!, recent.older(), key);
      if (!beside) return { noise };
      const known = { still: fuser!.still(), means: fuser!.means(), thresholds };
      const { gained, pixels } = gainOver(beside, key, known, stillFrames);
      return { noise, gained, stillPixels: pixels };
    },
    fuse: (luma, step) => fuser!.fuse(luma, step),
    countKey: () => void keys++,
    counts: () => fuser!.counts(),
    async fit({ width, height }) {
      if (fuser?.size.width === width && fuser.size.height === height) return;
      fuser = await createPlaneFuser({ width, height });
      hasBegun = false;
    },
    begin(luma) {
      fuser!.begin(luma);
      hasBegun = true;
      keys = 0;
      recent.clear();
    },
    remember(luma) {
      before = copyOf(luma);
      recent.push(before);
    },
    end: () => void (hasBegun = false),
    save() {
      const { frames, pushed } = recent.state();
      if (!hasBegun)
        return { notes: { size: undefined, keysSinceBegin: keys, recent: [0, pushed] }, planes: [] };
      return {
        notes: { size: fuser!.size, keysSinceBegin: keys, recent: [frames.length, pushed] },
        planes: [...frames.map(({ data }) => data), fuser!.save()],
      };
    },
  };
}

/** What a scene in its midst is made of. */
interface Midst {
  readonly fuser: PlaneFuser;
  readonly keys: number;
  readonly recent: RecentFrames;
}

/** Goes on from what another scene saved. @param planes one behind the other */
export async function loadFusedScene(notes: SceneNotes, planes: Uint8Array): Promise<FusedScene> {
  if (!notes.size) return createFusedScene();
  const { width, height } = notes.size;
  const [kept, pushed] = notes.recent;
  const frames = Array.from({ length: kept }, (_, index): Plane => {
    const at = index * width * height;
    return { width, height, stride: width, data: planes.slice(at, at + width * height) };
  });
  const fuser = await createPlaneFuser(notes.size);
  fuser.load(planes.subarray(kept * width * height));
  return createFusedScene({
    fuser,
    keys: notes.keysSinceBegin,
    recent: createRecentFrames({ frames, pushed }),
  });
}

function copyOf({ width, height, stride, data }: Plane): Plane {
  const copy = createPlane({ width, height });
  copyRows({ data, stride }, copy, width, height);
  return copy;
}
