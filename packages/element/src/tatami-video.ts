/** The element itself: attributes in, states out, one engine while it is in a page. */

import type { LiveStats } from "@tatami/upscale";
import { createReflectingClass, mirror, observed } from "./attributes.ts";
import type { TatamiVideo, TatamiVideoState } from "./contract.ts";
import { bindControls } from "./controls.ts";
import type { Enlarger } from "./enlarger.ts";
import { createEnlarger } from "./enlarger.ts";
import { template } from "./template.ts";

/** Made when it is asked for: there is no HTMLElement to extend where there is no page. */
export function createElementClass(): CustomElementConstructor & (new () => TatamiVideo) {
  return class TatamiVideoElement extends createReflectingClass() implements TatamiVideo {
    static readonly observedAttributes: readonly string[] = observed;

    readonly video: HTMLVideoElement;
    readonly #enlarger: Enlarger;
    /** Listeners, while the element is in a page. */
    #life: AbortController | undefined;

    constructor() {
      super();
      const root = this.attachShadow({ mode: "open", delegatesFocus: true });
      root.innerHTML = template;
      this.video = root.querySelector("video")!;
      this.#enlarger = createEnlarger(this, root);
    }

    get srcObject(): MediaProvider | null {
      return this.video.srcObject;
    }
    set srcObject(value: MediaProvider | null) {
      this.video.srcObject = value;
    }
    get upscaler(): TatamiVideo["upscaler"] {
      return this.#enlarger.upscaler;
    }
    set upscaler(value: TatamiVideo["upscaler"]) {
      this.#enlarger.upscaler = value;
    }
    get state(): TatamiVideoState {
      return this.#enlarger.state;
    }
    play(): Promise<void> {
      return this.video.play();
    }
    pause(): void {
      this.video.pause();
    }
    stats(): LiveStats {
      return this.#enlarger.stats();
    }

    connectedCallback(): void {
      if (this.#life) return;
      const { signal } = (this.#life = new AbortController());
      const toggleCompare = (): void => void (this.compare = !this.compare);
      bindControls({ host: this, root: this.shadowRoot!, video: this.video, toggleCompare }, signal);
      this.#enlarger.begin(signal);
    }

    disconnectedCallback(): void {
      // moved within the page, it is connected again before this runs
      queueMicrotask(() => {
        if (this.isConnected) return;
        this.#life?.abort();
        this.#life = undefined;
        this.video.pause();
        this.#enlarger.restart();
      });
    }

    attributeChangedCallback(name: string, _old: string | null, value: string | null): void {
      if (!mirror(this.video, name, value)) this.#enlarger.follow(name);
    }
  };
}
