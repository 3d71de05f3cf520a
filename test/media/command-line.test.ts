/** The command line on a real clip with the shipped model, as a user meets it. */

import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tatami } from "../support/command-line.ts";
import { readVideo } from "../support/read-video.ts";

const clip = fileURLToPath(new URL("../../examples/clips/frog-240x160.mp4", import.meta.url));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tatami-command-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const bytesOf = (path: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(path));

describe("tatami upscale", () => {
  it("makes a larger film of the same frames, times and sound", async () => {
    const run = await tatami(["upscale", clip, "-o", "large.mp4", "--json"], { cwd: folder });
    expect(run).toMatchObject({ status: 0 });
    expect(JSON.parse(run.stdout)).toMatchObject({ frames: 45, model: "m5-x2", scale: 2, leftOut: [] });
    const [before, after] = [
      await readVideo(bytesOf(clip)),
      await readVideo(bytesOf(join(folder, "large.mp4"))),
    ];
    expect([after.width, after.height]).toEqual([480, 320]);
    expect(after.timestamps).toEqual(before.timestamps);
    const soundOf = ({ audio }: typeof before) =>
      audio.map(({ codec, packets }) => ({ codec, packets: packets.map(({ hash }) => hash) }));
    expect(soundOf(after)).toEqual(soundOf(before));
    expect(readdirSync(folder)).toEqual(["large.mp4"]);
  });

  it("stops within a second of Ctrl-C, leaves no partial file, and exits 130", async () => {
    const longer = fileURLToPath(new URL("../../examples/clips/bunny-320x180.mp4", import.meta.url));
    let interrupted = 0;
    const run = await tatami(["upscale", longer, "-o", "large.mp4"], {
      cwd: folder,
      onStart: (kill) => {
        // Once the unfinished file is there, frames are on their way.
        const poll = setInterval(() => {
          if (!readdirSync(folder).some((name) => name.endsWith(".partial"))) return;
          clearInterval(poll);
          interrupted = performance.now();
          kill("SIGINT");
        }, 10);
      },
    });
    expect(interrupted).toBeGreaterThan(0);
    expect(run.status).toBe(130);
    expect(performance.now() - interrupted).toBeLessThan(1000);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("does a batch, goes on after a bad file, and exits 1", async () => {
    copyFileSync(clip, join(folder, "one.mp4"));
    copyFileSync(fileURLToPath(new URL("../../LICENSE", import.meta.url)), join(folder, "two.mp4"));
    const run = await tatami(["upscale", "*.mp4", "-o", "out", "--trim", "0-0.2", "--json"], { cwd: folder });
    expect(run.status).toBe(1);
    expect(run.stderr).toContain("[unsupported-container]");
    expect(readdirSync(join(folder, "out"))).toHaveLength(1);
  });

  it("leaves out what cannot be decoded and says where; --strict stops there and leaves nothing", async () => {
    const damaged = fileURLToPath(new URL("../golden/awkward/decord__corrupted.mp4", import.meta.url));
    const args = ["upscale", damaged, "-o", "large.mp4", "--model", "micro-x2", "--trim", "2.5-"];
    const strict = await tatami([...args, "--strict"], { cwd: folder });
    expect(strict.status).toBe(1);
    expect(strict.stderr).toContain("[damaged-input]");
    expect(readdirSync(folder)).toEqual([]);
    const run = await tatami(args, { cwd: folder });
    expect(run).toMatchObject({ status: 0 });
    expect(run.stdout).toMatch(/damaged: at 3\.100 s/);
    expect((await readVideo(bytesOf(join(folder, "large.mp4")))).timestamps.length).toBeGreaterThan(20);
  });

  it("plans without writing", async () => {
    const run = await tatami(["upscale", clip, "-o", "large.mp4", "--dry-run", "--json"], { cwd: folder });
    expect(run.status).toBe(0);
    expect(JSON.parse(run.stdout)).toMatchObject({
      input: { width: 240, height: 160 },
      output: { width: 480, height: 320 },
      encoding: { container: "mp4", codec: "avc" },
    });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("tatami", () => {
  it("lists the shipped models and says what is in a file", async () => {
    const models = await tatami(["models", "--json"]);
    expect(models.status).toBe(0);
    expect(models.stdout).toContain("m5-x2");
    const inspected = await tatami(["inspect", clip, "--json"]);
    expect(JSON.parse(inspected.stdout)).toMatchObject({
      container: "MP4",
      video: { width: 240, height: 160 },
    });
  });

  it("exits 2 on wrong usage, with the fix", async () => {
    const run = await tatami(["upscale", clip, "--qualty", "50"]);
    expect(run.status).toBe(2);
    expect(run.stderr).toMatch(/--qualty[\s\S]*→/);
  });
});
