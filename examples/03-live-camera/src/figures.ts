/** What the session has come to, in figures and as a curve. */

import { element } from "@tatami/example-parts/element";
import { formatRate } from "@tatami/example-parts/format";
import { createLiveChart } from "@tatami/example-parts/live-chart";
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
  const figure = createLiveChart({
    into: element("#latency-curve", HTMLElement),
    x: { label: "seconds" },
    y: { label: "delay in milliseconds" },
    content: () => {
      const [first, last] = [points[0], points.at(-1)];
      if (!first || !last) return undefined;
      return {
        x: [first.at, Math.max(last.at, first.at + 2)],
        y: [0, Math.max(1, ...points.map(({ latency }) => latency))],
        lines: [{ color: "var(--accent)", points: points.map(({ at, latency }) => [at, latency] as const) }],
      };
    },
    describe: () => `Delay, now ${(points.at(-1)?.latency ?? 0).toFixed(0)} milliseconds`,
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
