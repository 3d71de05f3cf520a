/** What the pipeline tells of itself, gathered on its way to the page. */

import { bufferTime, filter, scan } from "rxjs";
import type { Observable } from "rxjs";

/** Something happened to a frame. */
export type PipelineEvent =
  | { readonly kind: "read" | "enlarged"; readonly time: number }
  | { readonly kind: "passed"; readonly time: number; readonly share: number };

/** What has happened so far, and what was new in it. */
export interface PipelineStatistics {
  readonly read: number;
  /** With enough motion. */
  readonly passed: number;
  readonly enlarged: number;
  /** Seconds of the video that were read. */
  readonly time: number;
  /** Frames read or passed since the last time: `share` is that of the patches that changed, from 0 to 1. */
  readonly news: readonly { readonly time: number; readonly share?: number }[];
}

/** Nothing yet. */
export const noStatistics: PipelineStatistics = { read: 0, passed: 0, enlarged: 0, time: 0, news: [] };

/** Adds what has happened. */
export const gather = (before: PipelineStatistics, events: readonly PipelineEvent[]): PipelineStatistics => {
  const count = (kind: PipelineEvent["kind"]): number => events.filter((event) => event.kind === kind).length;
  return {
    read: before.read + count("read"),
    passed: before.passed + count("passed"),
    enlarged: before.enlarged + count("enlarged"),
    time: Math.max(before.time, ...events.map(({ time }) => time)),
    news: events
      .filter(({ kind }) => kind !== "enlarged")
      .map((event) =>
        event.kind === "passed" ? { time: event.time, share: event.share } : { time: event.time },
      ),
  };
};

/**
 * Events as statistics, at most one each `milliseconds`, however many frames there are.
 *
 * ```text
 * events     -abc---d--ef-----|
 *              withStatistics()
 * result     -----x-----x-----|
 * ```
 */
export const withStatistics =
  (milliseconds = 150) =>
  (events: Observable<PipelineEvent>): Observable<PipelineStatistics> =>
    events.pipe(
      bufferTime(milliseconds),
      filter((some) => some.length > 0),
      scan(gather, noStatistics),
    );
