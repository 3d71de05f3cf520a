/** Sends VideoFrames through the RxJS operators, into a file and out of it again. */

import { frameLedger } from "@tatami/core";
import { fromVideoFile, selectMotion, toVideoFile, upscaleFrames, withQuality } from "@tatami/rxjs";
import { createUpscaler } from "@tatami/upscale";
import type { Observable } from "rxjs";
import { defer, from, lastValueFrom, map, toArray } from "rxjs";
import { tinyModel } from "../../../support/tiny-model.ts";
import { yuvFrame } from "../yuv-frame.ts";

/** What came of each operator. */
export interface PipelineOutcome {
  readonly enlarged: readonly (readonly [width: number, timestamp: number, psnr: number | undefined])[];
  readonly moved: readonly (readonly [timestamp: number, share: number])[];
  readonly written: number;
  readonly readBack: readonly string[];
  /** Source frames that nobody closed. */
  readonly open: number;
  readonly framesOpen: number;
}

const upscaler = await createUpscaler({ model: tinyModel(), backends: ["cpu"], threads: 1 });
const count = 4;

/** Runs every operator on frames of its own. */
async function runPipeline(): Promise<PipelineOutcome> {
  frameLedger.reset();
  const made: VideoFrame[] = [];
  const frames = (): Observable<VideoFrame> =>
    defer(() => {
      const some = Array.from({ length: count }, (_, index) => yuvFrame(64, 48, index * 40_000));
      made.push(...some);
      return from(some);
    });
  const enlarged = (): Observable<VideoFrame> => frames().pipe(upscaleFrames({ upscaler }));
  const judged = enlarged().pipe(
    withQuality(enlarged()),
    map(({ frame, quality }) => {
      const { codedWidth, timestamp } = frame;
      frame.close();
      // infinity does not survive the way out of the page
      return [codedWidth, timestamp, quality && Math.min(quality.psnr, 999)] as const;
    }),
    toArray(),
  );
  const moved = frames().pipe(
    selectMotion(),
    map(({ frame, share }) => {
      const { timestamp } = frame;
      frame.close();
      return [timestamp, share] as const;
    }),
    toArray(),
  );
  const report = await lastValueFrom(enlarged().pipe(toVideoFile(undefined, { container: "webm" })));
  const readBack = fromVideoFile(report.blob!).pipe(
    map((frame) => {
      frame.close();
      return `${frame.size.width}×${frame.size.height} at ${frame.timestamp.toFixed(2)} s`;
    }),
    toArray(),
  );
  return {
    enlarged: await lastValueFrom(judged),
    moved: await lastValueFrom(moved),
    written: report.frames,
    readBack: await lastValueFrom(readBack),
    open: made.filter(({ format }) => format !== null).length,
    framesOpen: frameLedger.open,
  };
}

Object.assign(globalThis, { runPipeline });
