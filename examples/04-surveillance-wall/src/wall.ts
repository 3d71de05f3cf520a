/** The wall: tiles come and go while the others play, all on one engine. */

import { serializeError } from "@tatami/example-parts/job-outcome";
import { pageDrivers } from "@tatami/example-parts/page-drivers";
import { explainInPage } from "@tatami/example-parts/page-error";
import type { Upscaler } from "@tatami/upscale";
import { createSpotlight } from "./spotlight.ts";
import { runTile } from "./tile-stream.ts";
import type { TileStats } from "./tile-stream.ts";
import { createTileView } from "./tile-view.ts";
import type { TileView } from "./tile-view.ts";

/** What a wall is made with. */
export interface WallOptions {
  /** Shared by all tiles; tiles put up before it is there wait for it. */
  readonly upscaler: Promise<Upscaler>;
  readonly into: HTMLElement;
  /** Takes every tile down. */
  readonly signal: AbortSignal;
  /** Told of all tiles together, each time one has shown a frame, come or gone. */
  readonly onStats: (tiles: readonly (TileStats | undefined)[]) => void;
}

/** A wall of tiles. */
export interface Wall {
  /** Puts recordings up beside those that play. One that cannot be played says so in its tile. */
  add(files: readonly File[]): void;
  /**
   * Resolves when the last tile has been taken down; rejects with what the engine could not be opened for, with
   * `signal.reason`, or with the last tile's error where none of them can be played.
   */
  readonly ended: Promise<void>;
}

/** One recording on the wall. */
interface Tile {
  readonly view: TileView;
  readonly gone: AbortController;
  stats?: TileStats | undefined;
  hasFailed: boolean;
}

/** Puts up an empty one. */
export function createWall({ upscaler, into, signal, onStats }: WallOptions): Wall {
  let resolve: () => void;
  let reject: (reason: unknown) => void;
  const ended = new Promise<void>((...settle) => ([resolve, reject] = settle));
  const tiles = new Set<Tile>();
  const running = new Set<Promise<void>>();
  const spotlight = createSpotlight(into, signal);
  // shared, so that FFmpeg is fetched once for all who need it
  const codecs = pageDrivers();

  const show = (): void => {
    into.style.setProperty("--columns", String(Math.ceil(Math.sqrt(tiles.size))));
    into.style.setProperty("--beside", String(Math.max(1, tiles.size - 1)));
    onStats([...tiles].map(({ stats }) => stats));
  };
  const remove = (tile: Tile): void => {
    tile.gone.abort(new DOMException("Taken down.", "AbortError"));
    const next = [...tiles][[...tiles].indexOf(tile) + 1] ?? [...tiles].at(-2);
    tiles.delete(tile);
    spotlight.forget(tile.view.root);
    tile.view.root.remove();
    if (tiles.size === 0) return resolve();
    next?.view.focus();
    show();
  };
  const play = async (tile: Tile, file: File): Promise<void> => {
    const { view, gone } = tile;
    const ends = AbortSignal.any([signal, gone.signal]);
    try {
      await runTile({
        file,
        codecs,
        upscaler: await upscaler,
        signal: ends,
        show: (frame) => view.show(frame),
        onStats: (stats) => {
          tile.stats = stats;
          view.stats(stats);
          show();
        },
      });
    } catch (error) {
      if (ends.aborted) return;
      tile.stats = undefined;
      tile.hasFailed = true;
      const { message, fix } = explainInPage(serializeError(error));
      view.fail(`${message} ${fix}`);
      show();
      if ([...tiles].every(({ hasFailed }) => hasFailed)) reject(error);
    }
  };

  signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  return {
    add(files) {
      for (const file of files) {
        const tile: Tile = { view: createTileView(file.name), gone: new AbortController(), hasFailed: false };
        tiles.add(tile);
        into.append(tile.view.root);
        spotlight.offer(tile.view.root);
        tile.view.onRemove(() => remove(tile));
        const playing = play(tile, file).finally(() => running.delete(playing));
        running.add(playing);
      }
      show();
    },
    // whoever waits may take the engine down: nothing is at work on it then
    ended: ended.finally(async () => {
      for (const { gone } of tiles) gone.abort(new DOMException("The wall has ended.", "AbortError"));
      await Promise.all(running);
    }),
  };
}
