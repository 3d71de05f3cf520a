/** Properties of the element that are its attributes, and attributes that are the video's. */

import { mostStrength } from "@tatami/core";
import type { TatamiVideo } from "./contract.ts";

/** Handed on to the video as they are. */
const mirrored = ["src", "poster", "loop", "muted", "autoplay", "crossorigin"];

/** Attributes whose changes the element is told of. */
export const observed: readonly string[] = [...mirrored, "model", "fuse", "strength", "compare", "debug"];

/** Properties that are kept in attributes of the same name. */
export type Reflected = HTMLElement &
  Pick<TatamiVideo, "src" | "debug" | "model" | "strength" | "compare" | "minRate">;

/** Made when it is asked for: there is no HTMLElement to extend where there is no page. */
export function createReflectingClass(): new () => Reflected {
  return class ReflectingElement extends HTMLElement implements Reflected {
    get src(): string {
      return this.getAttribute("src") ?? "";
    }
    set src(value: string) {
      this.setAttribute("src", value);
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
  };
}

/** Hands a change of an attribute on to the video. @returns whether it is one of the video's */
export function mirror(video: HTMLVideoElement, name: string, value: string | null): boolean {
  if (!mirrored.includes(name)) return false;
  if (value === null) video.removeAttribute(name);
  else video.setAttribute(name, value);
  // a video that starts muted is so by its property, which the attribute sets only when it is parsed
  if (name === "muted") video.muted = value !== null;
  if (name === "src" && value === null) video.load();
  return true;
}
