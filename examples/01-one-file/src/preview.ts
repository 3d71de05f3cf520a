/** The latest finished frame beside the same frame of the original, while a job runs. */

import { element } from "@tatami/example-parts/element";
import type { SourceClip } from "./source-clip.ts";
import { createSplitSlider } from "./split-slider.ts";

export interface Preview {
  /** Shows the original until there is something to compare. */
  begin(clip: SourceClip): void;
  /** Takes the picture. */
  show(picture: ImageBitmap, timestamp: number): void;
  end(): void;
}

export const createPreview = (stage: HTMLElement): Preview => {
  const before = element("video", HTMLVideoElement, stage);
  const after = element("canvas", HTMLCanvasElement, stage);
  const slider = createSplitSlider(stage, element(".handle", HTMLElement, stage));
  const shape = (width: number, height: number): void => {
    if (width > 0 && height > 0) stage.style.setProperty("--ratio", String(width / height));
  };
  before.addEventListener("loadedmetadata", () => shape(before.videoWidth, before.videoHeight));

  return {
    begin: (clip) => {
      stage.dataset["shows"] = "before";
      slider.set(50);
      before.src = clip.url;
    },
    show: (picture, timestamp) => {
      if (before.error !== null) shape(picture.width, picture.height);
      stage.dataset["shows"] = before.error === null ? "both" : "after";
      // A hair past the frame's start, so that rounding does not show the one before it.
      before.currentTime = timestamp + 0.001;
      after.width = picture.width;
      after.height = picture.height;
      after.getContext("bitmaprenderer")?.transferFromImageBitmap(picture);
    },
    end: () => {
      before.removeAttribute("src");
      before.load();
    },
  };
};
