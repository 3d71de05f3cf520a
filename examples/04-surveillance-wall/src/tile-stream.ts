/** One tile's frames, from its recording through the shared engine to its canvas. */

import type { CodecDriver, Frame } from "@tatami/core";
import { refuseOtherFiles } from "@tatami/example-parts/file/refuse-other-files";
import type { LiveStats, Upscaler } from "@tatami/upscale";
import { createLiveQueue, toVideoFrame } from "@tatami/upscale";
import { playRecording } from "./play-recording.ts";

/** What is known of a tile. */
export interface TileStats extends LiveStats {
  /** Share of the last frame's patches that had changed and were computed, 0 to 1. */
  readonly changed: number;
}

/** What a tile works with. */
export interface TileStreamOptions {
  readonly file: File;
  /** What it may be read by. */
  readonly codecs: readonly CodecDriver[];
  /** Shared by all tiles; each has its own memory of what it has seen. */
  readonly upscaler: Upscaler;
  /** Is given the larger frame to own. */
  readonly show: (frame: VideoFrame) => void;
  readonly onStats: (stats: TileStats) => void;
  readonly signal: AbortSignal;
}

/** Plays until the signal aborts: rejects with its reason, or with what went wrong, everything inside closed. */
export async function runTile(options: TileStreamOptions): Promise<never> {
  const { file, codecs, upscaler, show, onStats } = options;
  await refuseOtherFiles(file);
  const ends = new AbortController();
  const signal = AbortSignal.any([options.signal, ends.signal]);
  let changed = 0;
  // one that waits beside the one at work: a wall shows what is, not what was
  const queue = createLiveQueue<Frame>({ name: "tile", capacity: 1, overflow: "drop-oldest" });
  const playing = playRecording(file, codecs, queue.push, signal).catch((error: unknown) =>
    queue.destroy(error),
  );
  const onPatches = (computed: number, reused: number): void =>
    void (changed = computed / (computed + reused));
  try {
    for await (const larger of upscaler.frames(framesOf(queue), { signal, onPatches })) {
      const { timestamp } = larger;
      show(await toVideoFrame(larger));
      queue.went(timestamp);
      onStats({ ...queue.stats(), changed });
    }
    throw new Error("A tile's recording never ends by itself.");
  } finally {
    ends.abort();
    queue.destroy(signal.reason);
    await playing;
  }
}

async function* framesOf(queue: {
  next(): Promise<Frame | undefined>;
}): AsyncGenerator<Frame, void, undefined> {
  for (let frame = await queue.next(); frame; frame = await queue.next()) yield frame;
}
