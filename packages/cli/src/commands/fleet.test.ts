import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { framesMd5, makeClip, startRedis, writeNearest } from "@tatami/fleet/testing";
import type { RedisServer } from "@tatami/fleet/testing";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { runFake } from "../testing/fake-shell.ts";
import type { FakeRun } from "../testing/fake-shell.ts";
import { createTemporaryFolder } from "../testing/temporary-folder.ts";

const bin = fileURLToPath(new URL("../../dist/bin.js", import.meta.url));
const secret = "s3cret";
let server: RedisServer;
beforeAll(async () => {
  server = await startRedis(secret);
});
afterAll(() => server[Symbol.asyncDispose]());

/** A command line in a world whose environment knows where Redis is; what it prints never holds the password. */
async function fleet(cwd: string, ...argv: readonly string[]): Promise<FakeRun> {
  const run = await runFake(["fleet", ...argv], { cwd, env: { TATAMI_REDIS: server.url } });
  expect(`${run.stdout}${run.stderr}`).not.toContain(secret);
  return run;
}

/** What was printed, line by line. */
function linesOf<T>({ stdout }: FakeRun): readonly T[] {
  return stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T);
}

/** `tatami fleet work`, built, until the test is over. @returns what it printed */
async function startWork(cwd: string): Promise<() => string> {
  const child = spawn(process.execPath, [bin, "fleet", "work", "--threads", "1"], {
    cwd,
    env: { ...process.env, TATAMI_REDIS: server.url },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  const gone = once(child, "exit");
  onTestFinished(async () => {
    child.kill("SIGINT");
    const [code] = (await gone) as [number | null];
    expect(code).toBe(0);
    expect(printed).toContain("Stopped; what was begun went back to the queue.");
    expect(printed).not.toContain(secret);
  });
  child.stdout.on("data", (data) => (printed += String(data)));
  const lines = createInterface({ input: child.stderr });
  await new Promise<void>((resolve) => {
    lines.on("line", (line) => {
      printed += `${line}\n`;
      if (line.startsWith("At work")) resolve();
    });
  });
  return () => printed;
}

describe("tatami fleet", () => {
  test("hands files over, works on them, and says how far they are", { timeout: 60_000 }, async () => {
    const cwd = await createTemporaryFolder("torn.mp4", "other.mp4");
    await makeClip(join(cwd, "clip.mp4"), 40);
    await writeNearest(join(cwd, "nearest.onnx"));
    const flags = ["--model", "nearest.onnx", "--backend", "cpu", "--segment-length", "0.3", "--json"];
    const taken = linesOf<{ id: string; file: string }>(
      await fleet(cwd, "submit", "clip.mp4", "torn.mp4", "other.mp4", "-o", "larger/", ...flags),
    );
    expect(taken.map(({ file }) => file)).toEqual(["clip.mp4", "torn.mp4", "other.mp4"]);
    const [clip, torn, other] = taken.map(({ id }) => id);
    const again = await fleet(cwd, "submit", "clip.mp4", "-o", "larger/", ...flags);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining(`tatami fleet cancel ${clip}`) });
    expect((await fleet(cwd, "cancel", other!)).stdout).toBe(`${other}  is being stopped\n`);

    const printed = await startWork(cwd);
    await vi.waitFor(async () => expect((await fleet(cwd, "status")).stdout).toContain("2 done, 1 failed"), {
      timeout: 30_000,
      interval: 100,
    });
    const { stdout } = await fleet(cwd, "status");
    expect(stdout).toMatch(new RegExp(`${clip} +done +4/4 +40/40 .*clip\\.mp4`));
    expect(stdout).toMatch(new RegExp(`${other} +cancelled `));
    expect(linesOf(await fleet(cwd, "status", "--json"))).toMatchObject([
      { counts: { done: 2, failed: 1 }, workers: 1 },
    ]);
    expect(linesOf(await fleet(cwd, "dead", "--json"))).toMatchObject([
      [{ id: torn, code: expect.any(String), message: expect.any(String), fix: expect.any(String) }],
    ]);
    expect((await fleet(cwd, "dead")).stdout).toMatch(
      new RegExp(`^${torn}  .*torn\\.mp4: .* \\[[a-z-]+\\]\n  → .*\\.\n$`),
    );
    expect(await readdir(join(cwd, "larger"))).toEqual(["clip.2x.mp4"]);
    expect(await framesMd5(join(cwd, "larger/clip.2x.mp4"))).toHaveLength(40);
    expect(printed()).toMatch(new RegExp(`${clip}  segment 4: 10 frames in `));
    expect((await fleet(cwd, "cancel", clip!, "--json")).stdout).toBe(`{"id":"${clip}","cancelled":false}\n`);
  });

  test("run does the same in processes of this machine, without Redis", { timeout: 60_000 }, async () => {
    const cwd = await createTemporaryFolder("torn.mp4");
    await makeClip(join(cwd, "clip.mp4"), 40);
    await writeNearest(join(cwd, "nearest.onnx"));
    const words = [
      "clip.mp4",
      "torn.mp4",
      "-o",
      "larger/",
      "--processes",
      "2",
      "--segment-length",
      "0.3",
      "--json",
    ];
    const child = spawn(process.execPath, [bin, "fleet", "run", ...words, "--model", "nearest.onnx"], {
      cwd,
      env: { ...process.env, TATAMI_REDIS: "redis://127.0.0.1:1" },
    });
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, "exit"),
    ]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining("error: torn.mp4") });
    const [made, failed] = stdout.split("\n").map((line) => line && (JSON.parse(line) as object));
    expect(made).toMatchObject({ file: "clip.mp4", outputFile: "larger/clip.2x.mp4", frames: 40 });
    expect(failed).toMatchObject({ file: "torn.mp4", error: { code: expect.any(String) } });
    expect(await readdir(join(cwd, "larger"))).toEqual(["clip.2x.mp4"]);
    expect(await framesMd5(join(cwd, "larger/clip.2x.mp4"))).toHaveLength(40);
  });

  test("takes a folder with its subfolders, and leaves what is there", { timeout: 60_000 }, async () => {
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
  });

  test("hands over all or nothing", async () => {
    const cwd = await createTemporaryFolder("a.mp4", "b.mp4");
    const { code, stderr } = await fleet(cwd, "submit", "a.mp4", "none.mp4", "-o", "larger/");
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/none\.mp4.*\[input-not-found\]\n.*\nNothing was submitted\.\n$/),
    });
    expect((await fleet(cwd, "status", "--name", "tatami")).stdout).not.toContain("a.mp4");
  });

  test.each<[readonly string[], string]>([
    [["submit"], "There is nothing to submit."],
    [["run"], "There is nothing to run."],
    [["cancel"], "There is nothing to cancel."],
    [["cancel", "f12"], "id must be that of a file's job"],
    [["work", "a.mp4"], "tatami fleet work takes no files"],
    [["status", "a.mp4"], "tatami fleet status takes no files"],
    [["enlist"], "tatami fleet does not know enlist."],
    [["submit", "a.mp4", "--priority", "0"], "--priority must be a whole number"],
    [["submit", "a.mp4", "--bitrate", "2M", "--quality", "5"], "are both given"],
    [["submit", "a.mp4", "--scale", "2", "--size", "720p"], "are both given"],
    [["submit", ".", "-o", "out", "--overwrite", "--skip-existing"], "are both given"],
    [["submit", "."], "is a folder, and no folder for its results is named"],
    [["submit", "-", "-o", "b.mp4"], "- is no single file"],
    [["submit", "a.mp4", "-o", "b.txt"], "b.txt"],
    [["status", "--redis", `http://:${secret}@host`], "the address of Redis is none"],
  ])("wrong usage: %j", async (argv, message) => {
    const cwd = await createTemporaryFolder("a.mp4");
    expect(await fleet(cwd, ...argv)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });

  test("where Redis is not, or the password is wrong, that is said without it", async () => {
    const cwd = await createTemporaryFolder();
    const wrong = `redis://:${secret}-not@127.0.0.1:${server.port}`;
    for (const redis of ["redis://127.0.0.1:1", wrong]) {
      const run = await fleet(cwd, "work", "--redis", redis);
      expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining("[connection-lost]") });
    }
  });

  test("explains itself", async () => {
    expect(await runFake(["fleet"])).toMatchObject({ code: 2, stdout: "" });
    expect((await runFake(["fleet", "--help"])).stdout).toMatch(
      /^tatami fleet WHAT \[flags\]\n[^]*Examples\n/,
    );
    for (const part of ["submit", "work", "status", "cancel", "dead", "run"]) {
      const { stdout } = await runFake(["fleet", part, "--help"]);
      expect(stdout.includes("--redis URL")).toBe(part !== "run");
      expect(stdout).toMatch(new RegExp(`Examples\n {2}tatami fleet ${part}`));
    }
  });

  test("costs nothing where it is not used: its package is loaded by its commands alone", async () => {
    const folder = fileURLToPath(new URL("..", import.meta.url));
    const files = (await readdir(folder, { recursive: true })).filter((name) =>
      /(?<!\.test)\.ts$/.test(name),
    );
    const codes = await Promise.all(files.map((name) => readFile(join(folder, name), "utf8")));
    const imports = codes.flatMap((code) => code.match(/^import [^;]*"@tatami\/fleet[^;]*;/gm) ?? []);
    expect(imports.length).toBeGreaterThan(2);
    expect(imports.filter((line) => !line.startsWith("import type "))).toEqual([]);
  });
});
