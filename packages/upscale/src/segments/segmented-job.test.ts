import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeDriver, openSharedSegments, removeSegments } from "@tatami/codecs/node";
import type { SharedRole } from "@tatami/codecs/node";
import { frameLedger } from "@tatami/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { framesMd5, makeMovingBlock } from "../testing/moving-block.ts";
import { nearestModel } from "../testing/models.ts";
import { upscale } from "../upscale.ts";
import { openSegmentedJob } from "./upscale-segments.ts";
import type { SegmentedJob } from "./upscale-segments.ts";

const folder = await mkdtemp(join(tmpdir(), "tatami-pieces-"));
const clip = join(folder, "clip.mp4");
beforeAll(() => makeMovingBlock(clip));
afterAll(() => rm(folder, { recursive: true }));

const options = {
  model: nearestModel(),
  backends: ["cpu"],
  resume: { segmentSeconds: 0.3 },
} as const;

/** The job as one of several processes opens it. */
function open(output: string, role: SharedRole): Promise<SegmentedJob> {
  const driver = nodeDriver();
  const codecs = [
    { ...driver, openSegments: (init) => openSharedSegments(init, role) } satisfies typeof driver,
  ];
  return openSegmentedJob(clip, { ...options, output, codecs });
}

test("a job in pieces, by several, gives the report and the file of one that is resumed", async () => {
  frameLedger.reset();
  const [whole, pieces] = [join(folder, "whole.mp4"), join(folder, "pieces.mp4")];
  const straight = await upscale(clip, { ...options, output: whole, codecs: [nodeDriver()] });
  {
    await using first = await open(pieces, "begin");
    expect(first).toMatchObject({ frames: 90, plan: { scale: 2, output: { width: 128, height: 96 } } });
    expect(first.output.segments).toHaveLength(9);
  }
  await Promise.all(
    [
      [8, 0, 4, 2],
      [7, 1],
      [6, 3, 5],
    ].map(async (mine) => {
      for (const index of mine) {
        await using job = await open(pieces, index);
        expect(await job.upscale(job.output.segments[index]!)).toMatchObject({ frames: 10, damaged: [] });
      }
    }),
  );
  {
    await using again = await open(pieces, 4);
    // nothing is done for what is there
    expect(await again.upscale(again.output.segments[4]!)).toBe(again.output.kept.get(4));
    await using last = await open(pieces, "join");
    const report = await last.join();
    const { progress: _, ...told } = report;
    const { progress: __, ...before } = straight;
    expect(told).toEqual(before);
    expect(report.progress).toMatchObject({ framesDone: 90, segments: { total: 9, done: 9 } });
  }
  await removeSegments(pieces);
  expect(await framesMd5(pieces)).toEqual(await framesMd5(whole));
  expect((await readdir(folder)).sort()).toEqual(["clip.mp4", "pieces.mp4", "whole.mp4"]);
  expect(frameLedger.open).toBe(0);
});
