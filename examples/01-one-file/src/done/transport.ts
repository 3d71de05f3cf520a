/** The buttons that play the pair: they drive the result, and the original follows it. */

import { element } from "@tatami/example-parts/element";
import { formatClock } from "@tatami/example-parts/format";

export interface Transport {
  toggle(): void;
  setSound(isOn: boolean): void;
}

export const createTransport = (root: HTMLElement, video: HTMLVideoElement): Transport => {
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
    seek.setAttribute("aria-valuetext", time.textContent);
  };
  const toggle = (): void => {
    if (video.paused) video.play().catch(() => undefined);
    else video.pause();
  };
  const setSound = (isOn: boolean): void => {
    video.muted = !isOn;
    sound.setAttribute("aria-pressed", String(isOn));
  };
  play.addEventListener("click", toggle);
  seek.addEventListener("input", () => (video.currentTime = Number(seek.value)));
  sound.addEventListener("click", () => setSound(video.muted));
  for (const type of ["play", "pause", "emptied"]) video.addEventListener(type, showPlaying);
  for (const type of ["timeupdate", "durationchange", "seeked"]) video.addEventListener(type, showTime);
  showPlaying();
  return { toggle, setSound };
};
