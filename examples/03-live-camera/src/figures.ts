/** What the session has come to, in figures and as a curve. */

import { lineY } from "@observablehq/plot";
import { axes } from "@tatami/example-parts/axes";
import { element } from "@tatami/example-parts/element";
import { formatRate } from "@tatami/example-parts/format";
import { createLiveFigure } from "@tatami/example-parts/live-figure";
import type { LiveStats } from "@tatami/upscale";

/** The figures below the picture. */
export interface Figures {
  begin(): void;
  show(stats: LiveStats): void;
}

interface Point {
  /** Seconds since the start. */
  readonly at: number;
  /** Milliseconds from a frame's coming to its larger one's going out. */
  readonly latency: number;
}

/** Points that are kept: a minute and a half of four a second. */
const most = 360;

/** Finds its places in the page. */
export const createFigures = (): Figures => {
  const places = Object.fromEntries(
    ["rate", "latency", "worst", "dropped"].map((id) => [id, element(`#${id}`, HTMLElement)]),
  );
  let points: Point[] = [];
  let started = 0;
  const figure = createLiveFigure({
    into: element("#latency-curve", HTMLElement),
    draw: (width) => {
      const first = points[0];
      if (!first) return undefined;
      return {
        x: { domain: [first.at, Math.max(points.at(-1)!.at, first.at + 2)] },
        y: { zero: true, nice: true },
        marks: [
          ...axes(width, { label: "seconds" }, { label: "latency in ms" }),
          lineY(points, { x: "at", y: "latency", stroke: "var(--accent)", strokeWidth: 2 }),
        ],
      };
    },
    describe: () => `Latency, now ${(points.at(-1)?.latency ?? 0).toFixed(0)} milliseconds`,
  });
  const say = (id: string, text: string): void => void (places[id]!.textContent = text);
  return {
    begin: () => {
      points = [];
      started = performance.now();
      figure.clear();
      for (const id of Object.keys(places)) say(id, "–");
    },
    show: ({ framesIn, framesOut, framesPerSecond, dropped, latencyMs }) => {
      if (framesOut === 0) return;
      say("rate", formatRate(framesPerSecond));
      say("latency", `${Math.round(latencyMs.median)} ms`);
      say("worst", `${Math.round(latencyMs.worst)} ms`);
      say("dropped", `${dropped} of ${framesIn}`);
      const at = (performance.now() - started) / 1000;
      points = [...points, { at, latency: latencyMs.last }].slice(-most);
      figure.update();
    },
  };
};
