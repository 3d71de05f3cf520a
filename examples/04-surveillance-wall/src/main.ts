/** The page: recordings are chosen, more are put up while the wall runs, and how it ended. */

import "@tatami/example-parts/disposal-symbols";
import bunnyUrl from "@tatami/example-clips/bunny-320x180.mp4?url";
import frogUrl from "@tatami/example-clips/frog-240x160.mp4?url";
import { checkPage } from "@tatami/example-parts/check-page";
import { element } from "@tatami/example-parts/element";
import { formatRate } from "@tatami/example-parts/format";
import { serializeError } from "@tatami/example-parts/job-outcome";
import { chooseSamples, connectPage } from "@tatami/example-parts/page-actions";
import { showFailure, showState } from "@tatami/example-parts/view-state";
import type { Upscaler } from "@tatami/upscale";
import { connectUpscaler } from "@tatami/worker";
import { loadModel } from "@tatami/zoo";
import type { TileStats } from "./tile-stream.ts";
import { createWall } from "./wall.ts";
import type { Wall } from "./wall.ts";

let running: { readonly stops: AbortController; readonly wall: Wall } | undefined;

const place = (id: string): HTMLElement => element(`#${id}`, HTMLElement);
const write = (id: string, text: string): void => void (place(id).textContent = text);

const showTotals = (tiles: readonly (TileStats | undefined)[]): void => {
  const known = tiles.filter((stats) => stats !== undefined);
  const sum = (of: (stats: TileStats) => number): number =>
    known.reduce((total, each) => total + of(each), 0);
  write("total-rate", formatRate(sum(({ framesPerSecond }) => framesPerSecond)));
  write(
    "total-changed",
    `${Math.round((100 * sum(({ changed }) => changed)) / Math.max(1, known.length))} %`,
  );
  write("total-moving", `${known.filter(({ changed }) => changed > 0.02).length} of ${tiles.length}`);
  write("total-dropped", String(sum(({ dropped }) => dropped)));
};

/** One engine in a worker for all tiles. */
const openEngine = (model: string, signal: AbortSignal): Promise<Upscaler> =>
  connectUpscaler({
    model: () => loadModel(model, { signal }),
    worker: () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }),
    // what has not changed costs nothing, and that is most of what a camera on a wall sees
    reuse: "bounded",
    maxLatencyFrames: 1,
    capacity: 2,
    signal,
  });

const sayReady = async (opening: Promise<Upscaler>): Promise<void> => {
  const upscaler = await opening.catch(() => undefined);
  if (!upscaler) return;
  write("getting-ready", "");
  write("engine", `${upscaler.model.name} on ${upscaler.description}, in one worker for all tiles`);
};

const run = async (files: readonly File[]): Promise<void> => {
  const stops = new AbortController();
  const { signal } = stops;
  const into = place("wall");
  into.replaceChildren();
  write("getting-ready", "Getting ready …");
  const upscaler = openEngine(element("#model", HTMLSelectElement).value, signal);
  // a failure is told by the wall, whose tiles all wait for it
  upscaler.catch(() => undefined);
  const wall = createWall({ upscaler, into, signal, onStats: showTotals });
  running = { stops, wall };
  wall.add(files);
  showState("working", tell(files));
  try {
    void sayReady(upscaler);
    await wall.ended;
    showState("empty", "The wall is empty");
  } catch (error) {
    if (signal.aborted) showState("empty", "Stopped");
    else showFailure(serializeError(error), files.length === 1 ? files[0]!.name : "");
  } finally {
    running = undefined;
    into.replaceChildren();
    await upscaler.then((opened) => opened[Symbol.asyncDispose]()).catch(() => undefined);
    stops.abort();
  }
};

const choose = (files: readonly File[]): void => {
  if (!running) return void run(files);
  running.wall.add(files);
  place("announcement").textContent = `${tell(files)} more`;
};

const tell = ({ length }: readonly File[]): string => `${length} recording${length === 1 ? "" : "s"}`;

const stop = (): void => running?.stops.abort(new DOMException("Stopped.", "AbortError"));

const showSamples = (): Promise<void> =>
  chooseSamples(
    [
      { url: bunnyUrl, name: "meadow.mp4" },
      { url: frogUrl, name: "pond.mp4" },
      { url: frogUrl, name: "pond 2.mp4" },
      { url: bunnyUrl, name: "meadow 2.mp4" },
    ],
    choose,
  );

connectPage({
  actions: {
    sample: () => void showSamples(),
    stop,
    back: () => showState("empty"),
  },
  // the recordings stay where they are
  wouldLose: () => false,
  choose,
});
addEventListener("pagehide", stop);
void checkPage({ encode: false });
