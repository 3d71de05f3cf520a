/** Where the command line writes, and what stands in the way: full disks, other runs, links, FIFOs, devices. */

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  copyFileSync,
  createReadStream,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { watch } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tatami } from "../support/command-line.ts";
import { readVideo } from "../support/read-video.ts";
import { mountSmallDisk } from "../support/small-disk.ts";

const clips = fileURLToPath(new URL("../../examples/clips/", import.meta.url));
const bin = fileURLToPath(new URL("../../packages/cli/dist/bin.js", import.meta.url));
const frog = join(clips, "frog-240x160.mp4");
const quick = ["--model", "micro-x2", "--trim", "0-0.4"];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tatami-outputs-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const framesOf = async (path: string): Promise<number> =>
  (await readVideo(new Uint8Array(readFileSync(path)))).timestamps.length;

describe("a full disk", () => {
  it("fails one file of a batch, whose space the next, smaller one has", async () => {
    const disk = mountSmallDisk("size=120k");
    if (disk === undefined) return;
    const args = ["upscale", join(clips, "bunny-320x180.mp4"), frog, "-o", disk, "--json"];
    const run = await tatami([...args, "--model", "micro-x2", "--trim", "0-1"]);
    expect(run.status).toBe(1);
    expect(run.stderr).toContain("no space is left on that disk (ENOSPC)");
    expect(run.stderr).toContain("→ Free some space on that disk");
    const [large, small] = run.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as object);
    expect(large).toMatchObject({ error: { code: "output-failed" } });
    expect(small).toMatchObject({ frames: 30 });
    expect(readdirSync(disk)).toEqual(["frog-240x160.2x.mp4"]);
    expect(await framesOf(join(disk, "frog-240x160.2x.mp4"))).toBe(30);
    const { blocks, bfree, bsize } = statfsSync(disk);
    expect((blocks - bfree) * bsize).toBeLessThan(100_000);
  });

  it("and one that is read-only is said to be so", async () => {
    const disk = mountSmallDisk("size=120k,ro");
    if (disk === undefined) return;
    const { status, stderr } = await tatami(["upscale", frog, "-o", join(disk, "a.mp4"), ...quick]);
    expect(status).toBe(1);
    expect(stderr).toContain("could not be written: that disk is read-only (EROFS). [output-failed]");
    expect(stderr).toContain("→ Write to another disk.");
  });
});

describe("an output being written", () => {
  it("is refused to a second run, and the first one's film is whole", async () => {
    const output = join(folder, "a.mp4");
    const first = spawn(process.execPath, [bin, "upscale", frog, "-o", output, "--quiet"], {
      stdio: "inherit",
    });
    const ended = once(first, "exit");
    // it stands still until the second run has had its answer, however slow that starts
    const engine = await lockedBy(output);
    process.kill(engine, "SIGSTOP");
    const second = await tatami(["upscale", frog, "-o", output, "-y", ...quick]);
    process.kill(engine, "SIGCONT");
    expect(second.status).toBe(1);
    expect(second.stderr).toMatch(
      /a\.mp4" is being written by another run \(process \d+ on .*\)\. \[output-failed\]/,
    );
    expect(await ended).toEqual([0, null]);
    expect(await framesOf(output)).toBe(45);
    expect(readdirSync(folder)).toEqual(["a.mp4"]);
  });

  it("by a run that was killed is taken over at once", async () => {
    const output = join(folder, "a.mp4");
    const killed = spawn(process.execPath, [bin, "upscale", frog, "-o", output, "--quiet"]);
    const ended = once(killed, "exit");
    const engine = await lockedBy(output);
    killed.kill("SIGKILL");
    process.kill(engine, "SIGKILL");
    await ended;
    expect(readdirSync(folder).filter((name) => name.endsWith(".lock"))).toHaveLength(1);
    const run = await tatami(["upscale", frog, "-o", output, ...quick]);
    expect(run).toMatchObject({ status: 0, stderr: "" });
    expect(readdirSync(folder)).toEqual(["a.mp4"]);
  });
});

describe("what is there already", () => {
  it("keeps its mode, and a link its place", async () => {
    mkdirSync(join(folder, "real"));
    const film = join(folder, "real/film.mp4");
    writeFileSync(film, "old");
    chmodSync(film, 0o600);
    symlinkSync("real/film.mp4", join(folder, "link.mp4"));
    const run = await tatami(["upscale", frog, "-o", "link.mp4", "-y", ...quick], { cwd: folder });
    expect(run.status).toBe(0);
    expect(lstatSync(join(folder, "link.mp4")).isSymbolicLink()).toBe(true);
    expect(statSync(film).mode & 0o777).toBe(0o600);
    expect(await framesOf(film)).toBe(12);
    expect(readdirSync(join(folder, "real"))).toEqual(["film.mp4"]);
  });

  it.each(["mp4", "mkv"])("is a FIFO: its reader gets a whole %s", async (container) => {
    const pipe = join(folder, `pipe.${container}`);
    execFileSync("mkfifo", [pipe]);
    const reading = buffer(createReadStream(pipe));
    const run = await tatami(["upscale", frog, "-o", pipe, "--json", ...quick]);
    expect(run).toMatchObject({ status: 0 });
    const bytes = new Uint8Array(await reading);
    expect(JSON.parse(run.stdout)).toMatchObject({ frames: 12, size: bytes.length });
    expect((await readVideo(bytes)).timestamps).toHaveLength(12);
    expect(statSync(pipe).isFIFO()).toBe(true);
  });

  it("is /dev/null: nothing is kept and nothing replaced", async () => {
    const run = await tatami(["upscale", frog, "-o", "/dev/null", "--container", "mp4", "--json", ...quick]);
    expect(run).toMatchObject({ status: 0 });
    const { frames, size } = JSON.parse(run.stdout) as { readonly frames: number; readonly size: number };
    expect(frames).toBe(12);
    expect(size).toBeGreaterThan(10_000);
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
  });

  it("is /dev/full: one error, without a stack", async () => {
    const { status, stderr } = await tatami([
      "upscale",
      frog,
      "-o",
      "/dev/full",
      "--container",
      "mkv",
      ...quick,
    ]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/no space is left on that disk \(ENOSPC\)\. \[output-failed\]\n/);
    expect(stderr).not.toContain("    at ");
  });

  it("is a file where a folder should be: one error, without a stack", async () => {
    writeFileSync(join(folder, "file.txt"), "");
    const { status, stderr } = await tatami(["upscale", frog, "-o", "file.txt/o.mp4", ...quick], {
      cwd: folder,
    });
    expect(status).toBe(1);
    expect(stderr).toContain("a folder of its path is a file");
    expect(stderr).not.toContain("    at ");
  });
});

describe("--keep-times", () => {
  it("gives the film its recording's times", async () => {
    const recording = join(folder, "recording.mp4");
    copyFileSync(frog, recording);
    utimesSync(recording, 1_622_865_790, 1_622_865_782);
    const run = await tatami(["upscale", "recording.mp4", "--keep-times", ...quick], { cwd: folder });
    expect(run.status).toBe(0);
    const { atimeMs, mtimeMs } = statSync(join(folder, "recording.2x.mp4"));
    expect([atimeMs, mtimeMs]).toEqual([1_622_865_790_000, 1_622_865_782_000]);
  });
});

/** Waits until somebody holds an output's lock; gives the process. */
async function lockedBy(output: string): Promise<number> {
  const owner = (): number | undefined => {
    const text = existsSync(`${output}.lock`) ? readFileSync(`${output}.lock`, "utf8") : "";
    return text === "" ? undefined : (JSON.parse(text) as { pid: number }).pid;
  };
  const changes = watch(dirname(output));
  const known = owner();
  if (known !== undefined) return known;
  for await (const _ of changes) {
    const pid = owner();
    if (pid !== undefined) return pid;
  }
  throw new Error("the folder is no longer watched");
}
