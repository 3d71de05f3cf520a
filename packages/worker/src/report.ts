/** What the worker tells of its upscaler along with each picture, and how the other side hears it. */

import { TatamiError } from "@tatami/core";
import type { Rejection } from "@tatami/core";
import type { BackendName } from "@tatami/graph";
import type { FrameOptions, Upscaler } from "@tatami/upscale";
import type { EngineState, Told } from "./wire/protocol.ts";

/** Notes what an upscaler tells, until it is taken along. */
export interface Recorder {
  readonly listeners: Required<Pick<FrameOptions, "onStage" | "onPatches">>;
  /** What was noted since the last time. */
  take(): Told;
}

/** A recorder with nothing noted. */
export function createRecorder(): Recorder {
  const stages: Told["stages"][number][] = [];
  const patches: Told["patches"][number][] = [];
  return {
    listeners: {
      onStage: (...stage) => void stages.push(stage),
      onPatches: (...counts) => void patches.push(counts),
    },
    take: () => ({ stages: stages.splice(0), patches: patches.splice(0) }),
  };
}

/** Tells what was noted in the worker to those who asked for it here. */
export function retell({ stages, patches }: Told, { onStage, onPatches }: FrameOptions): void {
  for (const stage of stages) onStage?.(...stage);
  for (const counts of patches) onPatches?.(...counts);
}

/** An upscaler's engine as plain data. */
export function engineState({
  backend,
  description,
  parallelPatches = 1,
  pace,
  rejected,
}: Upscaler): EngineState {
  return {
    backend,
    description,
    parallelPatches,
    pace: pace?.summary(),
    rejected: rejected.map(({ candidate, error }) => ({ candidate, error: error.toJSON() })),
  };
}

/** What was set aside, with errors that are instances again. */
export function rejections(state: EngineState): readonly Rejection<BackendName>[] {
  return state.rejected.map(({ candidate, error }) => ({ candidate, error: TatamiError.from(error) }));
}
