import { join } from "node:path";
import { readFile } from "node:fs/promises";
import { inspect } from "@tatami/upscale";
import { makeMuxedClip } from "@tatami/codecs/testing";
import { loadModel } from "@tatami/zoo";
import { expect, test } from "vitest";
import { createLocalLibrary } from "../../local-library.ts";
import { createDrivers } from "../../pictures/open-video.ts";
import { runFake } from "../../testing/fake-shell.ts";
import { createTemporaryFolder } from "../../testing/temporary-folder.ts";

test("files in the order given, or a folder's by name, become one job", async () => {
  const cwd = await createTemporaryFolder(
    "b.mp4",
    "in/clip10.mp4",
    "in/clip9.mp4",
    "in/cover.jpg",
    "in/x.txt",
  );
  const argv = ["upscale", "b.mp4", "in", "--join", "-o", "all.mp4", "--json"];
  const run = await runFake(argv, { cwd });
  expect(run.code).toBe(0);
  const jobs = run.calls.filter(({ name }) => name === "upscale");
  expect(jobs).toHaveLength(1);
  expect(jobs[0]).toMatchObject({
    input: join(cwd, "b.mp4"),
    options: {
      output: join(cwd, "all.mp4"),
      followedBy: [join(cwd, "in/clip9.mp4"), join(cwd, "in/clip10.mp4")],
    },
  });
  expect(JSON.parse(run.stdout)).toMatchObject({
    file: "b.mp4",
    followedBy: ["in/clip9.mp4", "in/clip10.mp4"],
  });
  expect(run.stderr).toContain("2 other files are left: in/x.txt, in/cover.jpg\n");
});

test.each<[readonly string[], string, number]>([
  [["a.mp4", "--join", "-o", "x.mp4"], "there are fewer than two", 2],
  [["a.mp4", "b.mp4", "--join"], "whose name is not given", 2],
  [["a.mp4", "-", "--join", "-o", "x.mp4"], "- is no single file", 2],
  [["a.mp4", "none.mp4", "--join", "-o", "x.mp4"], "There is no file none.mp4.", 1],
  [["a.mp4", "b.mp4", "--join", "-o", "b.mp4", "-y"], "which is an input too", 2],
  [["a.mp4", "b.mp4", "--join", "-o", "x.mp4", "--resume"], "--join and --resume are both given.", 2],
  [["a.mp4", "b.mp4", "--join", "-o", "x.mp4", "--jobs", "2"], "--join and --jobs are both given.", 2],
])("%j is refused", async (words, message, status) => {
  const cwd = await createTemporaryFolder("a.mp4", "b.mp4");
  const { code, stderr, calls } = await runFake(["upscale", ...words], { cwd });
  expect([code, calls]).toEqual([status, []]);
  expect(stderr).toContain(message);
});

test("the real library joins, with the automatic model and a named one", async () => {
  const cwd = await createTemporaryFolder();
  const clip = async (name: string, rate: number): Promise<string> => {
    const path = join(cwd, name);
    await makeMuxedClip(path, {
      format: "mp4",
      video: "libx264",
      audio: "aac",
      frames: 10,
      rate,
      size: [48, 32],
    });
    return path;
  };
  const [first, ...followedBy] = [await clip("a.mp4", 25), await clip("b.mp4", 20)];
  const library = createLocalLibrary(new AbortController().signal);
  const options = { followedBy, toSdr: false, strict: false };
  for (const model of [{ scale: 2 }, await loadModel("micro-x2")]) {
    await using engine = await library.createEngine(model, { backends: ["wasm"], threads: 1 });
    const output = join(cwd, `${"name" in model ? "named" : "chosen"}.mp4`);
    const report = await engine.upscale(first!, { ...options, output });
    expect(report).toMatchObject({ frames: 20, input: { width: 48, height: 32 }, damaged: [] });
    expect(report.changed.map(({ message }) => message).join()).toMatch(
      /change from 25 to 20 a second at 0\.\d+ s/,
    );
    const made = await inspect(output, { codecs: await createDrivers() });
    expect(made.video).toMatchObject({ width: 96, height: 64, frameCount: 20 });
    expect(made.duration).toBeGreaterThan(0.9);
    expect((await readFile(output)).length).toBe(report.size);
  }
});
