import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writeWhole } from "./write-whole.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tatami-whole-"));
});
afterEach(() => rm(folder, { recursive: true }));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test("what was there is replaced, and nothing is left beside it", async () => {
  const path = join(folder, "a");
  await writeFile(path, "old");
  await writeWhole(path, [bytes("new "), bytes("text")]);
  expect(await readFile(path, "utf8")).toBe("new text");
  expect(await readdir(folder)).toEqual(["a"]);
});

test("a place that cannot be written to is one error, and keeps nothing", async () => {
  await mkdir(join(folder, "a/b"), { recursive: true });
  await expect(writeWhole(join(folder, "none/a"), [bytes("text")])).rejects.toMatchObject({
    code: "output-failed",
    message: expect.stringContaining("its folder does not exist (ENOENT)"),
  });
  await expect(writeWhole(join(folder, "a"), [bytes("text")])).rejects.toMatchObject({
    code: "output-failed",
    message: expect.stringContaining("it is a folder (EISDIR)"),
  });
  expect(await readdir(folder)).toEqual(["a"]);
});
