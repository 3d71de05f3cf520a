/** The pipeline: the whole of what this example is about. */

import type { Changed, CodecDriver, Damage } from "@tatami/core";
import { fromVideoFile, selectMotion, toVideoFile, upscaleFrames } from "@tatami/rxjs";
import type { VideoFileReport } from "@tatami/rxjs";
import type { Upscaler } from "@tatami/upscale";
import { finalize, map, tap } from "rxjs";
import type { Observable, Observer } from "rxjs";
import type { PipelineEvent } from "./statistics.ts";

export interface PipelineOptions {
  /** Left open. */
  readonly upscaler: Upscaler;
  /** Share of patches, 0 to below 1, that must have changed for a frame to pass. */
  readonly limit: number;
  /** Hears of every frame, and of the end. */
  readonly events: Pick<Observer<PipelineEvent>, "next" | "complete">;
  /** Tried in order, for reading and for writing. */
  readonly codecs: readonly CodecDriver[];
  /** Told of each place that cannot be read and is passed over, and of what is made otherwise on the way. */
  readonly onTold: (told: Damage | Changed) => void;
  readonly signal: AbortSignal;
}

/**
 * A file's frames in which something moves, enlarged and written to a file; the others are left out, so the picture
 * before them stays. Emits one report, whose Blob is the file. Unsubscribing, like the signal, ends all of it.
 */
export const createPipeline = (
  file: File,
  { upscaler, limit, events, codecs, onTold, signal }: PipelineOptions,
): Observable<VideoFileReport> =>
  fromVideoFile(file, { toSdr: true, codecs, onDamaged: onTold, onChanged: onTold, signal }).pipe(
    tap(({ timestamp }) => events.next({ kind: "read", time: timestamp })),
    selectMotion({ limit }),
    tap(({ frame, share }) => events.next({ kind: "passed", time: frame.timestamp, share })),
    map(({ frame }) => frame),
    upscaleFrames({ upscaler }),
    tap(({ timestamp }) => events.next({ kind: "enlarged", time: timestamp })),
    // the sound is copied from the file
    toVideoFile(undefined, { like: file, codecs, onDamaged: onTold, onChanged: onTold }),
    finalize(() => events.complete()),
  );
