/** A service on a free port, whose jobs compute nothing, and what tests ask of it. */

import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, vi } from "vitest";
import type { JobView } from "../jobs/job.ts";
import type { Runner, RunTask } from "../jobs/runner.ts";
import type { ServeEvent, ServeOptions } from "../options.ts";
import { startServiceIn } from "../service.ts";
import type { Service, ServiceWorld } from "../service.ts";

/** The first bytes of an MP4, and some more. */
export const video: Buffer<ArrayBuffer> = Buffer.concat([
  Buffer.from("\0\0\0\x18ftypisom\0\0\0\0isommp42", "latin1"),
  Buffer.alloc(3000, 7),
]);

/** A job that a test lets go on. */
export interface HeldJob {
  readonly task: RunTask;
  readonly signal: AbortSignal;
  /** Tells how far it is. */
  tell(done: number): void;
  /** Writes the result. */
  finish(result?: string): Promise<void>;
  fail(error: unknown): void;
}

/** A service of a test. */
export interface TestService extends Service {
  readonly store: string;
  readonly events: ServeEvent[];
  /** Jobs that were begun, in their order. */
  readonly held: HeldJob[];
  /** Asks, with the body read as JSON. */
  ask(path: string, init?: RequestInit): Promise<{ status: number; headers: Headers; body: unknown }>;
  /** Sends a file as the body. */
  send(query?: string, body?: BodyInit): Promise<JobView>;
  /** Waits until a job's state is this. */
  reach(id: string, state: JobView["state"]): Promise<JobView>;
  /** Names of what lies in the store, but the lock. */
  files(): Promise<readonly string[]>;
}

/** Starts a service; it ends with the test. */
export async function startTestService(
  options: ServeOptions = {},
  world: ServiceWorld = {},
): Promise<TestService> {
  const store = options.store ?? (await mkdtemp(join(tmpdir(), "tatami-serve-")));
  if (options.store === undefined) onTestFinished(() => rm(store, { recursive: true, force: true }));
  const [events, held]: [ServeEvent[], HeldJob[]] = [[], []];
  const runner = createHeldRunner(held);
  const onEvent = (event: ServeEvent): void => void events.push(event);
  const service = await startServiceIn({ runner, ...world }, { port: 0, store, onEvent, ...options });
  onTestFinished(() => service[Symbol.asyncDispose]());
  const ask: TestService["ask"] = async (path, init) => {
    const response = await fetch(`${service.url}${path}`, init);
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.startsWith("application/json");
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };
  return {
    ...service,
    store,
    events,
    held,
    ask,
    async send(query = "?name=clip.mp4", body = video) {
      const headers = { "content-type": "video/mp4" };
      const answer = await ask(`/jobs${query}`, { method: "POST", body, headers });
      if (answer.status !== 202) throw new Error(JSON.stringify(answer.body));
      return answer.body as JobView;
    },
    reach: (id, state) =>
      vi.waitFor(
        async () => {
          const { body } = await ask(`/jobs/${id}`);
          const job = body as JobView;
          if (job.state !== state) throw new Error(`It is ${job.state}: ${JSON.stringify(job.error)}`);
          return job;
        },
        { timeout: 20_000, interval: 20 },
      ),
    files: async () => (await readdir(store, { recursive: true })).filter((name) => name !== "service.lock"),
  };
}

/** How long tests wait for what happens soon. */
export const soon: { readonly timeout: number; readonly interval: number } = {
  timeout: 20_000,
  interval: 20,
};

/** Sends a file, and waits until its job is begun. */
export async function begin(service: TestService): Promise<JobView> {
  const job = await service.send();
  await vi.waitFor(() => expect(service.held).toHaveLength(1), soon);
  return job;
}

/** Jobs that go on as a test says; an abort ends them. */
function createHeldRunner(held: HeldJob[]): Runner {
  return {
    slots: 1,
    run: (task, { signal, onProgress }) =>
      new Promise((resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
        held.push({
          task,
          signal,
          tell: (done) =>
            onProgress({
              segments: { total: 4, done },
              framesDone: done * 10,
              framesTotal: 40,
              framesPerSecond: 10,
              secondsLeft: 4 - done,
            }),
          async finish(result = "0123456789") {
            await writeFile(task.output, result);
            resolve({ frames: 40, size: result.length });
          },
          fail: reject,
        });
      }),
    [Symbol.asyncDispose]: async () => {},
  };
}

/** An event as a browser sees it. */
export interface SeenEvent {
  readonly id: string;
  readonly event: string;
  readonly job: JobView;
}

/** Listens to a job until its stream ends, or `enough` says so. */
export async function listen(
  url: string,
  init: RequestInit = {},
  enough: (events: readonly SeenEvent[]) => boolean = () => false,
): Promise<readonly SeenEvent[]> {
  const stop = new AbortController();
  const response = await fetch(url, { ...init, signal: stop.signal });
  const seen: SeenEvent[] = [];
  if (response.status !== 200) return seen;
  let text = "";
  try {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const parts = text.split("\n\n");
      text = parts.pop()!;
      for (const part of parts) {
        const fields = new Map(part.split("\n").map((line) => line.split(/: (.*)/s) as [string, string]));
        if (!fields.has("event")) continue;
        const [id, event, data] = ["id", "event", "data"].map((name) => fields.get(name)!);
        seen.push({ id: id!, event: event!, job: JSON.parse(data!) as JobView });
      }
      if (enough(seen)) break;
    }
  } finally {
    stop.abort();
  }
  return seen;
}
