/** Runs a segment's job. */

import type { Job } from "bullmq";
import { UnrecoverableError } from "bullmq";
import { toFailure, toThrow } from "../failure.ts";
import type { FileData, SegmentData, SegmentResult } from "../job-data.ts";
import type { FileTask } from "../engine/open-job.ts";
import { fromShared } from "../job-data.ts";
import { FileStopped, HandBack } from "./stop-watch.ts";
import type { WorkWorld } from "./world.ts";

const stopped: SegmentResult = { frames: 0, seconds: 0, isStopped: true };

/** Milliseconds between what is told of progress. */
const interval = 1000;

/** Upscales the segment to its part; of a file that is to be stopped nothing. */
export async function runSegment(
  { queues, root, watch, tell, engine }: WorkWorld,
  job: Job<SegmentData, SegmentResult>,
): Promise<SegmentResult> {
  const { index } = job.data;
  const id = job.parent?.id;
  const file = id === undefined ? undefined : await queues.files.getJob(id);
  if (!file) throw new UnrecoverableError("The file of this segment is no longer in the queue.");
  if (await watch.isStopped(file.id!)) return stopped;
  let told = Date.now();
  const onFrames = (frames: number): void => {
    const now = Date.now();
    if (now < told + interval) return;
    told = now;
    // what is lost here is told by the next
    void job.updateProgress(frames).catch(() => undefined);
  };
  try {
    const result = await watch.during(file.id!, (signal) =>
      engine((each) => each.segment(toTask(root, file.data), index, { signal, onFrames })),
    );
    tell({ kind: "segment", file: file.id!, index, frames: result.frames, seconds: result.seconds });
    return result;
  } catch (error) {
    if (error instanceof FileStopped) return stopped;
    if (error instanceof HandBack) throw error;
    throw toThrow(toFailure(error, index));
  }
}

/** The file as engines are asked for it. */
export function toTask(root: string, { input, output, options, begun }: FileData): FileTask {
  return {
    input: fromShared(root, input),
    output: fromShared(root, output),
    root,
    options,
    look: begun?.look,
  };
}
