import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ALL_FORMATS, FilePathSource, Input } from "mediabunny";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeMuxedClip } from "../../testing/make-muxed-clip.ts";
import { mayHoldFields } from "./stream-fields.ts";

let folder: string;
/** One in which sequence parameters stand in the header, one in which they come with the pictures. */
const containers = [
  ["mp4", "mp4"],
  ["mpegts", "ts"],
] as const;
const path = (interlaced: boolean, extension: string): string =>
  join(folder, `${interlaced ? "fields" : "whole"}.${extension}`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tatami-fields-"));
  for (const [format, extension] of containers)
    for (const interlaced of [true, false])
      await makeMuxedClip(path(interlaced, extension), { format, video: "libx264", frames: 5, interlaced });
});
afterAll(() => rm(folder, { recursive: true }));

test.each(containers)("%s: what may hold fields is told by its parameters", async (_format, extension) => {
  for (const interlaced of [true, false]) {
    using input = new Input({
      source: new FilePathSource(path(interlaced, extension)),
      formats: ALL_FORMATS,
    });
    const track = await input.getPrimaryVideoTrack();
    expect(track && (await mayHoldFields(track))).toBe(interlaced);
  }
});
