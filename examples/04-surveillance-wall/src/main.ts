/** The page: recordings are chosen, the wall runs, and how it ended. */

import "@tatami/example-parts/disposal-symbols";
import bunnyUrl from "@tatami/example-clips/bunny-320x180.mp4?url";
import frogUrl from "@tatami/example-clips/frog-240x160.mp4?url";
import { checkPage } from "@tatami/example-parts/check-page";
import { element } from "@tatami/example-parts/element";
import { formatRate } from "@tatami/example-parts/format";
import { serializeError } from "@tatami/example-parts/job-outcome";
import { chooseSamples, connectPage } from "@tatami/example-parts/page-actions";
import { showFailure, showState } from "@tatami/example-parts/view-state";
import type { TileStats } from "./tile-stream.ts";
import { runWall } from "./wall.ts";

let running: AbortController | undefined;

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

const run = async (files: readonly File[]): Promise<void> => {
  const { signal } = (running = new AbortController());
  const into = place("wall");
  const model = element("#model", HTMLSelectElement).value;
  into.replaceChildren();
  into.style.setProperty("--columns", String(Math.ceil(Math.sqrt(files.length))));
  for (const id of ["total-rate", "total-changed", "total-moving", "total-dropped"]) write(id, "–");
  write("getting-ready", "Getting ready …");
  showState("working", `${files.length} recordings`);
  try {
    await runWall({
      files,
      model,
      into,
      signal,
      onReady: ({ model: { name }, description }) => {
        write("getting-ready", "");
        write("engine", `${name} on ${description}, in one worker for all tiles`);
      },
      onStats: showTotals,
    });
  } catch (error) {
    if (signal.aborted) showState("empty", "Stopped");
    else showFailure(serializeError(error), files.length === 1 ? files[0]!.name : "");
  } finally {
    into.replaceChildren();
    running = undefined;
  }
};

const stop = (): void => running?.abort(new DOMException("Stopped.", "AbortError"));

const showSamples = (): Promise<void> =>
  chooseSamples(
    [
      { url: bunnyUrl, name: "meadow.mp4" },
      { url: frogUrl, name: "pond.mp4" },
      { url: frogUrl, name: "pond 2.mp4" },
      { url: bunnyUrl, name: "meadow 2.mp4" },
    ],
    (files) => void run(files),
  );

connectPage({
  actions: {
    sample: () => void showSamples(),
    stop,
    back: () => showState("empty"),
  },
  // the recordings stay where they are
  wouldLose: () => false,
  isOpen: () => !running,
  choose: (files) => void run(files),
});
addEventListener("pagehide", stop);
void checkPage({ encode: false });
