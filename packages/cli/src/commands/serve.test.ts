import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { makeClip } from "@tatami/fleet/testing";
import { expect, onTestFinished, test, vi } from "vitest";
import { runFake } from "../testing/fake-shell.ts";
import { createTemporaryFolder } from "../testing/temporary-folder.ts";

const bin = fileURLToPath(new URL("../../dist/bin.js", import.meta.url));
const token = "a-secret-of-this-test-alone";

/** `tatami serve`, built. @returns where it listens, and all that it prints */
async function start(cwd: string, ...flags: readonly string[]) {
  const child = spawn(process.execPath, [bin, "serve", "--port", "0", ...flags], {
    cwd,
    env: { ...process.env, TATAMI_REDIS: "", TATAMI_TOKEN: token },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const gone = once(child, "exit");
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await gone;
  });
  let printed = "";
  child.stdout.on("data", (data) => (printed += String(data)));
  const url = await new Promise<string>((resolve, reject) => {
    void gone.then(() => reject(new Error(printed)));
    createInterface({ input: child.stderr }).on("line", (line) => {
      printed += `${line}\n`;
      const [, found] = /^Listening at (http:\S+),/.exec(line) ?? [];
      if (found) resolve(found);
    });
  });
  const stop = async (): Promise<unknown> => {
    child.kill("SIGTERM");
    return (await gone)[0];
  };
  return { url: url.replace("0.0.0.0", "127.0.0.1"), stop, printed: () => printed };
}

test("serves jobs until SIGTERM; the token is asked for and never printed", { timeout: 60_000 }, async () => {
  const cwd = await createTemporaryFolder();
  await makeClip(join(cwd, "clip.mp4"), 40);
  const service = await start(cwd, "--host", "0.0.0.0", "--processes", "1", "--threads", "1");
  const headers = { authorization: `Bearer ${token}` };
  expect((await fetch(`${service.url}/jobs`)).status).toBe(401);
  const body = new Uint8Array(await readFile(join(cwd, "clip.mp4")));
  const query = "name=clip.mp4&model=micro-x2";
  const response = await fetch(`${service.url}/jobs?${query}`, { method: "POST", body, headers });
  expect(response.status).toBe(202);
  const { id } = (await response.json()) as { id: string };
  await vi.waitFor(
    async () => {
      const job = (await (await fetch(`${service.url}/jobs/${id}`, { headers })).json()) as object;
      expect(job).toMatchObject({ state: "done", result: { frames: 40 } });
    },
    { timeout: 40_000, interval: 100 },
  );
  const result = await fetch(`${service.url}/jobs/${id}/result`, { headers });
  expect((await result.arrayBuffer()).byteLength).toBeGreaterThan(1000);
  expect(await service.stop()).toBe(0);
  expect(await readdir(join(cwd, "tatami-jobs"))).toEqual([id]);
  expect(service.printed()).toMatch(/^Listening at http:\/\/0\.0\.0\.0:\d+, with the token of TATAMI_TOKEN/);
  expect(service.printed()).toContain("Stopping; what is begun is kept");
  expect(service.printed()).not.toContain(token);
});

test.each<[readonly string[], string]>([
  [["a.mp4"], "tatami serve takes no files"],
  [["--host", "0.0.0.0"], "no token to tell who may. [invalid-option]\n  → Set TATAMI_TOKEN"],
  [["--host", "::"], "Set TATAMI_TOKEN"],
  [["--port", "http"], "--port must be a whole number"],
  [["--max-upload", "much"], "--max-upload must be a number"],
])("wrong usage: %j", async (flags, message) => {
  const cwd = await createTemporaryFolder("a.mp4");
  expect(await runFake(["serve", ...flags], { cwd })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(message),
  });
  expect(await readdir(cwd)).toEqual(["a.mp4"]);
});

test("a token that could be guessed is refused, and not shown", async () => {
  const cwd = await createTemporaryFolder();
  const run = await runFake(["serve", "--port", "0"], { cwd, env: { TATAMI_TOKEN: "hunter2" } });
  expect(run).toMatchObject({ code: 2, stderr: expect.stringContaining("could be guessed") });
  expect(`${run.stdout}${run.stderr}`).not.toContain("hunter2");
});

test("costs nothing where it is not used: its package is loaded by its command alone", async () => {
  const folder = fileURLToPath(new URL("..", import.meta.url));
  const files = (await readdir(folder, { recursive: true })).filter((name) => /(?<!\.test)\.ts$/.test(name));
  const codes = await Promise.all(files.map((name) => readFile(join(folder, name), "utf8")));
  const imports = codes.flatMap((code) => code.match(/^import [^;]*"@tatami\/serve[^;]*;/gm) ?? []);
  expect(imports.length).toBe(1);
  expect(imports.filter((line) => !line.startsWith("import type "))).toEqual([]);
});
