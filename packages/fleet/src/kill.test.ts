/** Workers in processes of their own, which are ended by the system, as is Redis. */

import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { nodeDriver } from "@tatami/codecs/node";
import { createRandom } from "@tatami/core";
import { readOnnx, upscale } from "@tatami/upscale";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { connectFleet } from "./fleet.ts";
import type { SubmitOptions } from "./options.ts";
import { framesMd5, makeClip, poison, readMedia, writeNearest } from "./testing/clips.ts";
import { startRedis } from "./testing/redis-server.ts";
import { startWorkerProcess } from "./testing/worker-process.ts";
import type { WorkerProcess } from "./testing/worker-process.ts";
import type { WorkEvent } from "./worker/world.ts";

const jobs = Number(process.env["TATAMI_FLEET_JOBS"] ?? 12);
/** Workers that are killed. */
const kills = Math.max(3, Math.round(jobs / 4));
/** Of the moments of the kills; `TATAMI_SEED` gives those of a run that failed. */
const seed = Number(process.env["TATAMI_SEED"] ?? Date.now() % 1e6);
const secret = "k1ll-me-not";
const root = await mkdtemp(join(tmpdir(), "tatami-kill-"));
const [sources, results] = [join(root, "sources"), join(root, "results")];
/** Different clips; files beyond are the same again. */
const kinds = 3;
const options: SubmitOptions = {
  model: join(root, "nearest.onnx"),
  backends: ["cpu"],
  segmentSeconds: 0.3,
  backOff: 0.2,
};

beforeAll(async () => {
  await mkdir(sources);
  await mkdir(results);
  await writeNearest(join(root, "nearest.onnx"));
  for (let index = 0; index < jobs; index++) await makeClip(join(sources, `${index}.mp4`), 40, index % kinds);
  await makeClip(join(sources, "torn.mp4"), 40, kinds);
  await poison(join(sources, "torn.mp4"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** What one process makes of a clip, segment by segment as the fleet does. */
async function straight(kind: number): Promise<string> {
  const output = join(root, `straight${kind}.mp4`);
  const { model } = readOnnx(await readFile(join(root, "nearest.onnx")));
  const asked = {
    model,
    backends: ["cpu"],
    codecs: [nodeDriver()],
    resume: { segmentSeconds: 0.3 },
  } as const;
  await upscale(join(sources, `${kind}.mp4`), { ...asked, output });
  return output;
}

test(
  `nothing is lost and nothing doubled when workers are killed and Redis is restarted (seed ${seed})`,
  { timeout: 60_000 + 5000 * jobs },
  async () => {
    await using server = await startRedis(secret);
    const { url: redis } = server;
    await using fleet = await connectFleet({ redis, root });
    const pairOf = (name: string) => ({
      input: join(sources, `${name}.mp4`),
      output: join(results, `${name}.mp4`),
    });
    const names = Array.from({ length: jobs }, (_, index) => String(index));
    await fleet.submit([pairOf("torn")], { ...options, strict: true, priority: 1, attempts: 5 });
    await fleet.submit(names.map(pairOf), { ...options, attempts: 5 });

    const lives: WorkerProcess[] = [];
    onTestFinished(() => Promise.all(lives.map((life) => life.kill())).then(() => undefined));
    const start = async (): Promise<WorkerProcess> => {
      const life = await startWorkerProcess({ redis, root, concurrency: 1, threads: 1, lockSeconds: 2 });
      lives.push(life);
      return life;
    };
    const workers = [start(), start(), start()];
    const random = createRandom(seed);
    const made = (): number => segmentsOf(lives.flatMap((life) => life.events)).length;
    for (let kill = 0; kill < kills; kill++) {
      // spread over the work, at any moment of a segment
      const share = ((kill + 0.5) / (kills + 0.5)) * jobs * 4;
      await vi.waitFor(() => expect(made()).toBeGreaterThanOrEqual(share), { timeout: 60_000, interval: 20 });
      await wait(300 * random.uniform());
      const victim = random.integer(workers.length);
      await (await workers[victim]!).kill();
      if (kill === 1) {
        // one that starts while there is no Redis says so and ends, as it should
        await Promise.all(workers);
        await server.restart();
      }
      workers[victim] = start();
    }
    const done = async (): Promise<number> => (await fleet.status()).counts.done;
    await vi.waitFor(async () => expect(await done()).toBe(jobs), { timeout: 60_000, interval: 200 });
    await vi.waitFor(async () => expect((await fleet.status()).counts.working).toBe(0), { timeout: 20_000 });

    // nothing is lost
    const { counts, segments } = await fleet.status();
    expect(counts).toEqual({ waiting: 0, working: 0, done: jobs, failed: 1 });
    expect(segments).toEqual({ waiting: 0, active: 0, delayed: 0 });
    await expectResults(names.map((name) => pairOf(name).output));
    // nothing is doubled: what was made twice had been finished by a worker that could not say so any more: the one that
    // was killed at each kill, and all three when Redis was
    const events = lives.flatMap((each) => each.events);
    const all = segmentsOf(events);
    expect(all.length - new Set(all).size).toBeLessThanOrEqual(kills + 3);
    // the torn file stopped nothing, and stands in the list
    expect(await fleet.dead()).toMatchObject([
      { input: "sources/torn.mp4", code: "damaged-input", fix: expect.stringMatching(/\w/) },
    ]);
    const torn = events.filter((event) => event.kind === "failed" && event.failure.segment !== undefined);
    expect(torn.length).toBeGreaterThan(0);
    expect(torn).toEqual(torn.map((event) => ({ ...event, isLast: true })));
    await Promise.all(lives.map((life) => life[Symbol.asyncDispose]()));
    // but for the parts of the torn file nothing lies about
    const left = (await readdir(results)).filter((name) => !/^torn\.mp4\.tatami$/.test(name));
    expect(left.sort()).toEqual(names.map((name) => `${name}.mp4`).sort());
    for (const life of lives) expect(life.printed()).not.toContain(secret);
  },
);

/** Each is what one process makes of its clip: pictures, sound packet for packet, tags. */
async function expectResults(outputs: readonly string[]): Promise<void> {
  const wanted = await Promise.all(
    Array.from({ length: Math.min(kinds, jobs) }, async (_, kind) => {
      const path = await straight(kind);
      return { frames: await framesMd5(path), sound: (await readMedia(path)).sound, title: `Clip ${kind}` };
    }),
  );
  for (const [index, path] of outputs.entries()) {
    const { title, sound } = await readMedia(path);
    expect({ frames: await framesMd5(path), sound, title }).toEqual(wanted[index % kinds]);
  }
}

/** The segments that were finished, as often as they were. */
function segmentsOf(events: readonly WorkEvent[]): readonly string[] {
  return events.flatMap((event) => (event.kind === "segment" ? [`${event.file} ${event.index}`] : []));
}

test(
  "a file that is cancelled is left by a worker that is at it, without a trace",
  { timeout: 30_000 },
  async () => {
    await using server = await startRedis();
    const { url: redis } = server;
    await using fleet = await connectFleet({ redis, root });
    const long = join(sources, "long.mp4");
    await makeClip(long, 1500);
    const pair = { input: long, output: join(results, "long.mp4") };
    const [taken] = await fleet.submit([pair], { ...options, segmentSeconds: 60 });
    const worker = await startWorkerProcess({ redis, root });
    onTestFinished(() => worker.kill());
    const active = async (): Promise<number> => (await fleet.status()).segments.active;
    await vi.waitFor(async () => expect(await active()).toBe(1), { timeout: 15_000, interval: 20 });
    expect(await fleet.cancel(taken!.id)).toBe(true);
    await vi.waitFor(async () => expect((await fleet.status()).files[0]!.state).toBe("cancelled"), {
      timeout: 15_000,
      interval: 50,
    });
    expect(worker.events).toMatchObject([{ kind: "cut" }, { kind: "cancelled" }]);
    expect((await readdir(results)).filter((name) => name.startsWith("long"))).toEqual([]);
  },
);
