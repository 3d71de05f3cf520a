import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TatamiError } from "@tatami/core";
import type { Progress, SegmentsProgress } from "@tatami/upscale";
import { describe, expect, it } from "vitest";
import type { JobOptions } from "../shell.ts";
import { fakeReport, runFake } from "../testing/fake-shell.ts";
import { createTemporaryFolder } from "../testing/temporary-folder.ts";

const full = new TatamiError({ code: "output-failed", message: "No room.", fix: "Free some." });

/** A job that tells of its segments, then does what a test wants. */
function telling(segments: Partial<SegmentsProgress>, then: () => void = () => undefined) {
  return async (_input: string, options: JobOptions) => {
    const folder = `${options.output}.tatami`;
    const told = { folder, total: 9, done: 0, kept: 0, keptFrames: 0, spoilt: 0, ...segments };
    const progress: Progress = { ...fakeReport.progress, segments: told };
    options.onProgress?.(progress);
    then();
    return { ...fakeReport, progress };
  };
}

describe("--resume", () => {
  it("asks for segments, with what the engine was made with", async () => {
    const cwd = await createTemporaryFolder("a.mp4");
    const { calls } = await runFake(["upscale", "a.mp4", "--resume", "--reuse", "bounded"], { cwd });
    const { options } = calls.find(({ name }) => name === "upscale")!;
    expect(options["resume"]).toEqual({ keepOnAbort: true, key: '{"reuse":"bounded","integers":false}' });
    const plain = await runFake(["upscale", "a.mp4"], { cwd });
    expect(plain.calls.find(({ name }) => name === "upscale")!.options).not.toHaveProperty("resume");
  });

  it("says how much is there, or why nothing of it is used", async () => {
    const cwd = await createTemporaryFolder("a.mp4");
    const goesOn = await runFake(["upscale", "a.mp4", "--resume"], {
      cwd,
      upscale: telling({ done: 3, kept: 3, keptFrames: 30, spoilt: 1 }),
    });
    expect(goesOn.stderr).toBe(
      "a.mp4  goes on: 3 of 9 segments (30 frames) are there in a.2x.mp4.tatami; 1 was damaged and made again\n",
    );
    expect(goesOn.stdout).toContain("30 frames, 3 of 9 segments, were there from before\n");
    const anew = await runFake(["upscale", "a.mp4", "--keep"], {
      cwd,
      upscale: telling({ differs: ["input", "model"] }),
    });
    expect(anew.stderr).toBe(
      "a.mp4  begins anew, since the earlier run differed in input and model; 9 segments, kept in a.2x.mp4.tatami as they are finished\n",
    );
    expect(
      (await runFake(["upscale", "a.mp4", "--keep", "--quiet"], { cwd, upscale: telling({}) })).stderr,
    ).toBe("");
  });

  it("says after an error that what is finished is kept", async () => {
    const cwd = await createTemporaryFolder("a.mp4");
    const failing = telling({ done: 4 }, () => {
      throw full;
    });
    const { stderr } = await runFake(["upscale", "a.mp4", "--resume"], { cwd, upscale: failing });
    expect(stderr).toContain(
      "a.mp4  4 of 9 segments are kept in a.2x.mp4.tatami; the same command goes on with them.\nerror: No room.",
    );
  });

  it("Ctrl-C leaves no segment, even where the engine had to be ended; with --keep they stay", async () => {
    for (const flag of ["--resume", "--keep"]) {
      const cwd = await createTemporaryFolder("a.mp4");
      const folder = join(cwd, "a.2x.mp4.tatami");
      await mkdir(folder);
      for (const name of ["manifest.json", "00000.part", "00001.part.unfinished"])
        await writeFile(join(folder, name), "");
      const controller = new AbortController();
      const stopping = telling({ done: 1 }, () => {
        controller.abort(new DOMException("Interrupted.", "AbortError"));
        throw controller.signal.reason;
      });
      const argv = ["upscale", "a.mp4", flag];
      const { code, stderr } = await runFake(argv, { cwd, upscale: stopping, signal: controller.signal });
      expect(code).toBe(130);
      if (flag === "--resume") {
        expect(stderr).toMatch(/\nInterrupted\. No unfinished file is left\.\n$/);
        expect(existsSync(folder)).toBe(false);
      } else {
        expect(stderr).toMatch(/1 of 9 segments are kept in a\.2x\.mp4\.tatami; .*\nInterrupted\.\n$/);
        expect(await readdir(folder)).toContain("00000.part");
      }
    }
  });
});
