import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compressPictures } from "@tatami/codecs/node";
import sharp from "sharp";
import { expect, onTestFinished, test } from "vitest";
import { prepareDataset } from "./prepared-dataset.ts";
import { wavyPicture } from "./test-support.ts";
import { trackNames, tracks, usualTrack } from "./tracks.ts";

const each = Object.values(tracks);

test("tracks are known by names of their own, the usual one first", () => {
  expect(Object.keys(tracks)).toEqual(trackNames);
  expect(trackNames[0]).toBe(usualTrack.name);
  expect(new Set(each.map(({ version }) => version)).size).toBe(each.length);
});

test.each(each)("the $name track makes as many versions as asked for, the same every time", async (track) => {
  const picture = wavyPicture(65, 49, 1);
  const count = Math.min(2, track.degradations.most);
  const reduce = (seed: number) =>
    track.reduce(picture, 3, { scale: 2, seed, degradations: count, compress: compressPictures });
  const first = await reduce(1);
  expect(first.high).toMatchObject({ width: 64, height: 48 });
  expect(first.lows.map(({ width, height }) => [width, height])).toEqual(first.lows.map(() => [32, 24]));
  expect(first.lows.length).toBe(count);
  expect(await reduce(1)).toEqual(first);
  const { lows } = await reduce(2);
  if (track.random) expect(lows).not.toEqual(first.lows);
  else expect(lows).toEqual(first.lows);
});

test.each([
  ["1 2 12 1", {}],
  ["1 2 12 1 0.5", { sizes: [1, 0.5], seed: 5, degradations: 1 }],
  ["camera 6 5 2 2 12 1", { track: tracks.camera, seed: 5, degradations: 2 }],
])("a data set that was prepared as %j is still known", async (way, options) => {
  const folder = await mkdtemp(join(tmpdir(), "tatami-tracks-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { width, height, data } = wavyPicture(40, 32, 1);
  const path = join(folder, "a.png");
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(path);
  const file = join(folder, "x.dataset");
  await prepareDataset(folder, 2, 12, file, options);
  const content = createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
  const key = createHash("sha256").update(way).update(`a.png ${content}\n`).digest("hex");
  expect((await readFile(file)).subarray(4, 100).toString("latin1")).toContain(`"key":"${key}"`);
});
