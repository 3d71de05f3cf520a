import type { Frame } from "@tatami/core";
import { createFrame, createPlane, frameLedger } from "@tatami/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { pairFrames } from "./pair-frames.ts";

async function* video(times: readonly number[]): AsyncGenerator<Frame> {
  const plane = createPlane({ width: 2, height: 2 });
  for (const timestamp of times) yield createFrame({ luma: plane, chroma: [plane, plane] }, { timestamp });
}

async function pair(
  times: readonly (readonly number[])[],
  seconds: number,
): Promise<(number | undefined)[][]> {
  const groups: (number | undefined)[][] = [];
  const videos = times.map(video);
  for await (const { frames } of pairFrames(
    videos,
    times.map(() => seconds),
  ))
    groups.push(frames.map((frame) => frame?.timestamp));
  return groups;
}

test("frames are paired by time, to the rounding of containers, and not by number", async () => {
  expect(
    await pair(
      [
        [0, 0.04, 0.12, 0.16],
        [0, 0.08, 0.1195, 0.161, 0.2],
      ],
      0.04,
    ),
  ).toEqual([
    [0, 0],
    [0.04, undefined],
    [undefined, 0.08],
    [0.12, 0.1195],
    [0.16, 0.161],
    [undefined, 0.2],
  ]);
  expect(await pair([[], []], 0.04)).toEqual([]);
});

test("every frame is in one group, in order, and closed: whichever are missing", async () => {
  const times = fc.uniqueArray(fc.nat({ max: 30 })).map((all) => all.toSorted((a, b) => a - b));
  await fc.assert(
    fc.asyncProperty(fc.array(times, { minLength: 1, maxLength: 3 }), async (videos) => {
      const groups = await pair(videos, 1);
      for (const [at, own] of videos.entries())
        expect(groups.map((group) => group[at]).filter((time) => time !== undefined)).toEqual(own);
      const everyTime = [...new Set(videos.flat())].toSorted((a, b) => a - b);
      expect(groups.map((group) => group.find((time) => time !== undefined))).toEqual(everyTime);
      expect(frameLedger.open).toBe(0);
    }),
  );
});

test("leaving early closes what was read", async () => {
  for await (const { time } of pairFrames([video([0, 1]), video([1, 2])], [1, 1])) if (time >= 0) break;
  expect(frameLedger.open).toBe(0);
});
