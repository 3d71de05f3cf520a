import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { framesMd5, makeClip, openS3, startRedis, startS3, writeNearest } from "@tatami/fleet/testing";
import type { RedisServer } from "@tatami/fleet/testing";
import { inspect } from "@tatami/upscale";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { createDrivers } from "../../pictures/open-video.ts";
import { bin, linesOf, runFleet, secret } from "../../testing/run-fleet.ts";
import { createTemporaryFolder } from "../../testing/temporary-folder.ts";

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis(secret);
});
afterAll(() => server[Symbol.asyncDispose]());

const fleet = (cwd: string, ...argv: readonly string[]) => runFleet(server, cwd, argv);

describe("what a fleet is given", () => {
  it("takes a folder with its subfolders, and leaves what is there", { timeout: 60_000 }, async () => {
    const cwd = await createTemporaryFolder(
      "in/b.mkv",
      "in/day 1/deep/c.avi",
      "in/day 1/photo.jpg",
      "in/notes.txt",
      "in/a.mp4.tatami/00000.part",
      "out/b.2x.mkv",
      "out/old.mp4",
    );
    await makeClip(join(cwd, "in/a.mp4"), 20);
    await writeNearest(join(cwd, "nearest.onnx"));
    const flags = ["--model", "nearest.onnx", "--name", "folders"];
    const skipping = [...flags, "--skip-existing"];
    const refused = await fleet(cwd, "submit", "in", "-o", "out", ...flags);
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("out/b.2x.mkv exists already"),
    });
    const run = await fleet(cwd, "submit", "in", "-o", "out", ...skipping);
    expect(run).toMatchObject({
      code: 0,
      stderr: "2 other files are left: in/notes.txt, in/day 1/photo.jpg\n",
      stdout: expect.stringMatching(
        /^out\/b\.2x\.mkv {2}is there already, and is left as it is\nf[0-9a-f]{12} {2}in\/a\.mp4 → out\/a\.2x\.mp4\nf[0-9a-f]{12} {2}in\/day 1\/deep\/c\.avi → out\/day 1\/deep\/c\.2x\.mp4\n$/,
      ),
    });
    const [{ files } = { files: [] }] = linesOf<{ files: readonly { input: string }[] }>(
      await fleet(cwd, "status", "--json", "--name", "folders"),
    );
    expect(files.map(({ input }) => input.slice(cwd.length))).toEqual(["in/a.mp4", "in/day 1/deep/c.avi"]);
    // the results of an earlier run are no inputs of the next
    const within = await fleet(
      cwd,
      "submit",
      "in",
      "-o",
      "in/larger",
      "--name",
      "other",
      ...flags.slice(0, 2),
      "--json",
    );
    const outputs = linesOf<{ outputFile: string }>(within).map(({ outputFile }) => outputFile);
    expect(outputs).toEqual(["in/larger/a.2x.mp4", "in/larger/b.2x.mkv", "in/larger/day 1/deep/c.2x.mp4"]);
    const clip = join(cwd, "only", "sub", "clip.mp4");
    await mkdir(join(cwd, "only", "sub"), { recursive: true });
    await makeClip(clip, 20);
    const local = [
      "fleet",
      "run",
      "only",
      "-o",
      "made",
      "--model",
      "nearest.onnx",
      "--processes",
      "2",
      "--threads",
      "1",
    ];
    const made = await promisify(execFile)(process.execPath, [bin, ...local], { cwd });
    expect(made.stdout).toMatch(/^made\/sub\/clip\.2x\.mp4 {2}20 frames in /);
    const again = await promisify(execFile)(process.execPath, [bin, ...local, "--skip-existing", "--json"], {
      cwd,
    });
    expect(JSON.parse(again.stdout)).toEqual({
      file: "only/sub/clip.mp4",
      outputFile: "made/sub/clip.2x.mp4",
      skipped: true,
    });
    const row = [...local, "--second", "nearest.onnx", "--trim", "0.2-", "--duration", "0.4"];
    const further = await promisify(execFile)(process.execPath, [bin, ...row], { cwd });
    expect(further.stdout).toMatch(/^made\/sub\/clip\.4x\.mp4 {2}10 frames in /);
    const codecs = await createDrivers();
    const { video } = await inspect(clip, { codecs });
    const made4 = await inspect(join(cwd, "made/sub/clip.4x.mp4"), { codecs });
    expect(made4.video).toMatchObject({ width: 4 * video.width, height: 4 * video.height });
    const nameless = ["submit", "only", "-o", "made", "--second", "nearest.onnx"];
    expect(await fleet(cwd, ...nameless)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--second follows a network that --model names"),
    });
    const twoEnds = [
      "submit",
      "only",
      "-o",
      "fresh",
      "--model",
      "nearest.onnx",
      "--trim",
      "0-1",
      "--duration",
      "1",
    ];
    expect((await fleet(cwd, ...twoEnds)).stderr).toContain("--trim already says where to end");
  });

  it("takes objects of S3, and makes some", { timeout: 60_000 }, async () => {
    const s3 = await startS3("films");
    onTestFinished(() => s3[Symbol.asyncDispose]());
    for (const [name, value] of Object.entries(s3.env)) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    const cwd = await createTemporaryFolder("in/sub/b.mkv");
    await makeClip(join(cwd, "a.mp4"), 20);
    await writeNearest(join(cwd, "nearest.onnx"));
    const flags = ["--model", "nearest.onnx", "--processes", "2", "--threads", "1"];
    const run = (...words: readonly string[]) =>
      promisify(execFile)(process.execPath, [bin, "fleet", "run", ...words, ...flags], { cwd });
    const up = await run("a.mp4", "-o", "s3://films/up/");
    expect(up.stdout).toMatch(/^s3:\/\/films\/up\/a\.2x\.mp4 {2}20 frames in /);
    const twice = await run("s3://films/up/a.2x.mp4", "-o", "down/");
    expect(twice.stdout).toMatch(/^down\/a\.2x\.2x\.mp4 {2}20 frames in /);
    expect(await framesMd5(join(cwd, "down/a.2x.2x.mp4"))).toHaveLength(20);
    expect((await run("a.mp4", "-o", "s3://films/up/", "--skip-existing")).stdout).toContain(
      "is there already",
    );
    await expect(run("a.mp4", "-o", "s3://films/up/")).rejects.toThrow(
      "s3://films/up/a.2x.mp4 exists already",
    );
    const words = ["s3://films/up/a.2x.mp4", "in", "-o", "s3://films/all/", "--name", "objects", "--json"];
    expect(linesOf(await fleet(cwd, "submit", ...words, ...flags.slice(0, 2)))).toMatchObject([
      { file: "s3://films/up/a.2x.mp4", outputFile: "s3://films/all/a.2x.2x.mp4", id: expect.any(String) },
      { file: "in/sub/b.mkv", outputFile: "s3://films/all/sub/b.2x.mkv", id: expect.any(String) },
    ]);
    await (await openS3()).upload(join(cwd, "nearest.onnx"), "s3://films/nearest.onnx");
    const networks = ["--model", "s3://films/nearest.onnx", "--second", "s3://films/nearest.onnx"];
    expect(
      linesOf(
        await fleet(cwd, "submit", "a.mp4", "-o", "larger/", "--name", "objects", "--json", ...networks),
      ),
    ).toMatchObject([{ file: "a.mp4", outputFile: "larger/a.4x.mp4" }]);
    const none = ["submit", "a.mp4", "-o", "more/", "--model", "s3://films/none.onnx"];
    expect((await fleet(cwd, ...none)).stderr).toContain("There is no object s3://films/none.onnx");
    for (const [more, message] of [
      [["s3://films/none.mp4", "-o", "b.mp4"], "There is no object s3://films/none.mp4"],
      [["s3://films/up/a.2x.mp4"], "Results of objects have no place of their own"],
      [["s3://films/a.mp4", "a.mp4", "-o", "s3://films/b.mp4"], "there are several inputs"],
      [["a.mp4", "-o", "s3://films/b.txt"], "is no name of a video"],
    ] as const)
      expect((await fleet(cwd, "submit", ...more)).stderr).toContain(message);
    expect(s3.requests.join("\n")).toContain("bytes=");
  });
});
