/** A loupe: the same spot of both pictures, side by side and much larger. */

import { element } from "@tatami/example-parts/element";
import type { Box, Point } from "./zoom.ts";

/** What can be drawn from. */
export type Source = HTMLVideoElement | HTMLCanvasElement;

export interface Loupe {
  readonly isOn: boolean;
  toggle(): void;
  /** Where it is held, in the frame and in the picture. */
  hold(frame: Point, picture: Point): void;
}

/** The screen's pixels for one of the larger picture. */
const magnification = 4;

/**
 * @param sources before and after
 * @param picture the size both are shown as: the larger one's
 */
export const createLoupe = (
  stage: HTMLElement,
  sources: () => readonly [Source, Source],
  picture: () => Box,
): Loupe => {
  const root = element(".loupe", HTMLElement, stage);
  const glasses = [...root.querySelectorAll("canvas")];
  let isOn = false;
  let spot: Point = { x: 0, y: 0 };

  const draw = (): void => {
    if (!isOn) return;
    if (stage.clientWidth > 0)
      sources().forEach((source, index) => drawSpot(glasses[index]!, source, spot, picture()));
    requestAnimationFrame(draw);
  };
  return {
    get isOn() {
      return isOn;
    },
    toggle() {
      isOn = !isOn;
      root.hidden = !isOn;
      if (isOn) requestAnimationFrame(draw);
    },
    hold(frame, inPicture) {
      spot = inPicture;
      const { width, height } = stage.getBoundingClientRect();
      const { offsetWidth, offsetHeight } = root;
      const gap = 18;
      const above = frame.y - offsetHeight - gap;
      const left = Math.max(4, Math.min(frame.x - offsetWidth / 2, width - offsetWidth - 4));
      const top = above >= 4 ? above : Math.min(frame.y + gap, height - offsetHeight - 4);
      root.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
    },
  };
};

const drawSpot = (glass: HTMLCanvasElement, source: Source, spot: Point, shown: Box): void => {
  const side = Math.round(glass.clientWidth * devicePixelRatio);
  if (glass.width !== side) glass.width = glass.height = side;
  const context = glass.getContext("2d");
  const [width, height] =
    source instanceof HTMLVideoElement
      ? [source.videoWidth, source.videoHeight]
      : [source.width, source.height];
  if (context === null || width === 0 || side === 0) return;
  // of the source's own pixels: the smaller one has fewer for the same spot
  const across = ((side / magnification) * width) / shown.width;
  const down = ((side / magnification) * height) / shown.height;
  context.fillStyle = "#101311";
  context.fillRect(0, 0, side, side);
  const x = (spot.x * width) / shown.width - across / 2;
  const y = (spot.y * height) / shown.height - down / 2;
  context.drawImage(source, x, y, across, down, 0, 0, side, side);
};
