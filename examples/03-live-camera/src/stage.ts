/** The picture: the larger track, and the camera's own over a part of it. */

import { element } from "@tatami/example-parts/element";

/** Where tracks are shown. */
export interface Stage {
  show(before: MediaStreamTrack, after: MediaStreamTrack): void;
  clear(): void;
}

/** Joins the two videos and the slider between them. */
export const createStage = (): Stage => {
  const stage = element("#stage", HTMLElement);
  const before = element("#before", HTMLVideoElement);
  const after = element("#after", HTMLVideoElement);
  const split = element("#split", HTMLInputElement);
  const sizes = [element("#before-size", HTMLElement), element("#after-size", HTMLElement)];

  const showSplit = (): void => {
    stage.style.setProperty("--split", `${split.value}%`);
    split.setAttribute("aria-valuetext", `${split.value} % camera, ${100 - Number(split.value)} % larger`);
  };
  const showSizes = (): void => {
    for (const [index, { videoWidth, videoHeight }] of [before, after].entries())
      sizes[index]!.textContent = videoWidth > 0 ? ` ${videoWidth}×${videoHeight}` : "";
    if (after.videoWidth > 0)
      stage.style.setProperty("--ratio", String(after.videoWidth / after.videoHeight));
  };
  split.addEventListener("input", showSplit);
  for (const video of [before, after]) video.addEventListener("resize", showSizes);
  showSplit();
  return {
    show: (camera, larger) => {
      before.srcObject = new MediaStream([camera]);
      after.srcObject = new MediaStream([larger]);
    },
    clear: () => {
      before.srcObject = null;
      after.srcObject = null;
    },
  };
};
