/** Puts a viewer's parts, which the page holds once as a template, into the places where pictures are compared. */

import { element } from "@tatami/example-parts/element";
import { createViewer } from "./viewer.ts";
import type { Viewer } from "./viewer.ts";

interface Media {
  readonly canvas: HTMLCanvasElement;
  readonly video: HTMLVideoElement;
}

/** A viewer, and what it shows. */
export interface MountedViewer<B, A> {
  readonly viewer: Viewer;
  readonly before: B;
  readonly after: A;
}

/** @param kinds what the original and the result are drawn by */
export const mountViewer = <B extends keyof Media, A extends keyof Media>(
  root: HTMLElement,
  kinds: { readonly before: B; readonly after: A },
): MountedViewer<Media[B], Media[A]> => {
  const parts = element("#viewer-parts", HTMLTemplateElement).content.cloneNode(true) as DocumentFragment;
  const make = <K extends keyof Media>(kind: K, side: string): Media[K] => {
    const made = document.createElement(kind) as Media[K];
    made.className = side;
    made.setAttribute("aria-hidden", "true");
    if (made instanceof HTMLVideoElement)
      Object.assign(made, { muted: true, playsInline: true, preload: "auto" });
    element(`.pane.${side}`, HTMLElement, parts).append(made);
    return made;
  };
  const [before, after] = [make(kinds.before, "before"), make(kinds.after, "after")];
  root.prepend(parts);
  return { viewer: createViewer(root, before, after), before, after };
};

/** Shows a picture, and takes it. */
export const paint = (canvas: HTMLCanvasElement, picture: ImageBitmap): void => {
  if (canvas.width !== picture.width) canvas.width = picture.width;
  if (canvas.height !== picture.height) canvas.height = picture.height;
  canvas.getContext("bitmaprenderer")?.transferFromImageBitmap(picture);
};
