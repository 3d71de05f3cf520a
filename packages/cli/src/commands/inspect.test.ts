import { join } from "node:path";
import { expect, test } from "vitest";
import { fakeMedia, runFake } from "../testing/fake-shell.ts";
import { createTemporaryFolder } from "../testing/temporary-folder.ts";

test("inspect says what is in a file", async () => {
  const cwd = await createTemporaryFolder("a.mp4");
  const { code, stdout, calls } = await runFake(["inspect", "a.mp4"], { cwd });
  expect(code).toBe(0);
  expect(calls).toMatchObject([{ name: "inspect", input: join(cwd, "a.mp4") }]);
  expect(stdout).toMatchInlineSnapshot(`
    "a.mp4
      MP4, 4 s
      video: 320×180, avc, 30 fps, 120 frames, 512 kbit/s, 8 bit, turned by 90°, pixels 4:3
      colour: primaries bt709, transfer bt709, matrix not stated, range limited
      track 0: video avc
      track 1: audio aac (eng)
      note: chapters
    "
  `);
});

test("inspect --json prints the description", async () => {
  const cwd = await createTemporaryFolder("a.mp4");
  const { stdout } = await runFake(["inspect", "a.mp4", "--json"], { cwd });
  expect(JSON.parse(stdout)).toEqual(fakeMedia);
});

test("inspect of a file that is not there exits 1", async () => {
  const cwd = await createTemporaryFolder();
  const { code, stderr, calls } = await runFake(["inspect", "a.mp4"], { cwd });
  expect(code).toBe(1);
  expect(stderr).toContain("There is no file a.mp4. [input-not-found]");
  expect(calls).toEqual([]);
});
