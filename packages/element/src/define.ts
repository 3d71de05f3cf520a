/** Makes the element known to the page. */

import type { TatamiVideo } from "./contract.ts";
import { createElementClass } from "./tatami-video.ts";

/**
 * Defines `<tatami-video>`: a video with its controls, enlarged in place while it plays.
 *
 * ```html
 * <tatami-video src="small.mp4" model="m5-x2" compare></tatami-video>
 * ```
 *
 * Every frame that the browser presents goes through the upscaler and onto a canvas over the video; late ones are
 * dropped. Where nothing can run, or too slowly, the plain video is seen, and the state and its event say so. Defining
 * it twice under one name is harmless.
 *
 * @param name @defaultValue "tatami-video"
 */
export function defineTatamiVideo(name = "tatami-video"): CustomElementConstructor & (new () => TatamiVideo) {
  const known = customElements.get(name) as ReturnType<typeof createElementClass> | undefined;
  if (known) return known;
  const made = createElementClass();
  customElements.define(name, made);
  return made;
}
