/** The element itself: attributes in, states out, one engine while it is in a page. */

import type { TatamiError } from "@tatami/core";
import { mostStrength } from "@tatami/core";
import type { LiveCounter, LiveStats, Upscaler } from "@tatami/upscale";
import { createLiveCounter } from "@tatami/upscale";
import type { TatamiVideo, TatamiVideoState } from "./contract.ts";
import { bindControls } from "./controls.ts";
import { namesOf, openEngine } from "./engine-source.ts";
import { enlargeVideo, hasSource } from "./enlarge-video.ts";
import { explainMedia, explainPlain, tellViewer } from "./explain.ts";
import { createPace } from "./pace.ts";
import { createPicture } from "./picture.ts";
import { describeState } from "./status.ts";
import { template } from "./template.ts";

/** Handed on to the video as they are. */
const mirrored = ["src", "poster", "loop", "muted", "autoplay", "crossorigin"];

/** Made when it is asked for: there is no HTMLElement to extend where there is no page. */
export function createElementClass(): CustomElementConstructor & (new () => TatamiVideo) {
  return class TatamiVideoElement extends HTMLElement implements TatamiVideo {
    static readonly observedAttributes: readonly string[] = [
      ...mirrored,
      "model",
      "fuse",
      "strength",
      "compare",
      "debug",
    ];

    readonly video: HTMLVideoElement;
    readonly #canvas: HTMLCanvasElement;
    readonly #picture: ReturnType<typeof createPicture>;
    readonly #split: HTMLInputElement;
    readonly #status: HTMLElement;
    readonly #message: HTMLElement;
    readonly #pace = createPace();
    readonly #settings = new EventTarget();
    #counter: LiveCounter = createLiveCounter();
    #state: TatamiVideoState = "empty";
    #error: TatamiError | undefined;
    #given: TatamiVideo["upscaler"];
    #engine: Upscaler | undefined;
    /** Listeners, while the element is in a page. */
    #life: AbortController | undefined;
    /** The engine and its loop. */
    #run: AbortController | undefined;
    #running: Promise<void> = Promise.resolve();
    /** Whether the browser has yet to say that it begins to load what this was begun for. */
    #isSelecting = false;
    #toldAt = 0;

    constructor() {
      super();
      const root = this.attachShadow({ mode: "open", delegatesFocus: true });
      root.innerHTML = template;
      this.video = root.querySelector("video")!;
      this.#canvas = root.querySelector("canvas")!;
      this.#split = root.querySelector(".split")!;
      this.#status = root.querySelector(".status")!;
      this.#message = root.querySelector(".message")!;
      this.#picture = createPicture(this.#canvas);
    }

    get src(): string {
      return this.getAttribute("src") ?? "";
    }
    set src(value: string) {
      this.setAttribute("src", value);
    }
    get srcObject(): MediaProvider | null {
      return this.video.srcObject;
    }
    set srcObject(value: MediaProvider | null) {
      this.video.srcObject = value;
    }
    get debug(): boolean {
      return this.hasAttribute("debug");
    }
    set debug(value: boolean) {
      this.toggleAttribute("debug", value);
    }
    get model(): string {
      return this.getAttribute("model") ?? "m5-x2";
    }
    set model(value: string) {
      this.setAttribute("model", value);
    }
    get strength(): number {
      const value = Number.parseFloat(this.getAttribute("strength") ?? "1");
      return Number.isNaN(value) ? 1 : Math.min(Math.max(value, 0), mostStrength);
    }
    set strength(value: number) {
      this.setAttribute("strength", String(value));
    }
    get compare(): boolean {
      return this.hasAttribute("compare");
    }
    set compare(value: boolean) {
      this.toggleAttribute("compare", value);
    }
    get minRate(): number {
      const value = Number(this.getAttribute("min-rate") ?? 8);
      return value >= 0 ? value : 8;
    }
    set minRate(value: number) {
      this.setAttribute("min-rate", String(value));
    }
    get upscaler(): TatamiVideo["upscaler"] {
      return this.#given;
    }
    set upscaler(value: TatamiVideo["upscaler"]) {
      if (this.#given === value) return;
      this.#given = value;
      this.#restart();
    }
    get state(): TatamiVideoState {
      return this.#state;
    }
    play(): Promise<void> {
      return this.video.play();
    }
    pause(): void {
      this.video.pause();
    }
    stats(): LiveStats {
      return this.#counter.stats();
    }

    connectedCallback(): void {
      if (this.#life) return;
      const { signal } = (this.#life = new AbortController());
      const { video } = this;
      const listen = (name: string, act: () => void): void => video.addEventListener(name, act, { signal });
      bindControls(
        {
          host: this,
          root: this.shadowRoot!,
          video,
          toggleCompare: () => (this.compare = !this.compare),
        },
        signal,
      );
      listen("error", () => this.#become("failed", explainMedia(video.error)));
      // whatever feeds the video: the attribute, a stream, or a script by Media Source Extensions
      listen("loadstart", () => this.#sourced());
      listen("emptied", () => (hasSource(video) ? this.#forget() : this.#restart()));
      listen("play", () => this.#showPicture());
      listen("pause", () => this.#showPicture());
      this.#split.addEventListener("input", () => this.#showSplit(), { signal });
      this.#restart();
    }

    disconnectedCallback(): void {
      // moved within the page, it is connected again before this runs
      queueMicrotask(() => {
        if (this.isConnected) return;
        this.#life?.abort();
        this.#life = undefined;
        this.video.pause();
        this.#restart();
      });
    }

    attributeChangedCallback(name: string, _old: string | null, value: string | null): void {
      if (name === "model" || name === "fuse") return this.#restart();
      if (name === "strength") return void this.#settings.dispatchEvent(new Event("change"));
      if (name === "compare") return this.#showSplit();
      if (name === "debug") return this.#tell();
      if (value === null) this.video.removeAttribute(name);
      else this.video.setAttribute(name, value);
      // a video that starts muted is so by its property, which the attribute sets only when it is parsed
      if (name === "muted") this.video.muted = value !== null;
      if (name === "src" && value === null) this.video.load();
    }

    /** Another source: an engine that has ended gets another chance. */
    #sourced(): void {
      const isKnown = this.#isSelecting;
      this.#isSelecting = false;
      if (isKnown) return;
      if (!this.#run || this.#state === "failed" || this.#state === "plain") this.#restart();
    }

    /** Ends the engine, and begins another where the element is in a page and has a source. */
    #restart(): void {
      this.#run?.abort();
      this.#run = undefined;
      this.#forget();
      if (!this.#life || !hasSource(this.video)) return this.#become("empty");
      const { networkState, NETWORK_NO_SOURCE, error } = this.video;
      this.#isSelecting = networkState === NETWORK_NO_SOURCE && error === null;
      const run = (this.#run = new AbortController());
      this.#become("loading");
      this.#running = this.#running.then(() => this.#enlarge(run.signal));
    }

    async #enlarge(signal: AbortSignal): Promise<void> {
      if (signal.aborted) return;
      try {
        await using opened = await openEngine(
          this.#given,
          { model: this.model, fuse: this.getAttribute("fuse") },
          signal,
        );
        this.#engine = opened.upscaler;
        this.#counter = createLiveCounter();
        await enlargeVideo({
          video: this.video,
          upscaler: opened.upscaler,
          counter: this.#counter,
          strength: () => (this.hasAttribute("strength") ? this.strength : undefined),
          settings: this.#settings,
          isWanted: () => this.#state !== "slow" || this.video.paused,
          show: (before, after, cost) => this.#show(before, after, cost),
          signal,
        });
      } catch (error) {
        if (signal.aborted) return;
        this.#run = undefined;
        this.#picture.clear();
        if (this.#state !== "failed") this.#become("plain", explainPlain(error));
      } finally {
        this.#engine = undefined;
        if (signal.aborted) this.#picture.clear();
      }
    }

    #show(before: VideoFrame, after: VideoFrame, cost: number): void {
      this.#picture.show(before, after);
      this.#pace.made(cost);
      const isSlow = this.#state === "slow" || (!this.video.paused && this.#pace.rate() < this.minRate);
      this.#become(isSlow ? "slow" : "upscaling");
      this.#showPicture();
    }

    /** Another video: what is on the canvas is of the one before. */
    #forget(): void {
      this.#picture.clear();
      this.#pace.restart();
      this.#canvas.hidden = true;
      if (this.#state === "upscaling" || this.#state === "slow") this.#become("loading");
      this.#showSplit();
    }

    #showPicture(): void {
      const { paused } = this.video;
      this.#canvas.hidden = !(this.#state === "upscaling" || (this.#state === "slow" && paused));
      this.#showSplit();
      this.#tell();
    }

    #showSplit(): void {
      const { compare } = this;
      const button = this.shadowRoot!.querySelector<HTMLElement>(".compare")!;
      button.setAttribute("aria-pressed", String(compare));
      const hadFocus = this.shadowRoot!.activeElement === this.#split;
      this.#split.hidden = !compare || this.#canvas.hidden;
      // what is hidden would take the focus with it
      if (hadFocus && this.#split.hidden) button.focus();
      const percent = Number(this.#split.value);
      this.#split.setAttribute("aria-valuetext", `${percent} % before, ${100 - percent} % after`);
      this.#picture.split(compare ? percent / 100 : undefined);
    }

    #become(state: TatamiVideoState, error?: TatamiError): void {
      if (state === this.#state && error === this.#error) return;
      this.#state = state;
      this.#error = error;
      this.dataset["state"] = state;
      this.#message.textContent = state === "failed" && error ? tellViewer(error) : "";
      this.#toldAt = 0;
      this.#tell();
      const detail = { state, ...(error ? { error } : {}) };
      this.dispatchEvent(new CustomEvent("statechange", { detail }));
    }

    #tell(): void {
      if (!this.debug) return;
      const now = performance.now();
      // figures that change with every frame cannot be read
      if (now - this.#toldAt < 500) return;
      this.#toldAt = now;
      const { width, height } = this.#canvas;
      this.#status.textContent = describeState(this.#state, {
        size: { width, height },
        scale: this.#engine?.scale ?? 1,
        engine: this.#engine?.description ?? "",
        model: this.#engine ? namesOf(this.#engine) : this.model,
        stats: this.#counter.stats(),
        rate: this.#pace.rate(),
        error: this.#error,
      });
    }
  };
}
