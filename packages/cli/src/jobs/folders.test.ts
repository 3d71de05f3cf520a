import { chmod, mkdir, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TatamiError } from "@tatami/core";
import { expect, test, vi } from "vitest";
import type { JobOptions } from "../shell.ts";
import { fakeProgress, fakeReport, runFake } from "../testing/fake-shell.ts";
import { createTemporaryFolder } from "../testing/temporary-folder.ts";
import { walkFolder } from "./inputs/walk-folder.ts";

/** A job that writes its output, or fails where the input's name says so. */
const writing = async (input: string, { output }: Pick<JobOptions, "output">) => {
  if (input.includes("bad"))
    throw new TatamiError({ code: "damaged-input", message: "It ends early.", fix: "Copy it again." });
  await writeFile(output, "film");
  return fakeReport;
};

test("a folder becomes a folder with the same tree; what is no video is told and left", async () => {
  const cwd = await createTemporaryFolder(
    "in/clip10.mp4",
    "in/clip9.MOV",
    "in/day 1/a.mkv",
    "in/day 1/deep/b.avi",
    "in/notes.txt",
    "in/.hidden.mp4",
    "in/a.mp4.tatami/00000.part",
  );
  const run = await runFake(["upscale", "in", "-o", "out"], { cwd, upscale: writing });
  expect(run.code).toBe(0);
  expect((await readdir(join(cwd, "out"), { recursive: true })).sort()).toEqual([
    "clip10.2x.mp4",
    "clip9.2x.mov",
    "day 1",
    "day 1/a.2x.mkv",
    "day 1/deep",
    "day 1/deep/b.2x.mp4",
  ]);
  expect(run.stderr).toBe("1 other file is left: in/notes.txt\n");
  expect(run.stdout).toContain("4 files: 4 done, none failed\n");
  const order = run.calls.filter(({ name }) => name === "upscale").map(({ input }) => input!);
  expect(order.map((path) => path.slice(cwd.length))).toEqual([
    "/in/clip9.MOV",
    "/in/clip10.mp4",
    "/in/day 1/a.mkv",
    "/in/day 1/deep/b.avi",
  ]);
  const quiet = await runFake(["upscale", "in", "-o", "other", "-q"], { cwd, upscale: writing });
  expect([quiet.stdout, quiet.stderr]).toEqual(["", ""]);
});

test("--skip-existing leaves what is there and counts it; failures are listed with code and fix", async () => {
  const cwd = await createTemporaryFolder("in/a.mp4", "in/bad.mp4", "in/c/c.mp4", "out/a.2x.mp4");
  const argv = ["upscale", "in", "-o", "out", "--skip-existing"];
  const run = await runFake(argv, { cwd, upscale: writing });
  expect(run.code).toBe(1);
  expect(run.stdout).toMatch(
    /in\/a\.mp4 +out\/a\.2x\.mp4 +skipped\n[^]*\n3 files: 1 done, 1 skipped, 1 failed\n {2}in\/bad\.mp4 \[damaged-input\] → Copy it again\.\n$/,
  );
  expect(run.calls.filter(({ name }) => name === "upscale")).toHaveLength(2);
  const again = await runFake([...argv, "--json"], { cwd, upscale: writing });
  const lines = again.stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as object);
  expect(lines).toEqual([
    { file: "in/a.mp4", outputFile: "out/a.2x.mp4", skipped: true },
    expect.objectContaining({ file: "in/bad.mp4", error: expect.anything() }),
    { file: "in/c/c.mp4", outputFile: "out/c/c.2x.mp4", skipped: true },
  ]);
  const all = ["upscale", "in/a.mp4", "-o", "out/a.2x.mp4", "--skip-existing"];
  expect(await runFake(all, { cwd })).toMatchObject({
    code: 0,
    stdout: "out/a.2x.mp4\n  is there already, and is left as it is\n",
    calls: [],
  });
});

test("results within the folder are no inputs; results among its files, or nowhere, are refused", async () => {
  const cwd = await createTemporaryFolder("in/a.mp4", "in/larger/old.2x.mp4");
  const run = await runFake(["upscale", "in", "-o", "in/larger"], { cwd, upscale: writing });
  expect([run.code, run.calls.filter(({ name }) => name === "upscale").length]).toEqual([0, 1]);
  await symlink("in/larger", join(cwd, "link"));
  const linked = await runFake(["upscale", "in", "-o", "link", "-y"], { cwd, upscale: writing });
  expect(linked.calls.filter(({ name }) => name === "upscale")).toHaveLength(1);
  for (const [argv, message] of [
    [["upscale", "in"], "in is a folder, and no folder for its results is named."],
    [["upscale", "in", "-o", "./in/"], "The results of in would lie among its files"],
    [
      ["upscale", "in", "-o", "x", "-y", "--skip-existing"],
      "--overwrite and --skip-existing are both given.",
    ],
  ] as const) {
    const refused = await runFake([...argv], { cwd });
    expect([refused.code, refused.calls]).toEqual([2, []]);
    expect(refused.stderr).toContain(message);
  }
});

test("links are followed, in a circle but once; what cannot be read is a failure of its own", async () => {
  const cwd = await createTemporaryFolder("in/a.mp4", "elsewhere/b.mp4");
  await symlink("..", join(cwd, "in", "up"));
  await symlink("../in", join(cwd, "in", "round"));
  await symlink("nowhere.mp4", join(cwd, "in", "dead.mp4"));
  await symlink("nowhere", join(cwd, "in", "dead"));
  await mkdir(join(cwd, "in", "locked"));
  await chmod(join(cwd, "in", "locked"), 0);
  await chmod(cwd, 0o755);
  // the superuser may read anything
  const isSuperuser = process.getuid?.() === 0;
  if (isSuperuser) process.seteuid!(65_534);
  const seen = await walkFolder("in", join(cwd, "in")).finally(() => isSuperuser && process.seteuid!(0));
  expect(seen.files.find(({ name }) => name === "in/locked")?.failure).toMatchObject({
    code: "input-not-found",
    message: expect.stringContaining("EACCES"),
  });
  expect(seen.files.some(({ name }) => name === "in/a.mp4")).toBe(true);
  await rm(join(cwd, "in", "locked"), { recursive: true });
  const { files, others } = await walkFolder("in", join(cwd, "in"));
  expect(files.map(({ name, failure }) => [name, failure?.code])).toEqual([
    ["in/a.mp4", undefined],
    ["in/dead.mp4", "input-not-found"],
    ["in/up/elsewhere/b.mp4", undefined],
  ]);
  expect(others).toEqual(["in/dead"]);
  await mkdir(join(cwd, "empty"));
  const empty = await runFake(["upscale", "empty", "-o", "out"], { cwd });
  expect(empty.code).toBe(1);
  expect(empty.stderr).toContain("empty holds no video and no picture, by their names. [input-not-found]");
});

test("--jobs runs so many files at once, on engines that share the threads", async () => {
  const cwd = await createTemporaryFolder(...[1, 2, 3, 4, 5].map((index) => `in/${index}.mp4`));
  let [atWork, most] = [0, 0];
  const waiting: (() => void)[] = [];
  const upscale = async () => {
    most = Math.max(most, ++atWork);
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
    });
    atWork--;
    return fakeReport;
  };
  const argv = ["upscale", "in", "-o", "out", "--jobs", "3", "--threads", "7"];
  const running = runFake(argv, { cwd, upscale });
  await vi.waitFor(() => expect(waiting).toHaveLength(3), { timeout: 60_000 });
  let done = false;
  void running.finally(() => (done = true));
  await vi.waitFor(() => {
    waiting.shift()?.();
    expect(done).toBe(true);
  }, 20_000);
  const { code, calls, stdout } = await running;
  expect([code, most]).toEqual([0, 3]);
  const engines = calls.filter(({ name }) => name === "createEngine");
  expect(engines.map(({ options }) => options["threads"])).toEqual([2, 2, 2]);
  expect(calls.filter(({ name }) => name === "dispose")).toHaveLength(3);
  expect(stdout).toContain("5 files: 5 done, none failed\n");
});

test("several at once share one bar, out of whose way everything else is written", async () => {
  const cwd = await createTemporaryFolder("in/a.mp4", "in/b.mp4", "in/c.mp4");
  const started: string[] = [];
  const upscale = async (input: string, { onProgress }: JobOptions) => {
    started.push(input);
    await vi.waitFor(() => expect(started.length).toBeGreaterThan(1), 60_000);
    onProgress?.({ ...fakeProgress, framesDone: 60 });
    return fakeReport;
  };
  const argv = ["upscale", "in", "-o", "out", "--jobs", "2"];
  const { stderr } = await runFake(argv, { cwd, upscale, isTerminal: true });
  expect(stderr).toMatch(/\[0\/3\][^\n]*\[1\/3\] in\/a\.mp4/);
  expect(stderr).toMatch(/\[2\/3\]/);
});
