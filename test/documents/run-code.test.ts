/** Blocks of documents that say `run` do what they say, in Node, one after the other in a folder with two small videos. */

import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { codeBlocks } from "../support/documents/code-blocks.ts";
import { codeFiles } from "../support/documents/compile-code.ts";

const clip = fileURLToPath(new URL("../../examples/clips/frog-240x160.mp4", import.meta.url));
/** Within this package, so that programs find what they import. */
const programs = fileURLToPath(new URL("../.output/run-code", import.meta.url));
const files = codeFiles(codeBlocks()).filter(({ block }) => block.marks.includes("run"));
const before = process.cwd();
let folder: string;

beforeAll(async () => {
  await rm(programs, { recursive: true, force: true });
  await mkdir(programs, { recursive: true });
  folder = await mkdtemp(join(tmpdir(), "tatami-documents-"));
  for (const name of ["in.mp4", "second.mp4"]) await copyFile(clip, join(folder, name));
  process.chdir(folder);
});
afterAll(async () => {
  process.chdir(before);
  await rm(folder, { recursive: true });
});

test.for(files.map((file) => [`${file.block.path}:${file.block.line}`, file] as const))(
  "%s runs",
  async ([, { name, program }]) => {
    const said = vi.spyOn(console, "log").mockImplementation(() => {});
    const path = join(programs, name);
    await writeFile(path, program);
    await import(/* @vite-ignore */ path);
    expect(said.mock.calls.length + (await readdir(folder)).length).toBeGreaterThan(2);
    // neither a partial file nor a folder of segments is left, however it ended
    expect((await readdir(folder)).filter((left) => !/^[\w.-]+\.mp4$/.test(left))).toEqual([]);
    said.mockRestore();
  },
);

test("some blocks are run", () => {
  expect(files.length).toBeGreaterThan(8);
});
