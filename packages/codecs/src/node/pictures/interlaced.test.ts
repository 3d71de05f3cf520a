/** Interlaced pictures become whole ones, as many as there were. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OpenOptions, Plane } from "@tatami/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeMuxedClip } from "../../testing/make-muxed-clip.ts";
import { nodeDriver } from "../index.ts";

const driver = nodeDriver();
const size = [192, 128] as const;
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tatami-interlaced-"));
  const clip = { format: "mpeg", video: "mpeg2video", size, draw: drawBar } as const;
  await makeMuxedClip(join(folder, "interlaced.mpg"), { ...clip, interlaced: true });
  await makeMuxedClip(join(folder, "whole.mpg"), { ...clip, draw: (...args) => drawBar(...args, 0) });
});
afterAll(() => rm(folder, { recursive: true }));

/** A bright bar that moves eight pixels a field: even rows show it as it was, odd rows where it has gone since. */
function drawBar(planes: readonly Uint8Array[], strides: readonly number[], index: number, apart = 8): void {
  const [luma] = planes;
  const stride = strides[0] ?? 0;
  for (let y = 0; y < size[1]; y++) {
    const left = 16 + ((16 * index) % 128) + (y % 2) * apart;
    for (let x = 0; x < size[0]; x++) if (luma) luma[y * stride + x] = x >= left && x < left + 40 ? 200 : 60;
  }
}

/** How much neighbouring rows differ more than rows two apart: the comb. */
function comb({ data, width, height }: Plane): number {
  let sum = 0;
  for (let y = 2; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [here, above, field] = [y, y - 1, y - 2].map((row) => data[row * width + x] ?? 0);
      sum += Math.abs((here ?? 0) - (above ?? 0)) - Math.abs((here ?? 0) - (field ?? 0));
    }
  }
  return sum / (width * height);
}

async function read(file: string, options: OpenOptions): Promise<{ times: number[]; combs: number[] }> {
  await using reader = await driver.open(join(folder, file), options);
  const [times, combs]: number[][] = [[], []];
  for await (const frame of reader.frames()) {
    times?.push(frame.timestamp);
    combs?.push(comb((await frame.planes()).luma));
    frame.close();
  }
  return { times: times ?? [], combs: combs ?? [] };
}

test("bwdif removes the comb and keeps the number of pictures and their times", async () => {
  const raw = await read("interlaced.mpg", { deinterlace: "off" });
  const whole = await read("interlaced.mpg", {});
  expect(raw.times).toHaveLength(25);
  expect(whole.times).toEqual(raw.times);
  const middle = (combs: readonly number[]): number => combs[8] ?? 0;
  expect(middle(raw.combs)).toBeGreaterThan(8);
  expect(middle(whole.combs)).toBeLessThan(middle(raw.combs) / 8);
});

test("whole pictures pass untouched", async () => {
  expect(await read("whole.mpg", {})).toEqual(await read("whole.mpg", { deinterlace: "off" }));
});
