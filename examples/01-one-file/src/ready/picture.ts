/** One moment of the file, as it is and as it would be. */

import type { MediaDescription, VideoDescription } from "@tatami/core";
import { element } from "@tatami/example-parts/element";
import { mountViewer, paint } from "../viewer/mount.ts";
import type { Viewer } from "../viewer/viewer.ts";
import type { Box } from "../viewer/zoom.ts";

export interface MomentPicture {
  readonly viewer: Viewer;
  /** Another file: nothing is seen of it yet. */
  begin(): void;
  /** Says what it is and by how much it is enlarged. */
  size(description: MediaDescription, scale: number): void;
  /** Takes the picture; what belongs to another moment is taken away. */
  showBefore(picture: ImageBitmap): void;
  /** Takes the picture. */
  showAfter(picture: ImageBitmap): void;
  /** Says that no picture can be had, and why. */
  trouble(reason: string): void;
  busy(isBusy: boolean): void;
}

/** Milliseconds of work below which nobody has to be told of it. */
const patience = 250;

export const createMomentPicture = (root: HTMLElement): MomentPicture => {
  const { viewer, before, after } = mountViewer(root, { before: "canvas", after: "canvas" });
  const waits = element(".waits", HTMLElement, root);
  const [beforeSize, afterSize] = ["before", "after"].map((side) =>
    element(`.tag.${side} span`, HTMLElement, root),
  ) as [HTMLElement, HTMLElement];
  let isNew = true;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const say = (text: string): void => {
    clearTimeout(timer);
    waits.hidden = text === "";
    waits.textContent = text;
  };
  return {
    viewer,
    begin: () => {
      isNew = true;
      say("");
      viewer.shows("nothing");
      viewer.setLine(50);
    },
    size: ({ video }, scale) => {
      const source = uprightSize(video);
      const larger = { width: source.width * scale, height: source.height * scale };
      beforeSize.textContent = `${source.width} × ${source.height}`;
      afterSize.textContent = `${larger.width} × ${larger.height}`;
      viewer.setSizes(source, larger, isNew);
      isNew = false;
    },
    showBefore: (picture) => {
      paint(before, picture);
      viewer.shows("before");
    },
    showAfter: (picture) => {
      paint(after, picture);
      viewer.shows("both");
    },
    trouble: say,
    busy: (isBusy) => {
      viewer.stage.setAttribute("aria-busy", String(isBusy));
      clearTimeout(timer);
      if (isBusy) timer = setTimeout(() => say("Enlarging this picture …"), patience);
      else if (waits.textContent?.endsWith("…") === true) say("");
    },
  };
};

/** As a player shows it: turned, and its pixels made square. */
const uprightSize = ({ width, height, rotation, pixelAspectRatio }: VideoDescription): Box => {
  const wide = Math.round((width * pixelAspectRatio.numerator) / pixelAspectRatio.denominator);
  return rotation % 180 === 0 ? { width: wide, height } : { width: height, height: wide };
};
