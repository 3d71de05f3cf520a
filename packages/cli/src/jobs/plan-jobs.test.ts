import { execFileSync } from "node:child_process";
import { link, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { expandInputs } from "./expand-inputs.ts";
import type { JobOptions } from "./plan-jobs.ts";
import { planJobs } from "./plan-jobs.ts";
import { createTemporaryFolder } from "../testing/temporary-folder.ts";

async function plan(cwd: string, words: readonly string[], options: Partial<JobOptions> = {}) {
  return planJobs(await expandInputs(words, cwd), { cwd, scale: 2, overwrite: false, ...options });
}

describe("planJobs", () => {
  it.each<[string, Partial<JobOptions>, string]>([
    ["a.mp4", {}, "a.2x.mp4"],
    ["a.MKV", {}, "a.2x.mkv"],
    ["a.avi", {}, "a.2x.mp4"],
    ["bare", {}, "bare.2x.mp4"],
    ["a.mp4", { scale: 4 }, "a.4x.mp4"],
    ["a.mp4", { container: "webm" }, "a.2x.webm"],
    ["deep/a.mp4", {}, "deep/a.2x.mp4"],
    ["deep/a.mp4", { output: "b.mov" }, "b.mov"],
    ["a.mp4", { output: "new/b.mov" }, "new/b.mov"],
    ["a.mp4", { output: "b.bin", container: "mp4" }, "b.bin"],
    ["a.mp4", { output: "new/" }, "new/a.2x.mp4"],
    ["deep/a.mp4", { output: "." }, "a.2x.mp4"],
  ])("%s with %j becomes %s", async (word, options, name) => {
    const cwd = await createTemporaryFolder("a.mp4", "a.MKV", "a.avi", "bare", "deep/a.mp4");
    expect(await plan(cwd, [word], options)).toMatchObject([
      { outputName: name, outputPath: join(cwd, name) },
    ]);
  });

  it("puts a batch into a folder, or beside the inputs", async () => {
    const cwd = await createTemporaryFolder("a.mp4", "deep/b.mkv");
    const names = async (options: Partial<JobOptions>) =>
      (await plan(cwd, ["a.mp4", "deep/*"], options)).map(({ outputName }) => outputName);
    expect(await names({})).toEqual(["a.2x.mp4", "deep/b.2x.mkv"]);
    expect(await names({ output: "out", container: "mp4" })).toEqual(["out/a.2x.mp4", "out/b.2x.mp4"]);
  });

  it("names each output as if it were alone", async () => {
    const cwd = await createTemporaryFolder("a.mp4", "b.avi", "c.avi", "deep/d.mkv");
    const words = ["a.mp4", "b.avi", "c.avi", "deep/d.mkv"];
    for (const options of [{}, { container: "mkv" as const }]) {
      const together = await plan(cwd, words, options);
      const alone = await Promise.all(words.map(async (word) => (await plan(cwd, [word], options))[0]));
      expect(together).toEqual(alone);
    }
  });

  it("an input that is not there is in nobody's way", async () => {
    const cwd = await createTemporaryFolder("a.mp4");
    const [missing, there] = await plan(cwd, ["deep/a.mp4", "a.mp4"], { output: "out" });
    expect(missing?.failure).toMatchObject({ code: "input-not-found" });
    expect(there).toMatchObject({ outputName: "out/a.2x.mp4" });
    expect(there?.failure).toBeUndefined();
  });

  it("complains of the input before it complains of the output's name", async () => {
    const cwd = await createTemporaryFolder("films/a.mp4");
    const [job] = await plan(cwd, ["films"], { output: "other" });
    expect(job?.failure).toMatchObject({
      message: "films is a folder.",
      fix: "Name its files, for instance 'films/*.mp4'.",
    });
  });

  it.each<[string, readonly string[], Partial<JobOptions>, RegExp]>([
    ["a file as a batch's output", ["a.mp4", "b.mp4"], { output: "c.mp4" }, /^--output must be a folder/],
    ["two inputs for one output", ["a.mp4", "deep/a.mp4"], { output: "out" }, /would both be written to out/],
    ["two that differ in their extension", ["a.mp4", "a.avi"], {}, /would both be written to a\.2x\.mp4/],
    [
      "two folders that are one",
      ["deep/a.mp4", "link/a.avi"],
      {},
      /^deep\/a\.mp4 and link\/a\.avi would both be written to link\/a\.2x\.mp4/,
    ],
    [
      "an output that another job reads",
      ["a.mp4", "a.2x.mp4"],
      { overwrite: true },
      /^a\.mp4 would be written to a\.2x\.mp4, which is an input too/,
    ],
    [
      "an extension it cannot write",
      ["a.mp4"],
      { output: "b.avi" },
      /^--output must be a file name that ends in/,
    ],
    ["no extension", ["a.mp4"], { output: "b" }, /^--output must be a file name that ends in/],
    [
      "an extension of another container",
      ["a.mp4"],
      { output: "b.mkv", container: "mp4" },
      /does not fit --container mp4/,
    ],
  ])("refuses %s", async (_what, words, options, message) => {
    const files = ["a.mp4", "a.avi", "a.2x.mp4", "b.mp4", "c.mp4", "deep/a.mp4", "deep/a.avi"];
    const cwd = await createTemporaryFolder(...files);
    await symlink("deep", join(cwd, "link"));
    await expect(plan(cwd, words, options)).rejects.toMatchObject({
      code: "invalid-option",
      message: expect.stringMatching(message),
    });
  });

  it("refuses to overwrite unless asked", async () => {
    const cwd = await createTemporaryFolder("a.mp4", "a.2x.mp4");
    expect((await plan(cwd, ["a.mp4"]))[0]?.failure).toMatchObject({ code: "output-failed" });
    expect((await plan(cwd, ["a.mp4"], { overwrite: true }))[0]?.failure).toBeUndefined();
  });

  it("asks nobody before it writes to a FIFO or a device, and leaves its own streams alone", async () => {
    const cwd = await createTemporaryFolder("a.mp4");
    execFileSync("mkfifo", [join(cwd, "pipe.mp4")]);
    expect((await plan(cwd, ["a.mp4"], { output: "pipe.mp4" }))[0]?.failure).toBeUndefined();
    const device = { output: "/dev/null", container: "mp4" } as const;
    expect((await plan(cwd, ["a.mp4"], device))[0]?.failure).toBeUndefined();
    const own = { output: "/dev/stdout", container: "mp4", overwrite: true } as const;
    expect((await plan(cwd, ["a.mp4"], own))[0]?.failure).toMatchObject({ code: "invalid-option" });
  });

  it("refuses a folder with the output's name", async () => {
    const cwd = await createTemporaryFolder("a.mp4", "a.2x.mp4/x");
    expect((await plan(cwd, ["a.mp4"], { overwrite: true }))[0]?.failure).toMatchObject({
      code: "output-failed",
    });
  });

  it("never writes to the input, whatever it is called", async () => {
    const cwd = await createTemporaryFolder("a.mp4");
    await symlink("a.mp4", join(cwd, "soft.mp4"));
    await link(join(cwd, "a.mp4"), join(cwd, "hard.mp4"));
    for (const output of ["a.mp4", "./a.mp4", "soft.mp4", "hard.mp4"]) {
      const [job] = await plan(cwd, ["a.mp4"], { output, overwrite: true });
      expect(job?.failure).toMatchObject({ code: "invalid-option" });
    }
  });
});
