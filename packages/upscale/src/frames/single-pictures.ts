/** Pictures that are given one by one, as a stream: each may reuse what is kept of those before it. */

import type { Frame, Picture } from "@tatami/core";
import { isVideoFrame } from "@tatami/core";
import type { FusionSummary, ReuseBounds, StreamFusion } from "@tatami/patches";
import type { DeviceFrames } from "./device-frames.ts";
import type { EnlargePlanes, SettledOptions } from "./enlarge-planes.ts";
import type { LumaStage } from "./luma-stage.ts";
import { fromVideoFrame, toVideoFrame } from "./video-frame.ts";

/** The stream of single pictures. */
export interface SinglePictures {
  /** Takes a picture, and gives a larger one of its kind. */
  enlarge(source: Picture, options: SettledOptions): Promise<Picture>;
  /** What fusing them came to; nothing where they are not fused. */
  readonly fusion: FusionSummary | undefined;
  /** Moves the bounds of reuse on the engine's device; those of planes are the stage's. */
  setReuseBounds(bounds: ReuseBounds): void;
  /** Forgets earlier pictures. */
  reset(): void;
}

/** What single pictures go through. */
export interface SinglePicturesInit {
  readonly enlarge: EnlargePlanes;
  readonly stage: LumaStage;
  /** None: they are not fused. */
  readonly fusion: StreamFusion | undefined;
  /** None: VideoFrames go by their planes. */
  readonly device: DeviceFrames | undefined;
}

/** The stream's beginning. */
export function createSinglePictures({ enlarge, stage, fusion, device }: SinglePicturesInit): SinglePictures {
  const enlargeFrame = async (source: Frame, options: SettledOptions): Promise<Frame> =>
    (await enlarge(stage, [source], { fusion, ...options }))[0]!;
  const enlargeVideoFrame = async (source: VideoFrame, options: SettledOptions): Promise<VideoFrame> => {
    try {
      const larger = await device?.enlarge(source, options);
      return larger ?? (await toVideoFrame(await enlargeFrame(await fromVideoFrame(source), options)));
    } finally {
      source.close();
    }
  };
  return {
    enlarge: (source, options) =>
      isVideoFrame(source) ? enlargeVideoFrame(source, options) : enlargeFrame(source, options),
    get fusion() {
      return fusion?.summary();
    },
    setReuseBounds: (bounds) => device?.setReuseBounds(bounds),
    reset: () => {
      stage.reset();
      fusion?.reset();
      device?.reset();
    },
  };
}
