/** The wall: as many tiles as there are recordings, on one engine in one worker. */

import { serializeError } from "@tatami/example-parts/job-outcome";
import { pageDrivers } from "@tatami/example-parts/page-drivers";
import { explainInPage } from "@tatami/example-parts/page-error";
import type { Upscaler } from "@tatami/upscale";
import { connectUpscaler } from "@tatami/worker";
import { loadModel } from "@tatami/zoo";
import { runTile } from "./tile-stream.ts";
import type { TileStats } from "./tile-stream.ts";
import { createTileView } from "./tile-view.ts";

/** What is put on a wall. */
export interface WallOptions {
  readonly files: readonly File[];
  readonly model: string;
  readonly into: HTMLElement;
  readonly signal: AbortSignal;
  /** Told what the engine is, once. */
  readonly onReady: (upscaler: Upscaler) => void;
  /** Told of all tiles together, each time one has shown a frame. */
  readonly onStats: (tiles: readonly (TileStats | undefined)[]) => void;
}

/**
 * Runs until the signal aborts. A tile whose recording cannot be played says so and leaves the others alone.
 *
 * @throws what the engine could not be opened for; `signal.reason`; the last tile's error when none is left.
 */
export async function runWall(options: WallOptions): Promise<never> {
  const { files, model, into, signal, onReady, onStats } = options;
  await using upscaler = await connectUpscaler({
    model: () => loadModel(model, { signal }),
    worker: () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }),
    // what has not changed costs nothing, and that is most of what a camera on a wall sees
    reuse: "bounded",
    maxLatencyFrames: 1,
    capacity: 2,
    signal,
  });
  onReady(upscaler);
  const views = files.map(({ name }) => createTileView(name));
  into.replaceChildren(...views.map(({ root }) => root));
  const all: (TileStats | undefined)[] = files.map(() => undefined);
  // shared, so that FFmpeg is fetched once for all who need it
  const codecs = pageDrivers();
  const running = files.map(async (file, index) => {
    const view = views[index]!;
    try {
      await runTile({
        file,
        codecs,
        upscaler,
        signal,
        show: (frame) => view.show(frame),
        onStats: (stats) => {
          all[index] = stats;
          view.stats(stats);
          onStats(all);
        },
      });
    } catch (error) {
      all[index] = undefined;
      const { message, fix } = explainInPage(serializeError(error));
      if (!signal.aborted) view.fail(`${message} ${fix}`);
      throw error;
    }
  });
  const ended = await Promise.allSettled(running);
  if (signal.aborted) throw signal.reason;
  throw (ended.at(-1) as PromiseRejectedResult).reason;
}
