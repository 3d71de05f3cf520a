/** A fleet whose engines compute nothing, in a Redis of the test file's own. */

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterAll, beforeAll, onTestFinished, vi } from "vitest";
import type { WorkEngine } from "../engine/engine.ts";
import { connectFleet } from "../fleet.ts";
import type { Fleet, FleetOptions } from "../fleet.ts";
import type { SubmitOptions } from "../options.ts";
import { startWorker } from "../worker/work.ts";
import type { FleetWorker } from "../worker/work.ts";
import type { WorkEvent } from "../worker/world.ts";
import { startRedis } from "./redis-server.ts";
import type { RedisServer } from "./redis-server.ts";

let server: RedisServer;
/** Where files `a.mp4` to `f.mp4` lie. */
export const root: string = await mkdtemp(join(tmpdir(), "tatami-fleet-"));

/** Has a Redis and the files while a test file runs: each calls it once, as they may share this module. */
export function startBeforeAll(): void {
  beforeAll(async () => {
    server = await startRedis();
    await mkdir(root, { recursive: true });
    for (const name of "abcdef") await writeFile(join(root, `${name}.mp4`), name);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await rm(root, { recursive: true });
  });
}

let fleets = 0;

/** Segments that may wait before another file is cut. */
export const mostWaiting = 50;

/** A test's fleet; all that it starts ends with the test. */
export interface TestFleet {
  readonly fleet: Fleet;
  /** Hands over files by their letters. @returns ids */
  submit(names: string, options?: SubmitOptions): Promise<readonly string[]>;
  worker(engine: WorkEngine, concurrency?: number): Promise<FleetWorker & { readonly events: WorkEvent[] }>;
  /** Takes all locks away, as when workers did not say in time that they live. */
  loseLocks(): Promise<void>;
}

/** A fleet of its own for a test, in the Redis of its file. */
export async function makeFleet(): Promise<TestFleet> {
  fleets++;
  const options: FleetOptions = { redis: server.url, fleet: `fleet${fleets}`, root };
  const fleet = await connectFleet(options);
  onTestFinished(() => fleet[Symbol.asyncDispose]());
  return {
    fleet,
    async submit(names, more = {}) {
      const pairs = [...names].map((name) => ({
        input: join(root, `${name}.mp4`),
        output: join(root, `${name}.2x.mp4`),
      }));
      const taken = await fleet.submit(pairs, { backOff: 0.01, ...more });
      return taken.map(({ id }) => id);
    },
    async worker(engine, concurrency = 2) {
      const events: WorkEvent[] = [];
      const onEvent = (event: WorkEvent): void => void events.push(event);
      const worker = await startWorker(
        { ...options, concurrency, lockSeconds: 1, onEvent },
        () => engine,
        mostWaiting,
      );
      onTestFinished(() => worker[Symbol.asyncDispose]());
      return { ...worker, events };
    },
    async loseLocks() {
      const redis = new Redis(server.url);
      await redis.del(await redis.keys(`${options.fleet}:*:lock`));
      redis.disconnect();
    },
  };
}

/** Waits until a check passes. */
export function until(check: () => unknown): Promise<unknown> {
  return vi.waitFor(check, { timeout: 15_000, interval: 20 });
}
