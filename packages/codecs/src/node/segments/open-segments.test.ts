import { chmod, mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { MediaReader, SegmentedInit } from "@tatami/core";
import { describe, expect, it } from "vitest";
import { useSegmentClip } from "../../testing/segment-clip.ts";
import { nodeDriver, removeSegments } from "../index.ts";
import { asNobody } from "../../testing/as-nobody.ts";

const driver = nodeDriver();
const { path: clip, makeFolder } = await useSegmentClip({ frames: 100, size: [320, 240], keyFrames: 5 });

const initOf = (reader: MediaReader, output: string): SegmentedInit => ({
  reader,
  output,
  size: reader.description.video,
  depends: {},
  shortest: 0.2,
});

describe("the folder of the parts", () => {
  it("is refused where none can be made", async () => {
    const folder = await makeFolder();
    await chmod(folder, 0o555);
    await using reader = await driver.open(clip);
    await asNobody(async () => {
      await expect(driver.openSegments!(initOf(reader, join(folder, "out.mp4")))).rejects.toMatchObject({
        code: "output-failed",
        message: expect.stringContaining("permission to write there is denied (EACCES)"),
        fix: "Write to a folder you may write to, or change its permissions.",
      });
    });
    await chmod(folder, 0o755);
    expect(await readdir(folder)).toEqual([]);
  });

  it("is one run's at a time", async () => {
    const folder = await makeFolder();
    const path = join(folder, "out.mp4");
    await using reader = await driver.open(clip);
    {
      await using _ = await driver.openSegments!(initOf(reader, path));
      await expect(driver.openSegments!(initOf(reader, path))).rejects.toMatchObject({
        code: "output-failed",
        message: expect.stringContaining("is being written by another run"),
      });
      await removeSegments(path);
      expect(await readdir(`${path}.tatami`)).toContain("manifest.json");
    }
    // nothing was finished, so nothing is left
    expect(await readdir(folder)).toEqual([]);
  });

  it("and its parts are not joined while one is missing", async () => {
    const folder = await makeFolder();
    await using reader = await driver.open(clip);
    await using output = await driver.openSegments!(initOf(reader, join(folder, "out.mp4")));
    await expect(output.join()).rejects.toMatchObject({ code: "internal" });
  });

  it("is taken as none where its manifest is not readable", async () => {
    const folder = await makeFolder();
    const path = join(folder, "out.mp4");
    await mkdir(`${path}.tatami`);
    await writeFile(join(`${path}.tatami`, "manifest.json"), "{");
    await writeFile(join(`${path}.tatami`, "00000.part"), "");
    await using reader = await driver.open(clip);
    await using output = await driver.openSegments!(initOf(reader, path));
    expect([output.kept.size, output.spoilt, output.differs]).toEqual([0, 0, undefined]);
  });
});
