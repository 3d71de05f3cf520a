/** The bar below the picture, and the keys. */

import type { Restoring } from "./restore/restoring.ts";

/** What the controls drive. */
export interface Controlled {
  readonly host: HTMLElement;
  readonly root: ShadowRoot;
  readonly video: HTMLVideoElement;
  /** Turns comparing on or off. */
  readonly toggleCompare: () => void;
}

/** Seconds that an arrow key moves by, and the share of the volume. */
const [step, volumeStep] = [5, 0.05];

/** Binds buttons, position and keys until the signal aborts. */
export function bindControls({ host, root, video, toggleCompare }: Controlled, signal: AbortSignal): void {
  const find = <T extends Element>(selector: string): T => root.querySelector<T>(selector)!;
  const play = find<HTMLButtonElement>(".play");
  const seek = find<HTMLInputElement>(".seek");
  const time = find<HTMLElement>(".time");
  const volume = bindVolume(root, video, signal);
  const on = (target: EventTarget, names: string, act: (event: Event) => void): void => {
    for (const name of names.split(" ")) target.addEventListener(name, act, { signal });
  };

  const togglePlay = (): void => {
    if (video.paused) void video.play().catch(() => undefined);
    else video.pause();
  };
  const toggleFullscreen = (): void => {
    const leaving = document.fullscreenElement === host;
    void (leaving ? document.exitFullscreen() : host.requestFullscreen()).catch(() => undefined);
  };
  const seekTo = (seconds: number): void => {
    if (Number.isFinite(video.duration)) video.currentTime = Math.min(video.duration, Math.max(0, seconds));
  };
  const showPlaying = (): void => {
    host.toggleAttribute("playing", !video.paused);
    play.setAttribute("aria-label", video.paused ? "Play" : "Pause");
  };
  const showTime = (): void => {
    const duration = Number.isFinite(video.duration) ? video.duration : 0;
    const isLive = video.duration === Infinity;
    host.toggleAttribute("live", isLive);
    seek.max = String(duration || 1);
    seek.value = String(video.currentTime);
    seek.setAttribute("aria-valuetext", `${clock(video.currentTime)} of ${clock(duration)}`);
    time.textContent = isLive ? "Live" : `${clock(video.currentTime)} / ${clock(duration)}`;
  };

  on(play, "click", togglePlay);
  on(find(".compare"), "click", toggleCompare);
  on(find(".fullscreen"), "click", toggleFullscreen);
  // what restores is loaded when it is asked for
  let restoring: Promise<Restoring> | undefined;
  on(find(".restore"), "click", () => {
    video.pause();
    restoring ??= import("./restore/restoring.ts").then(({ createRestoring }) =>
      createRestoring({ host, root, video }, signal),
    );
    void restoring.then(({ toggle }) => toggle());
  });
  on(seek, "input", () => seekTo(Number(seek.value)));
  on(video, "click", togglePlay);
  on(video, "play pause emptied ended", showPlaying);
  on(video, "timeupdate durationchange seeked emptied", showTime);
  on(host, "keydown", (event) => {
    const { key, ctrlKey, metaKey, altKey } = event as KeyboardEvent;
    if (ctrlKey || metaKey || altKey) return;
    const from = event.composedPath()[0];
    // a button has its own meaning of space, a slider of arrows
    if (from instanceof HTMLButtonElement && (key === " " || key === "Enter")) return;
    if (from instanceof HTMLInputElement && key.startsWith("Arrow")) return;
    const acts: Readonly<Record<string, () => void>> = {
      " ": togglePlay,
      k: togglePlay,
      f: toggleFullscreen,
      c: toggleCompare,
      m: volume.toggleMute,
      ArrowUp: () => volume.set(video.volume + volumeStep),
      ArrowDown: () => volume.set(video.volume - volumeStep),
      ArrowLeft: () => seekTo(video.currentTime - step),
      ArrowRight: () => seekTo(video.currentTime + step),
    };
    const act = acts[key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  showPlaying();
  showTime();
}

/** The button and the slider of the sound. */
function bindVolume(
  root: ShadowRoot,
  video: HTMLVideoElement,
  signal: AbortSignal,
): { readonly toggleMute: () => void; readonly set: (volume: number) => void } {
  const mute = root.querySelector<HTMLButtonElement>(".mute")!;
  const slider = root.querySelector<HTMLInputElement>(".volume")!;
  const toggleMute = (): void => void (video.muted = !video.muted);
  const set = (volume: number): void => {
    video.volume = Math.min(1, Math.max(0, volume));
    video.muted = video.volume === 0;
  };
  const show = (): void => {
    const isSilent = video.muted || video.volume === 0;
    mute.toggleAttribute("data-silent", isSilent);
    mute.setAttribute("aria-label", isSilent ? "Unmute" : "Mute");
    slider.value = String(isSilent ? 0 : video.volume);
    slider.setAttribute("aria-valuetext", `${Math.round(100 * Number(slider.value))} %`);
  };
  mute.addEventListener("click", toggleMute, { signal });
  slider.addEventListener("input", () => set(Number(slider.value)), { signal });
  video.addEventListener("volumechange", show, { signal });
  show();
  return { toggleMute, set };
}

function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
