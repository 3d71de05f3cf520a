/** One engine after another for an element's video, each for as long as it is wanted. */

import type { LiveStats, Upscaler } from "@tatami/upscale";
import { createLiveCounter } from "@tatami/upscale";
import type { TatamiVideo, TatamiVideoState } from "./contract.ts";
import { openEngine } from "./engine-source.ts";
import { enlargeVideo, hasSource } from "./enlarge-video.ts";
import { explainMedia, explainPlain } from "./explain.ts";
import type { Presenter, Work } from "./presenter.ts";
import { createPresenter } from "./presenter.ts";

/** Enlarges what an element plays. */
export interface Enlarger {
  /** What to enlarge with; another one is begun on at once. */
  upscaler: TatamiVideo["upscaler"];
  readonly state: TatamiVideoState;
  stats(): LiveStats;
  /** Begins, until the signal aborts: the element is in a page. */
  begin(signal: AbortSignal): void;
  /** Ends the engine, and begins another where the element is in a page and has a source. */
  restart(): void;
  /** An attribute of the element has changed, other than those of the video. */
  follow(name: string): void;
}

/** @param root of the element, with its template in it */
export function createEnlarger(host: TatamiVideo, root: ShadowRoot): Enlarger {
  const { video } = host;
  const loop = createLoop(host);
  const presenter = createPresenter(host, root, loop.work);
  let given: TatamiVideo["upscaler"];
  /** Of the element's time in a page. */
  let life: AbortSignal | undefined;
  /** The engine and its loop. */
  let run: AbortController | undefined;
  let running: Promise<void> = Promise.resolve();
  /** Whether the browser has yet to say that it begins to load what this was begun for. */
  let isSelecting = false;

  const enlarge = async (signal: AbortSignal): Promise<void> => {
    if (signal.aborted) return;
    try {
      await loop.run(given, presenter, signal);
    } catch (error) {
      if (signal.aborted) return;
      run = undefined;
      presenter.clear();
      if (presenter.state !== "failed") presenter.become("plain", explainPlain(error));
    } finally {
      if (signal.aborted) presenter.clear();
    }
  };
  const restart = (): void => {
    run?.abort();
    run = undefined;
    presenter.forget();
    if (!life || life.aborted || !hasSource(video)) return presenter.become("empty");
    const { networkState, NETWORK_NO_SOURCE, error } = video;
    isSelecting = networkState === NETWORK_NO_SOURCE && error === null;
    const { signal } = (run = new AbortController());
    presenter.become("loading");
    running = running.then(() => enlarge(signal));
  };
  // another source: an engine that has ended gets another chance
  const onSourced = (): void => {
    const isKnown = isSelecting;
    isSelecting = false;
    if (isKnown) return;
    if (!run || presenter.state === "failed" || presenter.state === "plain") restart();
  };
  return {
    get upscaler() {
      return given;
    },
    set upscaler(value) {
      if (given === value) return;
      given = value;
      restart();
    },
    get state() {
      return presenter.state;
    },
    stats: () => loop.work().counter.stats(),
    begin(signal) {
      life = signal;
      listen(video, presenter, { onSourced, restart }, signal);
      restart();
    },
    restart,
    follow(name) {
      if (name === "model" || name === "fuse") restart();
      if (name === "strength") loop.remake();
      if (name === "compare") presenter.showSplit();
      if (name === "debug") presenter.tell();
    },
  };
}

/** What to do when there is another source, and when there is none. */
interface Turns {
  readonly onSourced: () => void;
  readonly restart: () => void;
}

/** Until the signal aborts. */
function listen(
  video: HTMLVideoElement,
  presenter: Presenter,
  { onSourced, restart }: Turns,
  signal: AbortSignal,
): void {
  const on = (name: string, act: () => void): void => video.addEventListener(name, act, { signal });
  on("error", () => presenter.become("failed", explainMedia(video.error)));
  // whatever feeds the video: the attribute, a stream, or a script by Media Source Extensions
  on("loadstart", onSourced);
  on("emptied", () => (hasSource(video) ? presenter.forget() : restart()));
  on("play", presenter.showPicture);
  on("pause", presenter.showPicture);
}

/** The engine and its loop. */
interface Loop {
  /** What is at work, and its figures. */
  work(): Work;
  /** Makes a picture that stands again. */
  remake(): void;
  /** Opens an engine and runs until the signal aborts. @throws what opening it, or the loop, throws */
  run(
    given: TatamiVideo["upscaler"],
    presenter: Pick<Presenter, "state" | "show">,
    signal: AbortSignal,
  ): Promise<never>;
}

function createLoop(host: TatamiVideo): Loop {
  const { video } = host;
  const settings = new EventTarget();
  let counter = createLiveCounter();
  let engine: Upscaler | undefined;
  return {
    work: () => ({ engine, counter }),
    remake: () => void settings.dispatchEvent(new Event("change")),
    async run(given, presenter, signal) {
      try {
        const own = { model: host.model, fuse: host.getAttribute("fuse") };
        await using opened = await openEngine(given, own, signal);
        engine = opened.upscaler;
        counter = createLiveCounter();
        return await enlargeVideo({
          video,
          upscaler: engine,
          counter,
          strength: () => (host.hasAttribute("strength") ? host.strength : undefined),
          settings,
          isWanted: () => presenter.state !== "slow" || video.paused,
          show: presenter.show,
          signal,
        });
      } finally {
        engine = undefined;
      }
    },
  };
}
