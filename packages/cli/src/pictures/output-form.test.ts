import { utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fakeReport, runFake } from "../testing/fake-shell.ts";
import { createTemporaryFolder } from "../testing/temporary-folder.ts";
import { numberedName } from "./output-form.ts";

const files = ["a.mp4", "photo.JPG", "in/1.png", "in/b.mkv", "frames/001.png"];

test.each<[readonly string[], string, string | undefined]>([
  [["photo.JPG"], "photo.2x.jpg", "picture"],
  [["photo.JPG", "--scale", "4"], "photo.4x.jpg", "picture"],
  [["photo.JPG", "-o", "x.avif"], "x.avif", "picture"],
  [["photo.JPG", "-o", "x.mp4"], "x.mp4", undefined],
  [["photo.JPG", "-o", "x.gif"], "x.gif", "gif"],
  [["a.mp4", "-o", "out/%05d.png"], "out/%05d.png", "numbered"],
  [["frames/%03d.png", "-o", "big/%03d.jpg"], "big/%03d.jpg", "numbered"],
  [["a.mp4", "-o", "x.webp"], "x.webp", "webp"],
  [["a.mp4", "-o", "x.y4m"], "x.y4m", "y4m"],
  [["a.mp4", "-o", "x.raw", "--container", "y4m"], "x.raw", "y4m"],
  [["a.mp4", "--container", "y4m"], "a.2x.y4m", "y4m"],
  [["a.mp4", "-o", "x.yuv"], "x.yuv", "rawvideo"],
  [["a.mp4", "-o", "x.raw", "--container", "rawvideo"], "x.raw", "rawvideo"],
  [["a.mp4", "--container", "rawvideo"], "a.2x.yuv", "rawvideo"],
])("%j becomes %s as %s", async (words, output, form) => {
  const cwd = await createTemporaryFolder(...files);
  const { code, calls } = await runFake(["upscale", ...words], { cwd });
  expect(code).toBe(0);
  const { options } = calls.find(({ name }) => name === "upscale")!;
  expect([options["output"], options["form"]]).toEqual([join(cwd, output), form]);
});

test("a folder of pictures and videos becomes one of both; flags of videos are theirs alone", async () => {
  const cwd = await createTemporaryFolder(...files);
  const argv = ["upscale", "in", "-o", "out", "--codec", "hevc", "--container", "mkv"];
  const { code, calls } = await runFake(argv, { cwd });
  expect(code).toBe(0);
  const jobs = calls.filter(({ name }) => name === "upscale").map(({ options }) => options);
  expect(jobs.map(({ output, form }) => [output, form])).toEqual([
    [join(cwd, "out/1.2x.png"), "picture"],
    [join(cwd, "out/b.2x.mkv"), undefined],
  ]);
});

test.each<[readonly string[], string]>([
  [["a.mp4", "-o", "x.png"], "x.png is one picture, and the input may be many."],
  [["a.mp4", "-o", "x.bmp"], "--output must be a file name that ends in"],
  [["a.mp4", "-o", "x.gif", "--container", "mkv"], "x.gif does not fit --container mkv"],
  [["a.mp4", "-o", "x.yuv", "--container", "y4m"], "x.yuv does not fit --container y4m"],
  [["photo.JPG", "--input-format", "rgb24", "--input-size", "2x2"], "--input-format is for videos"],
  [["-", "-o", "x.mp4", "--input-format", "rgb24"], "how large its pictures are is not said"],
  [["-", "-o", "x.mp4", "--input-size", "2x2"], "--input-size is for --input-format, which is not given"],
  [["-", "-o", "x.mp4", "--input-size", "1080p"], "--input-size must be WIDTHxHEIGHT in pixels"],
  [["a.mp4", "-o", "x.gif", "--codec", "avc"], "--codec is for videos, and no file of video is written."],
  [["photo.JPG", "--trim", "1-2"], "--trim is for videos, and one picture is written."],
  [["photo.JPG", "-o", "x.png", "--resume"], "--resume is for videos"],
])("%j is refused", async (words, message) => {
  const cwd = await createTemporaryFolder(...files);
  const { code, stderr, calls } = await runFake(["upscale", ...words], { cwd });
  expect([code, calls]).toEqual([2, []]);
  expect(stderr).toContain(message);
});

test("numbered pictures that are there are told by the first, and their report says what they are", async () => {
  const cwd = await createTemporaryFolder("a.mp4", "out/0001.png");
  const argv = ["upscale", "a.mp4", "-o", "out/%04d.png"];
  expect((await runFake(argv, { cwd })).stderr).toContain("[output-failed]");
  expect((await runFake([...argv, "--skip-existing"], { cwd })).calls).toEqual([]);
  const { encoding: _encoding, ...report } = fakeReport;
  const upscale = async () => ({ ...report, written: "numbered pictures, png" });
  const { stdout } = await runFake([...argv, "-y"], { cwd, upscale });
  expect(stdout).toContain(
    "\n  numbered pictures, png\n  left out: subtitle webvtt (deu): MP4 cannot hold WebVTT.\n",
  );
  expect([numberedName("a%b/%05d.png", 7), numberedName("%d.png", 12), numberedName("x-%3d.png", 7)]).toEqual(
    ["a%b/00007.png", "12.png", "x-  7.png"],
  );
});

test("--keep-times gives a picture its source's times", async () => {
  const cwd = await createTemporaryFolder("photo.JPG");
  await utimes(join(cwd, "photo.JPG"), 1e9, 2e9);
  const { encoding: _encoding, progress: _progress, ...report } = fakeReport;
  const upscale = async (_input: string, { output }: { readonly output: string }) => {
    await writeFile(output, "picture");
    return { ...report, written: "jpeg" };
  };
  const { code, stdout } = await runFake(["upscale", "photo.JPG", "--keep-times"], { cwd, upscale });
  expect(code).toBe(0);
  expect(stdout).toContain("photo.2x.jpg\n  320×180 → 640×360, in 0 s, 1.2 MB\n");
});

test.each<[readonly string[], string]>([
  [["a.mp4", "photo.JPG", "-o", "-"], "Standard output takes one result, and there are several inputs."],
  [["a.mp4", "-o", "-", "--resume"], "--resume is for files, and --output - is a stream."],
  [["a.mp4", "-o", "-", "--keep-times"], "--keep-times is for files"],
  [["in", "-o", "-", "--watch"], "--watch is for files"],
])("%j into a pipe is refused", async (words, message) => {
  const cwd = await createTemporaryFolder(...files);
  const { code, stdout, stderr, calls } = await runFake(["upscale", ...words], { cwd });
  expect([code, stdout, calls]).toEqual([2, "", []]);
  expect(stderr).toContain(message);
});

test("a terminal is refused; in a pipe everything that is said goes to stderr", async () => {
  const cwd = await createTemporaryFolder(...files);
  const terminal = await runFake(["upscale", "a.mp4", "-o", "-"], { cwd, isTerminal: true });
  expect([terminal.code, terminal.calls]).toEqual([2, []]);
  expect(terminal.stderr).toContain("Standard output is a terminal, which shows no video.");
  for (const [more, container, form] of [
    [[], "mkv", undefined],
    [["--container", "webm"], "webm", undefined],
    [["--container", "y4m"], undefined, "y4m"],
    [["--container", "rawvideo"], undefined, "rawvideo"],
  ] as const) {
    const run = await runFake(["upscale", "-", "-o", "-", "--json", ...more], { cwd });
    expect([run.code, run.stdout]).toEqual([0, ""]);
    expect(JSON.parse(run.stderr)).toMatchObject({ file: "-", outputFile: "-", frames: 120 });
    const { input, options } = run.calls.find(({ name }) => name === "upscale")!;
    expect([input, options["output"], options["container"], options["form"]]).toEqual([
      "-",
      "-",
      container,
      form,
    ]);
  }
  const usage = await runFake(
    ["upscale", "a.mp4", "-o", "-", "--json", "--bitrate", "1M", "--quality", "3"],
    { cwd },
  );
  expect([usage.code, usage.stdout]).toEqual([2, ""]);
  expect(usage.stderr).toContain('{"error":{"code":"invalid-option"');
});

test("raw video in is told to whoever opens it, with the rate that was typed", async () => {
  const argv = ["upscale", "-", "-o", "x.mp4", "--input-format", "yuv420p10le", "--input-size", "1920x1080"];
  const { calls } = await runFake([...argv, "--frame-rate", "30000/1001"], { cwd: "/" });
  expect(calls.find(({ name }) => name === "upscale")!.options).toMatchObject({
    raw: { width: 1920, height: 1080, format: "yuv420p10le" },
    frameRate: 30_000 / 1001,
  });
});
