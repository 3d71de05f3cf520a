import { readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { frameLedger } from "@tatami/core";
import { listModels, loadModel } from "@tatami/zoo";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { createVideoOpener } from "../pictures/open-video.ts";
import { tryFile } from "../try/try-file.ts";
import { createLocalLibrary } from "../local-library.ts";
import type { Library } from "../shell.ts";
import { makeWaveClip } from "../testing/clips.ts";
import type { FakeRun } from "../testing/fake-shell.ts";
import { runFake } from "../testing/fake-shell.ts";
import { createTemporaryFolder } from "../testing/temporary-folder.ts";

/** The real library, in this process. */
function library(signal: AbortSignal): Partial<Library> {
  return { ...createLocalLibrary(signal), listModels, loadModel: (name) => loadModel(name) };
}

function tryOut(cwd: string, words: readonly string[]): Promise<FakeRun> {
  const { signal } = new AbortController();
  return runFake(["try", ...words], { cwd, signal, library: library(signal) });
}

/** Two seconds of `it's.mkv`. */
async function createClip(): Promise<string> {
  const folder = await createTemporaryFolder();
  await makeWaveClip(join(folder, "it's.mkv"), { format: "matroska", frames: 50, noise: 4 });
  return folder;
}

describe("tatami try", () => {
  it("figures, commands and a page of some moments in every way", async () => {
    const cwd = await createClip();
    const { code, stdout, stderr } = await tryOut(cwd, [
      "it's.mkv",
      "--models",
      "micro-x2,m3-x2-camera",
      "--json",
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const result = JSON.parse(stdout);
    expect(result).toMatchObject({ file: "it's.mkv", report: "it's.try.html", scale: 2, frames: 50 });
    expect(result.size).toEqual({ width: 128, height: 96 });
    expect(result.moments.map(({ time }: { time: number }) => Math.round(time))).toEqual([0, 1, 2]);
    expect(result.ways.map(({ command }: { command: string }) => command)).toEqual([
      "tatami upscale 'it'\\''s.mkv' --model micro-x2 --strength 0",
      "tatami upscale 'it'\\''s.mkv' --model micro-x2",
      "tatami upscale 'it'\\''s.mkv' --model micro-x2 --strength 0.5",
      "tatami upscale 'it'\\''s.mkv' --model m3-x2-camera",
      "tatami upscale 'it'\\''s.mkv' --model m3-x2-camera --strength 0.5",
    ]);
    for (const { milliseconds, seconds } of result.ways) {
      expect(milliseconds).toBeGreaterThan(0);
      expect(seconds).toBeCloseTo((50 * (milliseconds + result.decoding + result.encoding)) / 1000, 6);
    }
    const page = await readFile(join(cwd, "it's.try.html"), "utf8");
    // 3 moments of 1 place (there is room for no second one) in 5 ways
    expect(page.match(/class="detail"/g)).toHaveLength(15);
    expect(page).not.toMatch(/(?:src|href)="https?:/);
    const data = JSON.parse(/id="trial">(.*)<\/script>/.exec(page)![1]!);
    expect(data.windows).toHaveLength(3);
    expect(Object.keys(data.windows[0])).toEqual(["0@1", "0@0", "1@1"]);
    expect(frameLedger.open).toBe(0);
  });

  it("named moments, a picture, and a table for people", async () => {
    const cwd = await createClip();
    const words = ["it's.mkv", "--at", "0:01.5,0.2", "--models", "micro-x2", "-o", "out/a.html"];
    const { stdout } = await tryOut(cwd, words);
    expect(stdout).toContain("looked at: 0.20 s, 1.48 s; on ");
    expect(stdout).toMatch(/micro-x2 +clean video +0\.5 .*tatami upscale/);
    expect(stdout).toContain("page: out/a.html");
    const again = await tryOut(cwd, words);
    expect(again.stderr).toContain("out/a.html exists already. [output-failed]");
    expect((await tryOut(cwd, [...words, "-y", "-q"])).stdout).toBe("");

    const picture = sharp({ create: { width: 40, height: 30, channels: 3, background: "#456" } });
    await picture.png().toFile(join(cwd, "p.png"));
    const still = await tryOut(cwd, ["p.png", "--models", "micro-x2", "--json"]);
    expect(JSON.parse(still.stdout)).toMatchObject({ frames: 1, bytes: null, moments: [{ time: 0 }] });
    expect(frameLedger.open).toBe(0);
  });

  it("what Tatami chooses by itself is tried too, with what was seen, and needs no flag", async () => {
    const cwd = await createClip();
    const { signal } = new AbortController();
    const choice = { sentence: "compressed hard, soft: camera track", strength: 0.6, denoise: 1 };
    const choose = async () => ({ ...choice, model: await loadModel("m3-x2-camera") });
    const { stdout, stderr } = await runFake(["try", "it's.mkv", "--models", "auto", "--json"], {
      cwd,
      library: {
        ...library(signal),
        tryFile: async (options, onProgress) => {
          const open = await createVideoOpener({ signal });
          return tryFile(options, { open, choose, onProgress, signal });
        },
      },
    });
    expect(stderr).toBe("");
    const { ways, ...result } = JSON.parse(stdout);
    expect(result.choice).toEqual(choice);
    expect(ways[1]).toMatchObject({ model: "auto", strength: 0.6 });
    expect(ways[1].command).toBe("tatami upscale 'it'\\''s.mkv'");
    const page = await readFile(join(cwd, "it's.try.html"), "utf8");
    expect(page).toContain("<b>Seen in this file:</b> compressed hard, soft: camera track");
    expect(page).toContain('<option value="1@0.6" selected>automatic, strength 0.6</option>');
    expect(frameLedger.open).toBe(0);
  });

  it("tries what fits where nothing is named: small networks first, both tracks of a size together", async () => {
    const cwd = await createClip();
    const seen: unknown[] = [];
    const { signal } = new AbortController();
    await runFake(["try", "it's.mkv", "--scale", "4"], {
      cwd,
      library: {
        ...library(signal),
        tryFile: async ({ networks, automatic }) => {
          seen.push(...networks.map(({ word }) => word), automatic);
          throw new Error("enough");
        },
      },
    });
    expect(seen).toEqual([
      ...["m3", "m5", "m11", "xl"].flatMap((name) => [`${name}-x4`, `${name}-x4-camera`]),
      true,
    ]);
  });

  it.each<[readonly string[], number, string, string]>([
    [[], 2, "takes one file, and was given 0", "tatami try FILE"],
    [["gone.mkv"], 1, "There is no file gone.mkv", "Check the name"],
    [["it's.mkv", "--at", "soon"], 2, "--at must be times", "--at"],
    [["it's.mkv", "--at", "0.5,7"], 2, "--at 7 is behind the end: the file lasts 2 s", "within"],
    [["it's.mkv", "--models", "m5-x2,m5-x4"], 2, "m5-x2 upscales by 2, and m5-x4 by 4", "one scale"],
    [["it's.mkv", "--models", "m5-x4", "--scale", "2"], 2, "m5-x4 upscales by 4, not by 2", "--scale 2"],
    [["it's.mkv", "--models", "m5-x2,"], 2, "--models must be names", "--models"],
    [["it's.mkv", "--models", "m55-x2"], 2, "m55-x2", "m5-x2"],
    [["rtsp://camera/1"], 2, "cannot be looked at", "tatami upscale"],
    [["https://example.com/a.mp4"], 2, "gives the page no name", "--output"],
  ])("%j is refused with a fix", async (words, exit, message, fix) => {
    const cwd = await createClip();
    const { code, stderr, stdout } = await tryOut(cwd, words);
    expect({ code, stdout }).toEqual({ code: exit, stdout: "" });
    expect(stderr.split("→")[0]).toContain(message);
    expect(stderr.split("→")[1]).toContain(fix);
  });

  it("a file that is no video leaves nothing, and an abort neither, with 130", async () => {
    const cwd = await createClip();
    const before = (await readdir(tmpdir())).filter((name) => name.startsWith("tatami-try-"));
    await writeFile(join(cwd, "no.mp4"), "no video");
    expect((await tryOut(cwd, ["no.mp4", "--models", "micro-x2"])).code).toBe(1);
    const controller = new AbortController();
    const local = library(controller.signal);
    const { code } = await runFake(["try", "it's.mkv", "--models", "micro-x2,m3-x2"], {
      cwd,
      signal: controller.signal,
      library: {
        ...local,
        tryFile: (options) =>
          local.tryFile!(options, () => controller.abort(new DOMException("", "AbortError"))),
      },
    });
    expect(code).toBe(130);
    expect((await readdir(cwd)).sort()).toEqual(["it's.mkv", "no.mp4"]);
    const left = (await readdir(tmpdir())).filter((name) => name.startsWith("tatami-try-"));
    expect(left.filter((name) => !before.includes(name))).toEqual([]);
    expect(frameLedger.open).toBe(0);
  });
});
