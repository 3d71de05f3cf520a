import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { framesMd5, makeClip, startRedis, writeNearest } from "@tatami/fleet/testing";
import type { RedisServer } from "@tatami/fleet/testing";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { runFake } from "../testing/fake-shell.ts";
import type { FakeRun } from "../testing/fake-shell.ts";
import { bin, linesOf, runFleet, secret } from "../testing/run-fleet.ts";
import { createTemporaryFolder } from "../testing/temporary-folder.ts";

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis(secret);
});
afterAll(() => server[Symbol.asyncDispose]());

function fleet(cwd: string, ...argv: readonly string[]): Promise<FakeRun> {
  return runFleet(server, cwd, argv);
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
  it("hands files over, works on them, and says how far they are", { timeout: 60_000 }, async () => {
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

  it("run does the same in processes of this machine, without Redis", { timeout: 60_000 }, async () => {
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

  it("hands over all or nothing", async () => {
    const cwd = await createTemporaryFolder("a.mp4", "b.mp4");
    const { code, stderr } = await fleet(cwd, "submit", "a.mp4", "none.mp4", "-o", "larger/");
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/none\.mp4.*\[input-not-found\]\n.*\nNothing was submitted\.\n$/),
    });
    expect((await fleet(cwd, "status", "--name", "tatami")).stdout).not.toContain("a.mp4");
  });

  it.each<[readonly string[], string]>([
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

  it("where Redis is not, or the password is wrong, that is said without it", async () => {
    const cwd = await createTemporaryFolder();
    const wrong = `redis://:${secret}-not@127.0.0.1:${server.port}`;
    for (const redis of ["redis://127.0.0.1:1", wrong]) {
      const run = await fleet(cwd, "work", "--redis", redis);
      expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining("[connection-lost]") });
    }
  });

  it("explains itself", async () => {
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

  it("costs nothing where it is not used: its package is loaded by its commands alone", async () => {
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
