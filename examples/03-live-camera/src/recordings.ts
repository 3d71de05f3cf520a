/** Recordings that were made, to be played, saved or discarded; they stay while the camera goes on, and after it. */

import { element } from "@tatami/example-parts/element";
import { formatBytes, formatDuration } from "@tatami/example-parts/format";
import { mayDiscard } from "@tatami/example-parts/page-actions";
import type { Recording } from "./recorder.ts";

/** The list of them. */
export interface Recordings {
  add(recording: Recording): void;
  /** Whether one of them is nowhere else. */
  isUnsaved(): boolean;
}

/** Finds its places in the page. */
export const createRecordings = (): Recordings => {
  const section = element("#recordings", HTMLElement);
  const list = element("#recordings ul", HTMLElement);
  const template = element("#recording", HTMLTemplateElement);
  const unsaved = new Set<HTMLElement>();

  const discard = (item: HTMLElement, url: string): void => {
    if (!mayDiscard(unsaved.has(item), "recording")) return;
    unsaved.delete(item);
    const next = (item.nextElementSibling ?? item.previousElementSibling)?.querySelector<HTMLElement>("a");
    item.remove();
    URL.revokeObjectURL(url);
    section.hidden = list.childElementCount === 0;
    (next ?? document.querySelector<HTMLElement>("[data-view]:not([hidden]) h2"))?.focus();
  };
  return {
    isUnsaved: () => unsaved.size > 0,
    add: (recording) => {
      const { blob, width, height } = recording;
      const item = (template.content.cloneNode(true) as DocumentFragment).querySelector("li")!;
      const video = element("video", HTMLVideoElement, item);
      const save = element("a", HTMLAnchorElement, item);
      const url = URL.createObjectURL(blob);
      const name = nameFor(new Date(), `${width}x${height}`);
      video.src = url;
      video.style.setProperty("--ratio", `${width} / ${height}`);
      video.setAttribute("aria-label", name);
      element("h3", HTMLElement, item).textContent = name;
      element("p", HTMLElement, item).textContent = describe(recording);
      Object.assign(save, { href: url, download: name });
      save.setAttribute("aria-label", `Save ${name}`);
      unsaved.add(item);
      save.addEventListener("click", () => unsaved.delete(item));
      const button = element("button", HTMLButtonElement, item);
      button.setAttribute("aria-label", `Discard ${name}`);
      button.addEventListener("click", () => discard(item, url));
      list.prepend(item);
      section.hidden = false;
    },
  };
};

const describe = ({ blob, width, height, seconds, frames, lost, hasSound }: Recording): string =>
  [
    `${width} × ${height}`,
    formatDuration(Math.round(seconds * 10) / 10),
    `${frames} pictures`,
    hasSound ? "with sound" : "no sound",
    formatBytes(blob.size),
    ...(lost > 0 ? [`${lost} pictures lost: this machine had no time to write them`] : []),
  ].join(" · ");

/** Sorted by name, they are sorted by time. */
const nameFor = (time: Date, size: string): string => {
  const local = new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString();
  return `camera-${local.slice(0, 19).replace("T", "-").replaceAll(":", "")}-${size}.mp4`;
};
