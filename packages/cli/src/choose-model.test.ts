import { describe, expect, it } from "vitest";
import { fakeReport, runFake } from "./testing/fake-shell.ts";
import { createTemporaryFolder } from "./testing/temporary-folder.ts";

describe("what was typed about the model", () => {
  it.each<[readonly string[], string]>([
    [["--scale", "2"], '{"scale":2}'],
    [["--scale", "4"], '{"scale":4}'],
    [["--model", "auto", "--look", "sharp"], '{"scale":2,"look":"sharp"}'],
    [["--denoise", "0.5"], '{"scale":2,"denoise":0.5}'],
    [["--effort", "high"], '{"scale":2,"effort":"high"}'],
    [["--fps", "30"], '{"scale":2,"effort":"low"}'],
    [["--fps", "off"], '{"scale":2}'],
    [["--fps", "max", "--effort", "medium"], '{"scale":2,"effort":"medium"}'],
  ])("%j leaves the choice to each file, by %s", async (flags, chooser) => {
    const cwd = await createTemporaryFolder("a.mp4");
    const { calls } = await runFake(["upscale", "a.mp4", ...flags], { cwd });
    expect(calls[0]).toMatchObject({ name: "createEngine", input: chooser });
  });

  it("several models share the frames, and the report says how", async () => {
    const cwd = await createTemporaryFolder("a.mp4");
    const upscale = async () => ({
      ...fakeReport,
      model: "m5-x2,xl-x2",
      progress: { ...fakeReport.progress, cellsByNetwork: [300, 100] },
    });
    const { calls, stdout } = await runFake(["upscale", "a.mp4", "--model", "xl-x2,m5-x2"], { cwd, upscale });
    expect(calls.slice(0, 2)).toMatchObject([{ input: "xl-x2" }, { input: "m5-x2" }]);
    expect(calls[2]).toMatchObject({ name: "createEngine", input: "xl-x2,m5-x2" });
    expect(stdout).toContain("computed by m5-x2 75 %, xl-x2 25 %\n");
    const { code, stderr } = await runFake(["upscale", "a.mp4", "--model", "m5-x2", "--effort", "low"], {
      cwd,
    });
    expect(code).toBe(2);
    expect(stderr).toContain("--effort is for the automatic choice");
  });

  it.each<[readonly string[], string]>([
    [["--model", "m7-x2"], "m7-x2"],
    [["--model", "m5-x4", "--scale", "4"], "m5-x4"],
  ])("%j chooses %s", async (flags, name) => {
    const cwd = await createTemporaryFolder("a.mp4");
    const { calls } = await runFake(["upscale", "a.mp4", ...flags], { cwd });
    expect(calls[0]).toMatchObject({ name: "loadModel", input: name });
  });

  it("--denoise reaches the model, and is refused for a file", async () => {
    const cwd = await createTemporaryFolder("a.mp4", "own.onnx");
    const { calls } = await runFake(["upscale", "a.mp4", "--model", "m5-x2", "--denoise", "0.5"], { cwd });
    expect(calls[0]).toEqual({ name: "loadModel", input: "m5-x2", options: { denoise: 0.5 } });
    const { code, stderr } = await runFake(["upscale", "a.mp4", "--model", "own.onnx", "--denoise", "1"], {
      cwd,
    });
    expect(code).toBe(2);
    expect(stderr).toContain("--denoise mixes two shipped models, and --model own.onnx is a file.");
  });
});
