/** Before and after on the playing video. */

import { element } from "@tatami/example-parts/element";
import type { Box } from "../viewer/zoom.ts";
import { mountViewer } from "../viewer/mount.ts";
import { connectTools } from "../viewer/tools.ts";
import { createTransport } from "./transport.ts";
import { syncVideos } from "./video-sync.ts";

/** What is compared. URLs stay the caller's to revoke. */
export interface Pair {
  readonly before: string;
  readonly after: string;
  /** As coded, for the labels. */
  readonly beforeSize: Box;
  readonly afterSize: Box;
  /** Seconds of the original at which the result begins. @defaultValue 0 */
  readonly start?: number;
}

export interface Comparison {
  /** Shows a pair and plays it. */
  show(pair: Pair): void;
  /** Stops and lets go of both videos. */
  clear(): void;
}

export const createComparison = (root: HTMLElement): Comparison => {
  const { viewer, before, after } = mountViewer(root, { before: "video", after: "video" });
  const note = element(".cannot", HTMLElement, root);
  const transport = createTransport(root, after);
  connectTools(viewer, { " ": transport.toggle, m: () => transport.setSound(after.muted) });
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
    const cannotPlay = (shows: "after" | "nothing", text: string): void => {
      viewer.shows(shows);
      root.dataset["plays"] = shows;
      note.textContent = text;
      note.hidden = false;
    };
    const on = (video: HTMLVideoElement, type: string, handler: () => void): void =>
      video.addEventListener(type, handler, { signal });
    on(before, "error", () =>
      cannotPlay("after", "This browser cannot play the original, so only the result is shown."),
    );
    on(after, "error", () =>
      cannotPlay(
        "nothing",
        "This browser cannot play this format. The file can be saved and played elsewhere.",
      ),
    );
    const size = (): void =>
      viewer.setSizes(seenSize(before, pair.beforeSize), seenSize(after, pair.afterSize));
    on(before, "loadedmetadata", size);
    on(after, "loadedmetadata", size);
    for (const side of ["before", "after"] as const)
      element(`.tag.${side} span`, HTMLElement, root).textContent = nameSize(pair[`${side}Size`]);
    note.hidden = true;
    root.dataset["plays"] = "both";
    viewer.shows("both");
    viewer.setSizes(pair.beforeSize, pair.afterSize, true);
    viewer.setLine(50);
    syncVideos(after, before, signal, pair.start ?? 0);
    before.src = pair.before;
    after.src = pair.after;
    after.loop = true;
    // muted, because a browser lets nothing else start by itself; if not even that, there is the button
    transport.setSound(false);
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches) after.play().catch(() => undefined);
  };
  return { show, clear };
};

/** As it is played: turned, its pixels made square; as coded until that is known. */
const seenSize = ({ videoWidth, videoHeight }: HTMLVideoElement, coded: Box): Box =>
  videoWidth > 0 ? { width: videoWidth, height: videoHeight } : coded;

const nameSize = ({ width, height }: Box): string => `${width} × ${height}`;
