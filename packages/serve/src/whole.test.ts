/** Whole jobs, computed: the service is built, and runs in a process of its own. */

import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { framesMd5, makeClip, startRedis } from "@tatami/fleet/testing";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import type { JobView } from "./jobs/job.ts";
import { startServiceProcess } from "./testing/service-process.ts";
import type { ServiceProcess } from "./testing/service-process.ts";
import { listen } from "./testing/test-service.ts";

const root = await mkdtemp(join(tmpdir(), "tatami-whole-"));
const clip = join(root, "clip.mp4");
const soon = { timeout: 60_000, interval: 50 };
const model = "micro-x2";

beforeAll(async () => {
  // three segments of ten seconds
  await makeClip(clip, 750);
  // in a process that has the same engine as those of the service
  const program = `
    import { upscale } from "@tatami/upscale";
    import { loadModel } from "@tatami/zoo";
    const [clip, output, name] = process.argv.slice(1);
    await upscale(clip, { model: await loadModel(name), output, threads: 1, resume: true });
    process.exit(0);
  `;
  const flags = /^v2[01]\./.test(process.version) ? ["--experimental-wasm-relaxed-simd"] : [];
  const words = [...flags, "--input-type=module", "-e", program, clip, join(root, "same.mp4"), model];
  await promisify(execFile)(process.execPath, words, { cwd: import.meta.dirname });
}, 60_000);
afterAll(() => rm(root, { recursive: true }));

async function makeStore(): Promise<string> {
  const store = await mkdtemp(join(root, "store-"));
  onTestFinished(() => rm(store, { recursive: true, force: true, maxRetries: 3 }));
  return store;
}

async function send({ url }: ServiceProcess, query = `name=clip.mp4&model=${model}`): Promise<JobView> {
  const body = new Uint8Array(await readFile(clip));
  const response = await fetch(`${url}/jobs?${query}`, { method: "POST", body });
  expect(response.status).toBe(202);
  return (await response.json()) as JobView;
}

/** Fetches a result, and says what its frames are. */
async function framesOf({ url }: ServiceProcess, id: string): Promise<readonly string[]> {
  const response = await fetch(`${url}/jobs/${id}/result`);
  expect(response.status).toBe(200);
  const path = join(root, `${id}.mp4`);
  await writeFile(path, new Uint8Array(await response.arrayBuffer()));
  return framesMd5(path);
}

test("what comes out is what upscale makes, frame for frame", async () => {
  const store = await makeStore();
  const service = await startServiceProcess({ store, processes: 2, threads: 1 });
  const { id } = await send(service);
  const events = await listen(`${service.url}/jobs/${id}/events`);
  expect(events.at(-1)).toMatchObject({ event: "end", job: { state: "done", result: { frames: 750 } } });
  expect(events.some(({ job: { progress } }) => progress?.segments.total === 3)).toBe(true);
  const same = await framesMd5(join(root, "same.mp4"));
  expect(same).toHaveLength(750);
  expect(await framesOf(service, id)).toEqual(same);
  expect((await readdir(join(store, id))).sort()).toEqual(["job.json", "result.mp4"]);
  expect(await service.end("SIGTERM")).toBe(0);
});

test("limits of pixels and seconds are told as the job's failure; so is what is no video", async () => {
  const service = await startServiceProcess({ store: await makeStore(), maxPixels: 64 * 48, maxSeconds: 29 });
  const long = await send(service);
  const [end] = (await listen(`${service.url}/jobs/${long.id}/events`)).slice(-1);
  expect(end!.job.error).toMatchObject({
    code: "unsupported-feature",
    message: expect.stringContaining("30.0"),
  });
  const body = Buffer.concat([(await readFile(clip)).subarray(0, 400), Buffer.alloc(1000)]);
  const response = await fetch(`${service.url}/jobs?name=torn.mp4`, { method: "POST", body });
  const torn = (await response.json()) as JobView;
  const [last] = (await listen(`${service.url}/jobs/${torn.id}/events`)).slice(-1);
  expect(last!.job).toMatchObject({
    state: "failed",
    error: { code: expect.any(String), fix: expect.any(String) },
  });
  expect(JSON.stringify(last!.job)).not.toContain(root);
});

test.each(["SIGKILL", "SIGTERM"] as const)(
  "a service that is ended by %s goes on where it was",
  { timeout: 120_000 },
  async (signal) => {
    const store = await makeStore();
    const before = await startServiceProcess({ store, processes: 1, threads: 1 });
    const { id } = await send(before);
    const events = await listen(`${before.url}/jobs/${id}/events`, {}, (seen) =>
      seen.some(({ job: { progress } }) => progress?.segments.done === 1),
    );
    expect(events.at(-1)!.event).toBe("progress");
    expect(await before.end(signal)).toBe(signal === "SIGTERM" ? 0 : null);
    expect(await readdir(join(store, id, "result.mp4.tatami"))).toContain("00000.part");
    const after = await startServiceProcess({ store, processes: 1, threads: 1 });
    const rest = await listen(`${after.url}/jobs/${id}/events`, {
      headers: { "last-event-id": events.at(-1)!.id },
    });
    const first = rest.find(({ event }) => event === "progress")!;
    expect(first.job.progress!.segments.done).toBeGreaterThanOrEqual(1);
    expect(rest.at(-1)).toMatchObject({ event: "end", job: { state: "done" } });
    expect(await framesOf(after, id)).toEqual(await framesMd5(join(root, "same.mp4")));
  },
);

test("a fleet does the same; a job is found again by a service that is started anew", async () => {
  const server = await startRedis("s3cret");
  onTestFinished(() => server[Symbol.asyncDispose]());
  const store = await makeStore();
  const fleet = { redis: server.url, root };
  const before = await startServiceProcess({ store, fleet });
  const [kept, gone] = [await send(before), await send(before)];
  await vi.waitFor(() => expect(before.events.filter(({ kind }) => kind === "begun")).toHaveLength(2), soon);
  expect((await fetch(`${before.url}/jobs/${gone.id}`, { method: "DELETE" })).status).toBe(204);
  expect(await before.end("SIGTERM")).toBe(0);
  const after = await startServiceProcess({ store, fleet }, true);
  const events = await listen(`${after.url}/jobs/${kept.id}/events`);
  expect(events.at(-1)).toMatchObject({ event: "end", job: { state: "done", result: { frames: 750 } } });
  expect(await framesOf(after, kept.id)).toEqual(await framesMd5(join(root, "same.mp4")));
  expect((await readdir(store)).sort()).toEqual([kept.id, "service.lock"]);
  expect(JSON.stringify(after.events)).not.toContain("s3cret");
  expect(await readFile(join(store, kept.id, "job.json"), "utf8")).not.toContain("s3cret");
  const where = { store: await makeStore(), fleet: { redis: "redis://:s3cret@127.0.0.1:1" } };
  await expect(startServiceProcess(where)).rejects.toThrow(/connection-lost/);
});
