/** A video element as the frame processor's source. */

import { createFrameProcessor } from "@tatami/runtime";
import { loadModel } from "@tatami/zoo";
import { compare, enlargeOnCpu } from "../enlarge-on-cpu.ts";
import { readTexture, toPng } from "../read-texture.ts";

/** What one frame of a video showed. */
export interface VideoOutcome {
  /** Size of the larger frame. */
  readonly size: readonly [width: number, height: number];
  /** Seconds into the clip of the frame that was shown. */
  readonly mediaTime: number;
  /** Largest and mean difference from the CPU, which enlarges what a canvas shows; in levels of R′G′B′. */
  readonly worst: number;
  readonly mean: number;
  /** Mean difference of the shown frame from the first one: seeking must lead somewhere. */
  readonly change: number;
  readonly picture: string;
}

/** Seeks to some times of a clip that is fetched, and enlarges what is shown there. */
export async function enlargeFromVideo(clip: string, times: readonly number[]): Promise<VideoOutcome[]> {
  const model = await loadModel("m3-x2");
  await using processor = await createFrameProcessor({ model, acceptSoftwareAdapter: true });
  const video = document.createElement("video");
  const url = URL.createObjectURL(await (await fetch(clip)).blob());
  const outcomes: VideoOutcome[] = [];
  let first: Uint8Array | undefined;
  try {
    await open(video, url);
    for (const time of times) {
      const { mediaTime } = await seek(video, time);
      const drawn = await processor.process(video);
      const seen = await readTexture(processor.device, drawn);
      const expected = enlargeOnCpu(model, pixelsOf(video), true);
      first ??= expected;
      outcomes.push({
        size: [drawn.width, drawn.height],
        mediaTime,
        ...compare(seen, expected),
        change: compare(expected, first).mean,
        picture: await toPng(seen, drawn.width),
      });
    }
    return outcomes;
  } finally {
    video.remove();
    video.removeAttribute("src");
    video.load();
    URL.revokeObjectURL(url);
  }
}

async function open(video: HTMLVideoElement, url: string): Promise<void> {
  video.muted = true;
  document.body.append(video);
  await new Promise<void>((resolve, reject) => {
    video.addEventListener("loadeddata", () => resolve(), { once: true });
    video.addEventListener("error", () => reject(new Error(video.error?.message)), { once: true });
    video.src = url;
  });
}

/** Until the frame of that time is there, not one that was on its way before. */
async function seek(video: HTMLVideoElement, time: number): Promise<VideoFrameCallbackMetadata> {
  return new Promise((resolve) => {
    const look = (_: number, shown: VideoFrameCallbackMetadata): void => {
      if (Math.abs(shown.mediaTime - time) < 0.1) resolve(shown);
      else video.requestVideoFrameCallback(look);
    };
    video.requestVideoFrameCallback(look);
    video.currentTime = time;
  });
}

function pixelsOf(video: HTMLVideoElement): ImageData {
  const { videoWidth: width, videoHeight: height } = video;
  const context = new OffscreenCanvas(width, height).getContext("2d")!;
  context.drawImage(video, 0, 0);
  return context.getImageData(0, 0, width, height);
}
