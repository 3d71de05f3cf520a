import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findRecordings } from "./recordings.ts";

let from: string;
beforeEach(async () => {
  from = await mkdtemp(join(tmpdir(), "tatami-recordings-"));
  await mkdir(join(from, "gate"));
  await mkdir(join(from, "upscaled"));
  for (const name of ["b.MP4", "a.ts", "gate/a.mkv", "notes.txt", "upscaled/b.MP4", "c.mp4.partial"])
    await writeFile(join(from, name), name);
});
afterEach(() => rm(from, { recursive: true }));

test("finds videos by name, in folders too, but not results; each result has a name of its own", async () => {
  const to = join(from, "upscaled");
  const found = await findRecordings(from, to);
  expect(found.map(({ name, output }) => [name, output])).toEqual([
    ["a.ts", join(to, "a.ts.mp4")],
    ["b.MP4", join(to, "b.MP4")],
    ["gate/a.mkv", join(to, "gate", "a.mkv")],
  ]);
  expect(found[0]).toMatchObject({ path: join(from, "a.ts"), size: 4 });
});

test("a folder that is not there, and one without a video, are refused", async () => {
  const refused = { code: "input-not-found", fix: expect.stringMatching(/\.$/) };
  await expect(findRecordings(join(from, "nowhere"), from)).rejects.toMatchObject(refused);
  await mkdir(join(from, "empty"));
  await expect(findRecordings(join(from, "empty"), from)).rejects.toMatchObject(refused);
});
