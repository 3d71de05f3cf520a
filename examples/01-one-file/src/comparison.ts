/** Before and after on the playing video, with a line to draw between them. */

import { element } from "@tatami/example-parts/element";
import { formatClock } from "@tatami/example-parts/format";
import { createSplitSlider } from "./split-slider.ts";
import { syncVideos } from "./video-sync.ts";

/** What is compared. URLs stay the caller's to revoke. */
export interface Pair {
  readonly before: string;
  readonly after: string;
  /** For the labels, for instance "240 × 160". */
  readonly beforeSize: string;
  readonly afterSize: string;
}

export interface Comparison {
  /** Shows a pair and plays it. */
  show(pair: Pair): void;
  /** Stops and lets go of both videos. */
  clear(): void;
}

export const createComparison = (root: HTMLElement): Comparison => {
  const stage = element(".stage", HTMLElement, root);
  const before = element("video.before", HTMLVideoElement, root);
  const after = element("video.after", HTMLVideoElement, root);
  const handle = element(".handle", HTMLElement, root);
  const note = element("figcaption", HTMLElement, root);
  const slider = createSplitSlider(stage, handle);
  createTransport(root, after);
  let shown: AbortController | undefined;

  const clear = (): void => {
    shown?.abort();
    shown = undefined;
    for (const video of [before, after]) {
      video.pause();
      video.removeAttribute("src");
      video.load();
    }
  };

  const show = (pair: Pair): void => {
    clear();
    shown = new AbortController();
    const { signal } = shown;
    root.dataset["plays"] = "both";
    note.hidden = true;
    const cannotPlay = (which: "before" | "after", text: string): void => {
      root.dataset["plays"] = which === "before" ? "after" : "none";
      note.textContent = text;
      note.hidden = false;
    };
    before.addEventListener(
      "error",
      () => cannotPlay("before", "This browser cannot play the original, so only the result is shown."),
      { signal },
    );
    after.addEventListener(
      "error",
      () =>
        cannotPlay(
          "after",
          "This browser cannot play this format. The file can be saved and played elsewhere.",
        ),
      { signal },
    );
    after.addEventListener(
      "loadedmetadata",
      () => stage.style.setProperty("--ratio", String(after.videoWidth / after.videoHeight)),
      { signal },
    );
    element(".tag.before span", HTMLElement, root).textContent = pair.beforeSize;
    element(".tag.after span", HTMLElement, root).textContent = pair.afterSize;
    syncVideos(after, before, signal);
    before.src = pair.before;
    after.src = pair.after;
    after.loop = true;
    slider.set(50);
    // Muted, because a browser lets nothing else start by itself; if not even that, there is the button.
    setSound(root, after, false);
    after.play().catch(() => undefined);
  };

  return { show, clear };
};

/** The buttons below the picture; they drive the result, and the original follows it. */
const createTransport = (root: HTMLElement, video: HTMLVideoElement): void => {
  const play = element(".play", HTMLButtonElement, root);
  const seek = element(".seek", HTMLInputElement, root);
  const time = element(".time", HTMLElement, root);
  const sound = element(".sound", HTMLButtonElement, root);

  const showPlaying = (): void => {
    play.dataset["playing"] = String(!video.paused);
    play.setAttribute("aria-label", video.paused ? "Play" : "Pause");
  };
  const showTime = (): void => {
    const duration = Number.isFinite(video.duration) ? video.duration : 0;
    seek.max = String(duration);
    seek.value = String(video.currentTime);
    time.textContent = `${formatClock(video.currentTime)} / ${formatClock(duration)}`;
  };
  play.addEventListener("click", () => {
    if (video.paused) video.play().catch(() => undefined);
    else video.pause();
  });
  seek.addEventListener("input", () => (video.currentTime = Number(seek.value)));
  sound.addEventListener("click", () => setSound(root, video, video.muted));
  for (const type of ["play", "pause", "emptied"]) video.addEventListener(type, showPlaying);
  for (const type of ["timeupdate", "durationchange", "seeked"]) video.addEventListener(type, showTime);
  showPlaying();
};

const setSound = (root: HTMLElement, video: HTMLVideoElement, on: boolean): void => {
  video.muted = !on;
  element(".sound", HTMLButtonElement, root).setAttribute("aria-pressed", String(on));
};
