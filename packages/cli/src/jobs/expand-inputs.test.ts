import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { expandInputs } from "./expand-inputs.ts";
import { createTemporaryFolder } from "../testing/temporary-folder.ts";

describe("expandInputs", () => {
  it("takes one file as it is named, and no batch", async () => {
    const cwd = await createTemporaryFolder("a.mp4");
    expect(await expandInputs(["a.mp4"], cwd)).toEqual({
      files: [{ name: "a.mp4", path: join(cwd, "a.mp4") }],
      isBatch: false,
    });
  });

  it("expands globs in order, lists a file once, and calls it a batch", async () => {
    const cwd = await createTemporaryFolder("b.mp4", "a.mp4", "c.mkv", "deep/d.mp4");
    const { files, isBatch } = await expandInputs(["b.mp4", "*.mp4", "**/d.mp4"], cwd);
    expect(files.map(({ name }) => name)).toEqual(["b.mp4", "a.mp4", "deep/d.mp4"]);
    expect(isBatch).toBe(true);
    expect((await expandInputs(["*.mkv"], cwd)).isBatch).toBe(true);
  });

  it("takes a file whose name looks like a pattern for the file", async () => {
    const cwd = await createTemporaryFolder("a[1].mp4", "a1.mp4");
    const { files, isBatch } = await expandInputs(["a[1].mp4"], cwd);
    expect(files.map(({ name }) => name)).toEqual(["a[1].mp4"]);
    expect(isBatch).toBe(false);
  });

  it.each([
    ["none.mp4", "There is no file none.mp4."],
    ["*.avi", "No file matches *.avi."],
    ["deep", "deep is a folder."],
  ])("keeps %s as a failure of its own", async (word, message) => {
    const cwd = await createTemporaryFolder("a.mp4", "deep/d.mp4");
    const { files } = await expandInputs([word, "a.mp4"], cwd);
    expect(files.map(({ failure }) => failure?.message)).toEqual([message, undefined]);
    expect(files[0]?.failure?.code).toBe("input-not-found");
  });
});
