import {
  appendFile,
  mkdir,
  readdir,
  readFile,
  rename,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { TatamiError } from "@tatami/core";
import { expect, onTestFinished, test, vi } from "vitest";
import type { JobOptions } from "../../shell.ts";
import { fakeReport, runFake } from "../../testing/fake-shell.ts";
import type { FakeWorld } from "../../testing/fake-shell.ts";
import { createTemporaryFolder } from "../../testing/temporary-folder.ts";

const patience = { timeout: 20_000, interval: 20 };

/** A watch that settles in 0.3 s. What each input held when it was taken is kept. */
function startWatch(cwd: string, flags: readonly string[] = [], upscale?: FakeWorld["upscale"]) {
  const controller = new AbortController();
  onTestFinished(() => controller.abort());
  const taken: string[] = [];
  const writing = async (input: string, options: JobOptions) => {
    taken.push(`${input.slice(cwd.length)}: ${await readFile(input, "utf8")}`);
    const report = await upscale?.(input, options);
    await writeFile(options.output, "film");
    return report ?? fakeReport;
  };
  const argv = ["upscale", "--watch", "in", "-o", "in/out", "--settle", "0.3", ...flags];
  const running = runFake(argv, { cwd, upscale: writing, signal: controller.signal });
  return {
    taken,
    stop: async () => {
      controller.abort(new DOMException("Interrupted.", "AbortError"));
      return running;
    },
  };
}

test("takes what is there, what comes by a rename, and what is written once it is whole; no results", async () => {
  const cwd = await createTemporaryFolder(
    "in/old/a.mp4",
    "in/done.mp4",
    "in/out/done.2x.mp4",
    "b.mp4",
    "in/x.txt",
  );
  const { taken, stop } = startWatch(cwd);
  await vi.waitFor(() => expect(taken).toEqual(["/in/old/a.mp4: in/old/a.mp4"]), patience);
  let parts = 0;
  const growing = vi.waitFor(
    async () => {
      await appendFile(join(cwd, "in", "growing.mkv"), "part ");
      expect(++parts).toBe(15);
    },
    { timeout: 20_000, interval: 80 },
  );
  await rename(join(cwd, "b.mp4"), join(cwd, "in", "b.mp4"));
  await growing;
  await vi.waitFor(() => expect(taken).toHaveLength(3), patience);
  expect(taken.slice(1).sort()).toEqual(["/in/b.mp4: b.mp4", `/in/growing.mkv: ${"part ".repeat(15)}`]);
  const { code, stdout, stderr } = await stop();
  expect(code).toBe(130);
  expect(stdout).toContain("4 files: 3 done, 1 skipped, none failed\n");
  expect(stderr).toMatch(/^watching in: .* 0\.3 s; .*\nInterrupted\. No unfinished file is left\.\n$/);
  expect((await readdir(join(cwd, "in", "out"), { recursive: true })).sort()).toEqual([
    "b.2x.mp4",
    "done.2x.mp4",
    "growing.2x.mkv",
    "old",
    "old/a.2x.mp4",
  ]);
});

test("a file that is written in place is waited for: its time of change tells", async () => {
  const cwd = await createTemporaryFolder("in/x.txt");
  const { taken, stop } = startWatch(cwd);
  const path = join(cwd, "in", "a.mp4");
  let last = 0;
  let times = 0;
  await writeFile(path, "full size");
  await vi.waitFor(
    async () => {
      await utimes(path, new Date(), new Date());
      last = Date.now();
      expect(++times).toBe(16);
    },
    { timeout: 20_000, interval: 80 },
  );
  expect(taken).toEqual([]);
  await vi.waitFor(() => expect(taken).toHaveLength(1), patience);
  expect(Date.now() - last).toBeGreaterThanOrEqual(250);
  await stop();
});

test("a failing file is told, stops nothing, and is tried again when it has changed", async () => {
  const cwd = await createTemporaryFolder("in/a.mp4");
  const { taken, stop } = startWatch(cwd, ["--json"], async (input) => {
    if (!(await readFile(input, "utf8")).includes("whole"))
      throw new TatamiError({ code: "damaged-input", message: "It ends early.", fix: "Copy it again." });
    return fakeReport;
  });
  await vi.waitFor(() => expect(taken).toHaveLength(1), patience);
  await writeFile(join(cwd, "in", "b.mp4"), "whole");
  await vi.waitFor(() => expect(taken).toHaveLength(2), patience);
  await writeFile(join(cwd, "in", "a.mp4"), "whole now");
  await vi.waitFor(() => expect(taken.at(-1)).toBe("/in/a.mp4: whole now"), patience);
  await vi.waitFor(async () => expect((await stat(join(cwd, "in/out/a.2x.mp4"))).size).toBe(4), patience);
  await writeFile(join(cwd, "in", "a.avi"), "whole");
  const run = await vi
    .waitFor(async () => {
      expect(taken).toHaveLength(3);
      return true;
    }, patience)
    .then(stop);
  expect(run.code).toBe(130);
  const lines = run.stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { file: string });
  expect(lines.slice(0, 3)).toMatchObject([
    { file: "in/a.mp4", error: { code: "damaged-input" } },
    { file: "in/b.mp4", frames: 120 },
    { file: "in/a.mp4", frames: 120 },
  ]);
});

test("links in a circle and results by another name lead nowhere; wrong words are refused", async () => {
  const cwd = await createTemporaryFolder("in/a.mp4", "results/old.mp4");
  await symlink("..", join(cwd, "in", "round"));
  await symlink("../results", join(cwd, "in", "out"));
  const { taken, stop } = startWatch(cwd);
  await vi.waitFor(() => expect(taken).toEqual(["/in/a.mp4: in/a.mp4"]), patience);
  await writeFile(join(cwd, "in", "b.mp4"), "b");
  await vi.waitFor(() => expect(taken).toHaveLength(2), patience);
  await stop();
  expect(taken.map((each) => each.split(":")[0])).toEqual(["/in/a.mp4", "/in/b.mp4"]);
  await mkdir(join(cwd, "two"));
  for (const [argv, message] of [
    [["--watch", "in/a.mp4", "-o", "x"], "--watch takes one folder, and was given in/a.mp4."],
    [["--watch", "in", "two", "-o", "x"], "--watch takes one folder, and was given in, two."],
    [["--watch", "in"], "in is a folder, and no folder for its results is named."],
    [["--watch", "in", "-o", "in"], "would lie among its files"],
    [["--watch", "in", "-o", "x", "--dry-run"], "--watch and --dry-run are both given."],
    [["in", "-o", "x", "--settle", "3"], "--settle is for --watch, which is not given."],
  ] as const) {
    const refused = await runFake(["upscale", ...argv], { cwd });
    expect([refused.code, refused.calls.map(({ name }) => name)]).toEqual([2, []]);
    expect(refused.stderr).toContain(message);
  }
});
