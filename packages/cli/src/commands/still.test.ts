import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { frameLedger } from "@tatami/core";
import { listModels, loadModel } from "@tatami/zoo";
import sharp from "sharp";
import { expect, test } from "vitest";
import { makeWaveClip } from "../testing/clips.ts";
import type { FakeRun } from "../testing/fake-shell.ts";
import { runFake } from "../testing/fake-shell.ts";
import { createTemporaryFolder } from "../testing/temporary-folder.ts";

function still(cwd: string, ...words: readonly string[]): Promise<FakeRun> {
  const library = { listModels, loadModel: (name: string) => loadModel(name) };
  return runFake(["still", ...words], { cwd, library });
}

async function createClip(): Promise<string> {
  const folder = await createTemporaryFolder();
  await makeWaveClip(join(folder, "door.mkv"), { format: "matroska", frames: 50, noise: 4 });
  return folder;
}

test("the best picture of a moment is a PNG that says what each part of it rests on", async () => {
  const cwd = await createClip();
  const made = await still(cwd, "door.mkv@1", "--model", "micro-x2", "--threads", "1");
  expect(made).toMatchObject({ code: 0, stderr: "" });
  expect(made.stdout).toMatch(
    /^door\.1s\.png\n {2}128×96, of 1\.000 s, by micro-x2\n {2}50 frames were looked at; half of the picture rests on \d+ or more, and \d+ of 144 regions on fewer than 4\n$/,
  );
  const { width, height, exif } = await sharp(await readFile(join(cwd, "door.1s.png"))).metadata();
  expect([width, height]).toEqual([128, 96]);
  expect(exif!.toString("latin1")).toMatch(
    /door at 1\.000 s, gathered from 50 frames around it.*enlarged by micro-x2\. Regions of 16x9, row by row.*\[\[\d+,[\d.]+,[\d.]+\],/,
  );
  // what is there is not written over
  expect(await still(cwd, "door.mkv@1", "--model", "micro-x2")).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("exists already"),
  });
  expect(frameLedger.open).toBe(0);
});

test("without a model it is chosen by what the frames around look like, fused ones with less of the camera track", async () => {
  const cwd = await createClip();
  const made = await still(cwd, "door.mkv@0.5", "--around", "0.2s", "-o", "near.png", "--json");
  const told = JSON.parse(made.stdout);
  expect(told).toMatchObject({
    output: "near.png",
    width: 128,
    height: 96,
    timestamp: 0.48,
    map: { columns: 16, rows: 9 },
  });
  expect(told.looked).toBeGreaterThan(6);
  expect(told.looked).toBeLessThan(13);
  expect(told.choice.reading.isFused).toBe(true);
  expect(told.choice.denoise).toBeLessThanOrEqual(0.5);
});

test("what is no moment of a video ends in one clear error", async () => {
  const cwd = await createClip();
  for (const [words, message, code] of [
    [["door.mkv"], "takes one video and a moment", 2],
    [["door.mkv@noon"], "noon is no time", 2],
    [["door.mkv@99", "--model", "micro-x2"], "a time at which the file shows a frame", 2],
    [["gone.mkv@1", "--model", "micro-x2"], "gone.mkv", 1],
  ] as const)
    expect(await still(cwd, ...words)).toMatchObject({ code, stderr: expect.stringContaining(message) });
});
