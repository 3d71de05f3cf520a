/** Sequences whose truth is known: still, panning, fading, grainy, with something small on the move, with cuts. */

import type { Planes } from "@tatami/core";
import { createPlane } from "@tatami/core";
import type { Clip } from "../read-clips.ts";

const size = { width: 640, height: 360 };

/** A picture's luma at a place, 0..255. */
type Scene = (x: number, y: number) => number;

/** Each of `count` frames of 640×360. */
export function drawnSequences(count: number): Clip[] {
  const sequence = (name: string, at: (frame: number) => Scene): Clip => ({
    name,
    frames: Array.from({ length: count }, (_, frame) => draw(at(frame))),
  });
  return [
    sequence("drawn: still", () => street),
    sequence("drawn: pan, 3 pixels a frame", (frame) => (x, y) => street(x + 3 * frame, y)),
    sequence("drawn: fade, 1 level in 10 frames", (frame) => (x, y) => street(x, y) + Math.floor(frame / 10)),
    sequence("drawn: grain", (frame) => (x, y) => street(x, y) + grain(x, y, frame)),
    sequence(
      "drawn: a small object crosses",
      (frame) => (x, y) => (Math.hypot(x - 6 * frame, y - 180) < 14 ? 230 : street(x, y)),
    ),
    sequence(
      "drawn: a cut every 15 frames",
      (frame) => (x, y) => street(x + 211 * Math.floor(frame / 15), y),
    ),
  ];
}

/** Walls, windows, a road with markings: edges of every kind and some texture. */
const street: Scene = (x, y) => {
  const window = x % 40 < 22 && y % 36 < 20 ? 60 : 0;
  const road = y > 250 ? 70 + 60 * Number((x + y) % 64 < 8) : 130 - window;
  return road + 18 * Math.sin(x / 9) * Math.cos(y / 7) + 6 * Math.sin((x * y) / 97);
};

/** From −2 to 2, another in every frame. */
function grain(x: number, y: number, frame: number): number {
  const hash = Math.imul(x + 640 * (y + 360 * frame) + 1, 2654435761) >>> 0;
  return (hash % 5) - 2;
}

function draw(scene: Scene): Planes {
  const luma = createPlane(size);
  for (let y = 0; y < size.height; y++)
    for (let x = 0; x < size.width; x++)
      luma.data[y * luma.stride + x] = Math.min(235, Math.max(16, Math.round(scene(x, y))));
  const chroma = () => {
    const plane = createPlane({ width: size.width / 2, height: size.height / 2 });
    plane.data.fill(128);
    return plane;
  };
  return { luma, chroma: [chroma(), chroma()] };
}
