import { readdir, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, join } from "node:path";
import { MessageChannel } from "node:worker_threads";
import { TatamiError } from "@tatami/core";
import type { Model } from "@tatami/graph";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Comparison } from "../compare/options.ts";
import type { LocalLibrary } from "../local-library.ts";
import type { Engine } from "../shell.ts";
import { fakeMedia, fakePlan, fakeProgress, fakeReport } from "../testing/fake-shell.ts";
import { createTemporaryFolder } from "../testing/temporary-folder.ts";
import type { EngineProcess } from "./connect.ts";
import { connectLibrary } from "./connect.ts";
import type { Line, Reply, Request } from "./protocol.ts";
import { serveLibrary } from "./serve.ts";

const model = { name: "m5-x2", scale: 2, halo: 6 } as unknown as Model;
const job = { output: "/nowhere/b.mp4" };
const enginePid = 4_000_000;
const noGpu = new TatamiError({
  code: "unsupported-environment",
  message: "No GPU.",
  fix: "Buy one.",
  detail: { a: 1 },
});

describe("connectLibrary", () => {
  it("does the work at the other end, and reports progress", async () => {
    const { library, log } = connect({});
    expect(await library.inspect("a.mp4")).toEqual(fakeMedia);
    const engine = await library.createEngine(model, { threads: 2 });
    expect(await engine.plan("a.mp4", job)).toEqual(fakePlan);
    const seen: unknown[] = [];
    const report = await engine.upscale("a.mp4", {
      ...job,
      quality: 80,
      onProgress: (progress) => seen.push(progress),
    });
    expect(report).toEqual(fakeReport);
    expect(seen).toEqual([fakeProgress]);
    await engine[Symbol.asyncDispose]();
    expect(log).toEqual([
      ["inspect", "a.mp4"],
      ["createEngine", "m5-x2", { threads: 2 }],
      ["plan", "a.mp4", job],
      ["upscale", "a.mp4", { ...job, quality: 80, onProgress: expect.any(Function) }],
      ["dispose"],
    ]);
  });

  it("compares at the other end: infinities and what is no number arrive as they are", async () => {
    const { library, log } = connect({});
    const options = { a: "a.mp4", b: "b.mp4", every: 1, toSdr: false };
    const seen: unknown[] = [];
    expect(await library.compare(options, (progress) => seen.push(progress))).toEqual(fakeComparison);
    expect(seen).toEqual([{ done: 1, line: "1 frame" }]);
    expect(log).toEqual([["compare", options]]);
  });

  it("carries errors whole, thrown and reported", async () => {
    const { library } = connect({
      inspect: () => Promise.reject(noGpu),
      upscale: async () => ({ ...fakeReport, rejected: [{ candidate: "onnx-webgpu", error: noGpu }] }),
      plan: () => Promise.reject(new RangeError("boom")),
    });
    const error: unknown = await library.inspect("a.mp4").catch((thrown: unknown) => thrown);
    expect(TatamiError.is(error)).toBe(true);
    expect(error).toMatchObject({
      code: "unsupported-environment",
      message: "No GPU.",
      fix: "Buy one.",
      detail: { a: 1 },
    });
    const engine = await library.createEngine(model, {});
    const { rejected } = await engine.upscale("a.mp4", job);
    expect(TatamiError.is(rejected[0]?.error)).toBe(true);
    await expect(engine.plan("a.mp4", job)).rejects.toMatchObject({
      message: "boom",
      stack: expect.stringContaining("connect.test.ts"),
    });
  });

  it("an abort reaches the other end, and comes back as the signal's own reason", async () => {
    const controller = new AbortController();
    const { library } = connect(
      {
        upscale: (_input, _options, signal) =>
          new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error))),
      },
      { signal: controller.signal },
    );
    const engine = await library.createEngine(model, {});
    const running = engine.upscale("a.mp4", job);
    const reason = new Error("stop");
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
    await expect(engine.plan("a.mp4", job)).rejects.toBe(reason);
    await engine[Symbol.asyncDispose]();
  });

  it("an end that does not hear is ended, and its unfinished file removed", async () => {
    const folder = await createTemporaryFolder("a.mp4", "b.mp4");
    const controller = new AbortController();
    const never = new Promise<never>(() => {});
    const { library, log } = connect({ upscale: () => never }, { signal: controller.signal, grace: 1 });
    const engine = await library.createEngine(model, {});
    const running = engine.upscale("a.mp4", { output: join(folder, "b.mp4") });
    await beginAs(enginePid, join(folder, "b.mp4"));
    const reason = new Error("stop");
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
    expect((await readdir(folder)).sort()).toEqual(["a.mp4", "b.mp4"]);
    await engine[Symbol.asyncDispose]();
    expect(log.at(-1)).toEqual(["terminate"]);
  });

  it("a pause goes to the engine that is there, where the system cannot stop its process", async () => {
    const { library, log } = connect({});
    const engine = await library.createEngine(model, {});
    engine.setPaused!(true);
    engine.setPaused!(false);
    await engine.plan("a.mp4", job);
    expect(log.slice(1)).toEqual([
      ["pause", true],
      ["pause", false],
      ["plan", "a.mp4", job],
    ]);
  });

  it("nothing is started for a signal that has aborted", async () => {
    const signal = AbortSignal.abort(new Error("stop"));
    const { library, log } = connect({}, { signal });
    await expect(library.inspect("a.mp4")).rejects.toBe(signal.reason);
    expect(log).toEqual([]);
  });

  it.each([
    ["SIGSEGV", "worker-lost"],
    ["SIGKILL", "out-of-memory"],
  ])("a process that dies of %s is %s, and leaves no unfinished file", async (death, code) => {
    const folder = await createTemporaryFolder();
    await beginAs(enginePid, join(folder, "b.mp4"));
    const answers = [new Promise<never>(() => {}), Promise.resolve(fakeReport)];
    const { library, die, log } = connect({ upscale: () => answers.shift()! });
    const engine = await library.createEngine(model, {});
    let running!: Promise<unknown>;
    await new Promise<unknown>((onProgress) => {
      running = engine.upscale("a.mp4", { output: join(folder, "b.mp4"), onProgress });
    });
    die(death);
    await expect(running).rejects.toMatchObject({ code, detail: { cause: death } });
    expect(await readdir(folder)).toEqual([]);
    // The next job gets a new process and engine.
    log.length = 0;
    expect(await engine.upscale("c.mp4", job)).toEqual(fakeReport);
    expect(log.map(([name]) => name)).toEqual(["createEngine", "upscale"]);
  });

  it("a job without an engine is a fault", async () => {
    const { line } = serve({}, []);
    const reply = new Promise<Reply>((resolve) => line.onMessage(resolve));
    line.send({ kind: "call", id: 7, name: "plan", args: ["a.mp4", job] });
    expect(await reply).toMatchObject({
      kind: "error",
      id: 7,
      error: { message: expect.stringContaining("before its engine") },
    });
  });
});

/** What an engine's process leaves beside its output when it is ended: see `@tatami/codecs/output-lock`. */
async function beginAs(pid: number, output: string): Promise<void> {
  const partial = `${output}.12345678.partial`;
  await writeFile(partial, "half");
  const owner = { pid, host: hostname(), started: null, partial: basename(partial) };
  await writeFile(`${output}.lock`, JSON.stringify(owner));
}

const fakeComparison: Comparison = {
  size: { width: 4, height: 2 },
  videos: [],
  pairs: 1,
  times: [0],
  scored: [{ name: "b", against: "a", scores: { psnr: [Infinity], ssim: [NaN] } }],
  flicker: [],
  worst: [],
};

interface FakeEngine {
  readonly inspect?: LocalLibrary["inspect"];
  readonly compare?: (...args: Parameters<LocalLibrary["compare"]>) => Promise<Comparison>;
  readonly plan?: Engine["plan"];
  readonly upscale?: (
    ...args: [...Parameters<Engine["upscale"]>, AbortSignal]
  ) => ReturnType<Engine["upscale"]>;
}

function connect(fake: FakeEngine, options: { signal?: AbortSignal; grace?: number } = {}) {
  const log: unknown[][] = [];
  const deaths: ((cause: string) => void)[] = [];
  const start = (): EngineProcess => {
    const { line, close } = serve(fake, log);
    return {
      ...line,
      pid: enginePid,
      onDeath: (listener) => void deaths.push(listener),
      setPaused: (isPaused) => line.send({ kind: "pause", isPaused }),
      async terminate() {
        close();
        log.push(["terminate"]);
      },
    };
  };
  const library = connectLibrary({ start, signal: new AbortController().signal, ...options });
  return { library, log, die: (cause: string) => deaths.forEach((listener) => listener(cause)) };
}

/** Serves a fake library over a real channel, so that only what can be cloned arrives. */
function serve(fake: FakeEngine, log: unknown[][]): { line: Line<Request, Reply>; close(): void } {
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => port1.close());
  const line = <Out, In>(port: typeof port1): Line<Out, In> => ({
    send: (message) => port.postMessage(message),
    onMessage: (listener) => void port.on("message", listener),
  });
  serveLibrary(line<Reply, Request>(port2), (signal) => ({
    async inspect(input) {
      log.push(["inspect", input]);
      return fake.inspect ? fake.inspect(input) : fakeMedia;
    },
    async tryFile() {
      throw new Error("Nothing is tried here.");
    },
    async compare(options, onProgress) {
      log.push(["compare", options]);
      onProgress({ done: 1, line: "1 frame" });
      return fake.compare ? fake.compare(options, onProgress) : fakeComparison;
    },
    async createEngine(given, engineOptions) {
      log.push(["createEngine", "name" in given ? given.name : given, engineOptions]);
      return {
        async plan(input, jobOptions) {
          log.push(["plan", input, jobOptions]);
          return fake.plan ? fake.plan(input, jobOptions) : fakePlan;
        },
        async upscale(input, jobOptions) {
          log.push(["upscale", input, jobOptions]);
          jobOptions.onProgress?.(fakeProgress);
          return fake.upscale ? fake.upscale(input, jobOptions, signal) : fakeReport;
        },
        setPaused: (isPaused) => void log.push(["pause", isPaused]),
        [Symbol.asyncDispose]: async () => void log.push(["dispose"]),
      };
    },
  }));
  return { line: line<Request, Reply>(port1), close: () => port1.close() };
}
