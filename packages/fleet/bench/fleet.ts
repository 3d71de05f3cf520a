/**
 * What a fleet costs: segments a second through the queue with nothing to compute, Redis' memory and commands, and with
 * `pixels` two workers on two cores against one process with two threads.
 *
 *     npm run bench:fleet [-- pixels]
 */

import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeDriver } from "@tatami/codecs/node";
import { makeMuxedClip } from "@tatami/codecs/testing";
import { upscale } from "@tatami/upscale";
import { loadModel } from "@tatami/zoo";
import { Redis } from "ioredis";
import { connectFleet } from "../src/fleet.ts";
import type { Fleet } from "../src/fleet.ts";
import { createFakeEngine } from "../src/testing/fake-engine.ts";
import type { FakeEngineInit } from "../src/testing/fake-engine.ts";
import { startRedis } from "../src/testing/redis-server.ts";
import { startWorkerProcess } from "../src/testing/worker-process.ts";
import { startWorker } from "../src/worker/work.ts";

const segments = 10_000;
const root = await mkdtemp(join(tmpdir(), "tatami-bench-"));
try {
  await benchQueue();
  if (process.argv.includes("pixels")) await benchPixels();
} finally {
  await rm(root, { recursive: true });
}

/** One file of many segments: added, kept waiting, then done as fast as the queue goes. */
async function benchQueue(): Promise<void> {
  await using server = await startRedis();
  const redis = new Redis(server.url);
  await using fleet = await connectFleet({ redis: server.url, root });
  const input = join(root, "long.mp4");
  await writeFile(input, "");
  const empty = await memoryOf(redis);
  await fleet.submit([{ input, output: join(root, "long.2x.mp4") }]);

  const waiting = await withWorker(server.url, 1, waitForEver, async () => {
    const added = await timeUntil(fleet, ({ segments: { waiting: left } }) => left >= segments - 1);
    return { added, bytes: (await memoryOf(redis)) - empty };
  });
  print("segments added", `${Math.round(segments / waiting.added)} a second`);
  print("memory of a segment that waits", `${Math.round(waiting.bytes / segments)} B`);
  print(`memory of ${segments} that wait`, `${(waiting.bytes / 1e6).toFixed(1)} MB`);

  const [before, busy] = [await commandsOf(redis), await processorOf(redis)];
  const seconds = await withWorker(server.url, 32, undefined, () =>
    timeUntil(fleet, ({ counts: { done } }) => done === 1),
  );
  const commands = (await commandsOf(redis)) - before;
  print("empty segments, one worker", `${Math.round(segments / seconds)} a second`);
  const spent = (await processorOf(redis)) - busy;
  print("Redis' time a segment", `${Math.round((1e6 * spent) / segments)} µs`);
  print("Redis' commands a segment", (commands / segments).toFixed(1));
  print("memory when all is done", `${(((await memoryOf(redis)) - empty) / 1e6).toFixed(1)} MB`);
  const rest = await memoryOf(redis);
  const pairs = Array.from({ length: 1000 }, (_, index) => ({ input, output: join(root, `${index}.mp4`) }));
  await fleet.submit(pairs);
  print("memory of a file that waits", `${Math.round(((await memoryOf(redis)) - rest) / pairs.length)} B`);
  redis.disconnect();
}

/**
 * Ten seconds of a moving picture, by one process, by one worker, and by two of half the threads: in turns, and of each the best, since
 * whatever else the machine does takes from all. Time of the processors, which that hardly changes, is told beside it.
 */
async function benchPixels(): Promise<void> {
  const clip = join(root, "clip.mp4");
  const [frames, pieces, width, height, rounds] = [250, 5, 320, 180, 2];
  await makeMuxedClip(clip, {
    format: "mp4",
    video: "libx264",
    frames,
    rate: 25,
    size: [width, height],
    encoder: { "x264-params": "keyint=50:scenecut=0" },
    draw: (planes, strides, index) =>
      planes.forEach((plane, number) =>
        plane.forEach((_, at) => {
          const [x, y] = [at % strides[number]!, Math.floor(at / strides[number]!)];
          plane[at] = 128 + 60 * Math.sin((x + index * 2) / 5) * Math.cos((y + index) / 7);
        }),
      ),
  });
  const model = await loadModel("m5-x2");
  const inOneProcess = async (): Promise<Spent> => {
    const [start, before] = [performance.now(), process.cpuUsage()];
    await upscale(clip, {
      model,
      backends: ["wasm"],
      threads: 2,
      patchSize: 128,
      codecs: [nodeDriver()],
      output: join(root, "whole.mp4"),
    });
    const { user, system } = process.cpuUsage(before);
    return { seconds: (performance.now() - start) / 1000, processor: (user + system) / 1e6 };
  };
  const best: Spent[] = [1, 2, 3].map(() => ({ seconds: Infinity, processor: Infinity }));
  for (let round = 0; round < rounds; round++)
    for (const [way, run] of [inOneProcess, () => runFleet(clip, 1, 2), () => runFleet(clip, 2, 1)].entries())
      best[way] = least(best[way]!, await run());
  const [whole, one, two] = best as [Spent, Spent, Spent];
  const rate = ({ seconds, processor }: Spent): string =>
    `${((frames * width * height) / seconds / 1e6).toFixed(2)} megapixels/s of the source, ${processor.toFixed(1)} s of processors`;
  print("one process, two threads", rate(whole));
  print("one worker, two threads", rate(one));
  print("two workers, a thread each", rate(two));
  print("two workers against one process", `${(whole.seconds / two.seconds).toFixed(2)} times as quick`);
  const more = (1000 * (one.processor - whole.processor)) / pieces;
  print("a segment costs", `${more.toFixed(0)} ms of a processor more, the start of its engine shared out`);
}

/** What a run took: seconds that went by, and those of all processors together. */
interface Spent {
  readonly seconds: number;
  readonly processor: number;
}

function least(a: Spent, b: Spent): Spent {
  return { seconds: Math.min(a.seconds, b.seconds), processor: Math.min(a.processor, b.processor) };
}

/** Seconds that processes and those they started have had of processors (Linux): proc(5), fields 14 to 17 of stat, in hundredths. */
function processorSeconds(pids: readonly number[]): number {
  let ticks = 0;
  for (const pid of pids) {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    ticks += fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    if (children !== "") ticks += 100 * processorSeconds(children.split(" ").map(Number));
  }
  return ticks / 100;
}

/** What a fleet takes over a clip, without the start of its workers. */
async function runFleet(input: string, workers: number, threads: number): Promise<Spent> {
  await using server = await startRedis();
  const where = { redis: server.url, root };
  await using fleet = await connectFleet(where);
  const all = await Promise.all(
    Array.from({ length: workers }, () => startWorkerProcess({ ...where, threads })),
  );
  const pids = all.map(({ child }) => child.pid!);
  const before = processorSeconds(pids);
  const output = join(root, `by-${workers}.mp4`);
  await fleet.submit([{ input, output }], {
    model: "m5-x2",
    backends: ["wasm"],
    patchSize: 128,
    segmentSeconds: 2,
  });
  const seconds = await timeUntil(fleet, ({ counts: { done } }) => done === 1);
  const processor = processorSeconds(pids) - before;
  for (const worker of all) await worker.kill();
  await rm(output);
  return { seconds, processor };
}

async function waitForEver(_: unknown, __: number, { signal }: { signal: AbortSignal }): Promise<void> {
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
  signal.throwIfAborted();
}

async function withWorker<T>(
  redis: string,
  concurrency: number,
  segment: FakeEngineInit["segment"],
  use: () => Promise<T>,
): Promise<T> {
  const engine = createFakeEngine({ segments, ...(segment && { segment }) });
  await using _ = await startWorker({ redis, root, concurrency }, () => engine);
  return await use();
}

/** Seconds until a fleet is so far. */
async function timeUntil(
  fleet: Fleet,
  isSo: (status: Awaited<ReturnType<Fleet["status"]>>) => boolean,
): Promise<number> {
  const start = performance.now();
  while (!isSo(await fleet.status())) await new Promise((resolve) => setTimeout(resolve, 50));
  return (performance.now() - start) / 1000;
}

async function memoryOf(redis: Redis): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(await redis.info("memory"))![1]);
}

/** Seconds of a processor that Redis has spent. */
async function processorOf(redis: Redis): Promise<number> {
  const spent = (await redis.info("cpu")).matchAll(/^used_cpu_(?:sys|user):([\d.]+)/gm);
  return [...spent].reduce((sum, [, seconds]) => sum + Number(seconds), 0);
}

async function commandsOf(redis: Redis): Promise<number> {
  const calls = (await redis.info("commandstats")).matchAll(/^cmdstat_[^:]+:calls=(\d+)/gm);
  return [...calls].reduce((sum, [, count]) => sum + Number(count), 0);
}

function print(what: string, value: string): void {
  process.stdout.write(`${what.padEnd(36)}${value}\n`);
}
