/** What the page and its worker say to each other: plain data only. */

import type { JobOutcome, JobWorker } from "@tatami/example-parts/job";
import type { PipelineStatistics } from "./statistics.ts";

/** One file, and how it shall be passed through the pipeline. */
export interface PipelineRequest {
  readonly file: File;
  /** A name of `listModels()`. */
  readonly model: string;
  /** Share of patches, 0 to below 1, that must have changed for a frame to pass. */
  readonly limit: number;
}

/** What the file holds, as far as the charts need it. */
export interface SourceFacts {
  /** Seconds. */
  readonly duration: number;
  /** About, where the container does not say. */
  readonly frames: number;
  readonly width: number;
  readonly height: number;
}

/** What the page is told on the way. */
export type PipelineUpdate =
  | { readonly kind: "source"; readonly facts: SourceFacts }
  | { readonly kind: "statistics"; readonly statistics: PipelineStatistics };

/** What the pipeline leaves behind. */
export interface PipelineResult {
  readonly blob: Blob;
  readonly container: string;
  readonly codec: string;
  readonly frames: number;
  readonly width: number;
  readonly height: number;
  /** One sentence for each thing that is damaged, otherwise than it was, or left out. */
  readonly told: readonly string[];
  /** What it was enlarged by. */
  readonly engine: string;
  readonly statistics: PipelineStatistics;
}

/** The worker's side. */
export interface PipelineWorker extends JobWorker {
  run(
    request: PipelineRequest,
    onUpdate: (update: PipelineUpdate) => void,
  ): Promise<JobOutcome<{ readonly result: PipelineResult }>>;
}
