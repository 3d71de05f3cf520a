/** What comes of larger pictures: they are shown, or not where they come too slowly, and what is done is told. */

import type { Size, TatamiError } from "@tatami/core";
import type { LiveCounter, Upscaler } from "@tatami/upscale";
import type { TatamiVideo, TatamiVideoState } from "./contract.ts";
import { namesOf } from "./engine-source.ts";
import { createPace } from "./pace.ts";
import { createPicture } from "./picture.ts";
import { createStatus } from "./status.ts";

/** The engine at work, and the figures of the last one. */
export interface Work {
  readonly engine: Upscaler | undefined;
  readonly counter: LiveCounter;
}

/** Shows and tells. */
export interface Presenter {
  readonly state: TatamiVideoState;
  /** Another state, and why; what is seen is left as it is. */
  become(state: TatamiVideoState, error?: TatamiError): void;
  /** Tells what is done, in words. */
  tell(): void;
  /** Takes the frames of one moment, and the milliseconds that the larger one took. */
  show(before: VideoFrame, after: VideoFrame, cost: number): void;
  /** Closes what was shown last. */
  clear(): void;
  /** Another video: what was shown is of the one before. */
  forget(): void;
  /** Shows the picture, or the video itself, as is right now. */
  showPicture(): void;
  /** Splits the picture where before and after are compared. */
  showSplit(): void;
}

/** @param work as it is when it is told of */
export function createPresenter(host: TatamiVideo, root: ShadowRoot, work: () => Work): Presenter {
  const { video } = host;
  const view = createView(host, root);
  const pace = createPace();
  const status = createStatus(host, root, () => {
    const { engine, counter } = work();
    return {
      size: view.size(),
      scale: engine?.scale ?? 1,
      engine: engine?.description ?? "",
      model: engine ? namesOf(engine) : host.model,
      stats: counter.stats(),
      rate: pace.rate(),
    };
  });
  const showPicture = (): void => {
    const { state } = status;
    view.reveal(state === "upscaling" || (state === "slow" && video.paused));
    status.tell();
  };
  return {
    get state() {
      return status.state;
    },
    become: status.become,
    tell: status.tell,
    show(before, after, cost) {
      view.draw(before, after);
      pace.made(cost);
      const isSlow = status.state === "slow" || (!video.paused && pace.rate() < host.minRate);
      status.become(isSlow ? "slow" : "upscaling");
      showPicture();
    },
    clear: view.clear,
    forget() {
      view.clear();
      pace.restart();
      view.reveal(false);
      if (status.state === "upscaling" || status.state === "slow") status.become("loading");
    },
    showPicture,
    showSplit: view.showSplit,
  };
}

/** The picture over the video, and the handle that splits it. */
interface View {
  /** Of the larger picture. */
  size(): Size;
  /** Takes both frames; whether they are seen is not changed. */
  draw(before: VideoFrame, after: VideoFrame): void;
  /** Closes the frames. */
  clear(): void;
  /** Whether the picture is seen, and not the video itself. */
  reveal(isSeen: boolean): void;
  showSplit(): void;
}

function createView(host: Pick<TatamiVideo, "compare">, root: ShadowRoot): View {
  const canvas = root.querySelector("canvas")!;
  const handle = root.querySelector<HTMLInputElement>(".split")!;
  const button = root.querySelector<HTMLElement>(".compare")!;
  const picture = createPicture(canvas);
  const showSplit = (): void => {
    const { compare } = host;
    button.setAttribute("aria-pressed", String(compare));
    const hadFocus = root.activeElement === handle;
    handle.hidden = !compare || canvas.hidden;
    // what is hidden would take the focus with it
    if (hadFocus && handle.hidden) button.focus();
    const percent = Number(handle.value);
    handle.setAttribute("aria-valuetext", `${percent} % before, ${100 - percent} % after`);
    picture.split(compare ? percent / 100 : undefined);
  };
  handle.addEventListener("input", showSplit);
  return {
    size: () => ({ width: canvas.width, height: canvas.height }),
    draw: picture.show,
    clear: picture.clear,
    reveal(isSeen) {
      canvas.hidden = !isSeen;
      showSplit();
    },
    showSplit,
  };
}
