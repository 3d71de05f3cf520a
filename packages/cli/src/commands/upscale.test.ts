import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { TatamiError } from "@tatami/core";
import { describe, expect, it } from "vitest";
import { fakeMedia, fakePlan, fakeReport, runFake } from "../testing/fake-shell.ts";
import { createTemporaryFolder } from "../testing/temporary-folder.ts";

const call = (name: string) => expect.objectContaining({ name });

describe("upscale", () => {
  it("lets each file choose its model, makes one engine, runs, and disposes of it", async () => {
    const cwd = await createTemporaryFolder("a.mp4");
    const { code, calls } = await runFake(["upscale", "a.mp4"], { cwd });
    expect(code).toBe(0);
    expect(calls).toEqual([call("createEngine"), call("upscale"), call("dispose")]);
    expect(calls[0]).toMatchObject({ input: '{"scale":2}' });
    expect(calls[1]).toMatchObject({ input: join(cwd, "a.mp4") });
    expect(calls[1]?.options["output"]).toBe(join(cwd, "a.2x.mp4"));
  });

  it.each<[readonly string[], object]>([
    [["--codec", "vp9"], { codec: "vp9" }],
    [["--container", "webm"], { container: "webm" }],
    [["--bitrate", "2M"], { bitrate: 2_000_000 }],
    [["--quality", "90"], { quality: 90 }],
    [["--audio", "drop"], { audio: "drop" }],
    [["--trim", "1-0:02.5"], { start: 1, end: 2.5 }],
    [["--trim", "-2"], { end: 2 }],
    [["--trim", "2-"], { start: 2 }],
    [["--to-sdr"], { toSdr: true }],
    [["--duration", "1:30"], { end: 90 }],
    [["--trim", "2-", "--duration", "5m"], { start: 2, end: 302 }],
    [["--deinterlace", "off"], { deinterlace: "off" }],
    [["--frame-rate", "12.5"], { frameRate: 12.5 }],
    [["--strict"], { strict: true }],
    [["--recover"], { recover: true }],
    [["--audio", "auto"], { audio: "auto" }],
    [["--audio", "copy"], { audio: "copy" }],
    [["--audio", "encode"], { audio: "encode" }],
  ])("%j reaches the job", async (flags, options) => {
    const cwd = await createTemporaryFolder("a.mp4");
    const { calls } = await runFake(["upscale", "a.mp4", ...flags], { cwd });
    const { output, onProgress, ...rest } = calls.find(({ name }) => name === "upscale")!.options;
    expect(rest).toEqual({ toSdr: false, strict: false, ...options });
    expect([output, onProgress].every((value) => value !== undefined)).toBe(true);
  });

  it.each(["rtsp://127.0.0.1/live", "-", "frames/%04d.png"])(
    "%s needs a name for its result",
    async (input) => {
      const cwd = await createTemporaryFolder();
      const { code, stderr, calls } = await runFake(["upscale", input], { cwd });
      expect(code).toBe(2);
      expect(stderr).toContain(`${input} gives its result no name`);
      expect(calls).toEqual([]);
      const named = await runFake(["upscale", input, "-o", "out.mp4"], { cwd });
      expect(named.code).toBe(0);
      expect(named.calls.find(({ name }) => name === "upscale")?.options["output"]).toBe(
        join(cwd, "out.mp4"),
      );
    },
  );

  it("says what was encoded anew, and what is damaged", async () => {
    const cwd = await createTemporaryFolder("a.mp4");
    const upscale = async () => ({
      ...fakeReport,
      encoding: { ...fakeReport.encoding, transcoded: [{ track: fakeMedia.tracks[1]!, codec: "opus" }] },
      damaged: [{ seconds: 61.5, frames: 3, message: "Cut short." }],
    });
    const { stdout } = await runFake(["upscale", "a.mp4"], { cwd, upscale });
    expect(stdout).toContain("  encoded anew: audio aac (eng) as opus\n");
    expect(stdout).toContain("  damaged: at 61.500 s, 3 frames: Cut short.\n");
  });

  it("says that hardware was tried, and of each encoder why it was set aside", async () => {
    const cwd = await createTemporaryFolder("a.mp4");
    const rejectedEncoders = [
      { encoder: "h264_nvenc", reason: "Operation not permitted" },
      { encoder: "h264_vaapi", reason: "it opens, but does not encode" },
    ];
    const encoding = { ...fakeReport.encoding, encoder: "libx264", rejectedEncoders };
    const upscale = async () => ({ ...fakeReport, encoding });
    const argv = ["upscale", "a.mp4", "--encoder", "hardware"];
    const { stdout, calls } = await runFake(argv, { cwd, upscale });
    expect(calls.find(({ name }) => name === "upscale")!.options["encoder"]).toBe("hardware");
    expect(stdout).toContain(
      "  note: none of 2 hardware encoders works here, so libx264 encodes; --verbose says why\n",
    );
    const verbose = await runFake([...argv, "--verbose", "-y"], { cwd, upscale });
    expect(verbose.stdout).toContain("  set aside: h264_nvenc: Operation not permitted\n");
    expect(verbose.stdout).toContain("  set aside: h264_vaapi: it opens, but does not encode\n");
    const json = await runFake([...argv, "--json", "-y"], { cwd, upscale });
    expect(JSON.parse(json.stdout)).toMatchObject({ encoding: { encoder: "libx264", rejectedEncoders } });
  });

  it("says what is changed, before and after", async () => {
    const cwd = await createTemporaryFolder("a.mp4");
    const [known, met] = [
      { kind: "sampling", message: "4:2:2 becomes 4:2:0." },
      { kind: "times", message: "The clock jumps back at 61 s." },
    ] as const;
    const encoding = { ...fakePlan.encoding, changed: [known] };
    const upscale = async () => ({ ...fakeReport, encoding, changed: [known, met] });
    const { stdout } = await runFake(["upscale", "a.mp4"], { cwd, upscale });
    expect(stdout).toContain("  changed: 4:2:2 becomes 4:2:0.\n  changed: The clock jumps back at 61 s.\n");
    const json = await runFake(["upscale", "a.mp4", "--json"], { cwd, upscale });
    expect(JSON.parse(json.stdout)).toMatchObject({ changed: [known, met] });
    const library = {
      createEngine: async () => ({
        plan: async () => ({ ...fakePlan, encoding }),
        upscale,
        [Symbol.asyncDispose]: async () => {},
      }),
    };
    const planned = await runFake(["upscale", "a.mp4", "--dry-run"], { cwd, library });
    expect(planned.stdout).toContain("  changed: 4:2:2 becomes 4:2:0.\n");
  });

  it("refuses --trim with an end beside --duration", async () => {
    const cwd = await createTemporaryFolder("a.mp4");
    const { code, stderr } = await runFake(["upscale", "a.mp4", "--trim", "1-2", "--duration", "3"], { cwd });
    expect(code).not.toBe(0);
    expect(stderr).toContain("--duration is given too");
  });

  it.each<[readonly string[], object]>([
    [["--backend", "onnx-wasm,cpu"], { backends: ["onnx-wasm", "cpu"] }],
    [["--threads", "2"], { threads: 2 }],
    [["--patch", "64"], { patchSize: 64 }],
    [["--batch", "8"], { batchSize: 8 }],
    [["--integers"], { integers: true }],
    [["--strength", "0.6"], { strength: 0.6 }],
    [["--strength", "0"], { strength: 0 }],
    [["--routing-loss", "0.1"], { routingLoss: 0.1 }],
    [["--debug-view", "routing"], { debugView: "routing" }],
    [[], {}],
  ])("%j reaches the engine", async (flags, options) => {
    const cwd = await createTemporaryFolder("a.mp4");
    const { calls } = await runFake(["upscale", "a.mp4", ...flags], { cwd });
    expect(calls.find(({ name }) => name === "createEngine")?.options).toEqual(options);
  });

  it.each([
    ["--strength", "2", "1.5"],
    ["--strength", "-0.1", "1.5"],
    ["--strength", "half", "1.5"],
    ["--strength", "1.2.3", "1.5"],
    ["--denoise", "1.01", "1"],
    ["--denoise", "", "1"],
  ])("%s %j is refused, with its limits", async (flag, value, most) => {
    const cwd = await createTemporaryFolder("a.mp4");
    const { code, stderr, calls } = await runFake(["upscale", "a.mp4", flag, value], { cwd });
    expect([code, calls]).toEqual([2, []]);
    expect(stderr).toContain(`${flag} must be a number from 0 to ${most}`);
    expect(stderr).toContain(`Set ${flag} to a number from 0 to ${most}.`);
  });

  it("says which strength a file is enlarged with, where it is not the model's own", async () => {
    const cwd = await createTemporaryFolder("a.mp4");
    const { stdout } = await runFake(["upscale", "a.mp4"], {
      cwd,
      upscale: async () => ({ ...fakeReport, strength: 0.6 }),
    });
    expect(stdout).toContain("model m5-x2 at strength 0.6 on onnx-wasm");
  });

  it("takes a model from a file, and reads its scale from it", async () => {
    const cwd = await createTemporaryFolder("a.mp4", "own.onnx", "models/own");
    for (const file of ["own.onnx", "models/own"]) {
      const { code, calls } = await runFake(["upscale", "a.mp4", "--model", file], { cwd });
      expect(code).toBe(0);
      expect(calls[0]).toEqual({ name: "readModel", options: { bytes: file.length } });
    }
    const { code, stderr } = await runFake(["upscale", "a.mp4", "--model", "own.onnx", "--scale", "4"], {
      cwd,
    });
    expect(code).toBe(2);
    expect(stderr).toContain("own.onnx upscales by 2, not by 4");
    const missing = await runFake(["upscale", "a.mp4", "--model", "none.onnx"], { cwd });
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain("[input-not-found]");
  });

  it("says so when no shipped model has the scale", async () => {
    const cwd = await createTemporaryFolder("a.mp4");
    const { code, stderr } = await runFake(["upscale", "a.mp4", "--scale", "4"], {
      cwd,
      library: { listModels: () => [] },
    });
    expect(code).toBe(2);
    expect(stderr).toContain("--scale must be a scale that a shipped model has");
  });

  it("prints what was done on stdout", async () => {
    const cwd = await createTemporaryFolder("a.mp4");
    const clock = [0, 1000, 1000, 6000];
    const world = { cwd, now: () => clock.shift() ?? 6000 };
    const { stdout, stderr } = await runFake(["upscale", "a.mp4"], world);
    expect(stderr).toBe("");
    expect(stdout).toMatchInlineSnapshot(`
      "a.2x.mp4
        320×180 → 640×360, 120 frames in 6 s (24 fps), 1.2 MB
        model m5-x2 on onnx-wasm (WebAssembly, 2 threads)
        mp4, avc at 2.1 Mbit/s
        copied: audio aac (eng)
        left out: subtitle webvtt (deu): MP4 cannot hold WebVTT.
        note: chapters
      "
    `);
  });

  it("--verbose adds what was set aside and the stages", async () => {
    const cwd = await createTemporaryFolder("a.mp4");
    const error = new TatamiError({ code: "unsupported-environment", message: "No GPU.", fix: "Buy one." });
    const upscale = async () => ({ ...fakeReport, rejected: [{ candidate: "onnx-webgpu", error }] });
    const { stdout } = await runFake(["upscale", "a.mp4", "--verbose"], { cwd, upscale });
    expect(stdout).toContain("  set aside: hevc: no encoder\n  set aside: onnx-webgpu: No GPU.\n");
    expect(stdout).toContain("  ms a frame: decode 1, split 2, infer 30, assemble 3, encode 5.5\n");
  });

  it("--quiet prints nothing", async () => {
    const cwd = await createTemporaryFolder("a.mp4");
    const { code, stdout, stderr } = await runFake(["upscale", "a.mp4", "--quiet"], {
      cwd,
      isTerminal: true,
    });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  it("--dry-run plans, with the same options, and touches nothing", async () => {
    const cwd = await createTemporaryFolder("a.mp4");
    const { code, stdout, calls } = await runFake(
      ["upscale", "a.mp4", "-o", "new/b.mp4", "--dry-run", "--trim", "1-"],
      { cwd },
    );
    expect(code).toBe(0);
    expect(calls.map(({ name }) => name)).toEqual(["createEngine", "plan", "dispose"]);
    expect(calls[1]?.options).toMatchObject({ start: 1, output: join(cwd, "new/b.mp4") });
    expect(stdout).toMatchInlineSnapshot(`
      "a.mp4 → new/b.mp4
        320×180 → 640×360, 120 frames, 4 s
        model m5-x2 on onnx-wasm (WebAssembly, 2 threads)
        mp4, avc at 2.1 Mbit/s
        copied: audio aac (eng)
        note: chapters
      "
    `);
    expect(await readdir(cwd)).toEqual(["a.mp4"]);
  });

  it("refuses an output that exists before any work, and replaces it when asked", async () => {
    const cwd = await createTemporaryFolder("a.mp4", "a.2x.mp4");
    const { code, stderr, calls } = await runFake(["upscale", "a.mp4"], { cwd });
    expect(code).toBe(1);
    expect(stderr).toBe(
      "error: a.2x.mp4 exists already. [output-failed]\n  → Give --overwrite to replace it, or another --output.\n",
    );
    expect(calls).toEqual([]);
    expect((await runFake(["upscale", "a.mp4", "-y"], { cwd })).code).toBe(0);
  });

  it("--json prints one object without the Blob", async () => {
    const cwd = await createTemporaryFolder("a.mp4");
    const error = new TatamiError({ code: "unsupported-environment", message: "No GPU.", fix: "Buy one." });
    const rejected = [{ candidate: "onnx-webgpu", error }];
    const upscale = async () => ({ ...fakeReport, blob: new Blob(), rejected });
    const { stdout } = await runFake(["upscale", "a.mp4", "--json"], { cwd, upscale });
    expect(stdout).toMatch(/^\{.*\}\n$/);
    expect(JSON.parse(stdout)).toEqual({
      ...JSON.parse(JSON.stringify(fakeReport)),
      file: "a.mp4",
      outputFile: "a.2x.mp4",
      seconds: 0,
      rejected: [
        {
          candidate: "onnx-webgpu",
          error: { code: "unsupported-environment", message: "No GPU.", fix: "Buy one." },
        },
      ],
    });
    const planned = await runFake(["upscale", "a.mp4", "--json", "--dry-run"], { cwd });
    expect(JSON.parse(planned.stdout)).toEqual({
      ...JSON.parse(JSON.stringify(fakePlan)),
      file: "a.mp4",
      outputFile: "a.2x.mp4",
    });
  });
});

describe("networks in a row", () => {
  it("--second follows the model that is named, and names the result", async () => {
    const cwd = await createTemporaryFolder("a.mp4");
    const { code, calls } = await runFake(["upscale", "a.mp4", "--model", "m5-x2", "--second", "m5-x4"], {
      cwd,
    });
    expect(code).toBe(0);
    expect(calls.map(({ name, input }) => [name, input])).toEqual([
      ["loadModel", "m5-x2"],
      ["loadModel", "m5-x4"],
      ["createEngine", "m5-x2"],
      ["upscale", join(cwd, "a.mp4")],
      ["dispose", undefined],
    ]);
    expect(calls[3]!.options).toMatchObject({
      second: { name: "m5-x4" },
      output: expect.stringMatching(/a\.8x\.mp4$/),
    });
  });

  it("is refused beside a model that is chosen, with what chooses both", async () => {
    const cwd = await createTemporaryFolder("a.mp4");
    for (const more of [[], ["--scale", "2", "--model", "m5-x2"]]) {
      const { code, stderr } = await runFake(["upscale", "a.mp4", "--second", "m5-x4", ...more], { cwd });
      expect(code).toBe(2);
      expect(stderr).toContain("give --size, which chooses both");
    }
  });
});
