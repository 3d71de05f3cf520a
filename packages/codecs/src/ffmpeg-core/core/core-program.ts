/**
 * What runs in the worker that holds FFmpeg's core; what runs is the text that a build makes of it.
 *
 * Commands block the worker, so what FFmpeg writes is posted from inside: the core's device files call back while it runs.
 */

import { holdWorkerLock, workersEnded } from "@tatami/core";
import { program as holdProgram } from "../../generated/hold-program.ts";
import type { CoreCommand, CoreMessage, CoreRequest } from "./core-messages.ts";
import { outputPath } from "./core-messages.ts";
import type { CoreOutput } from "./core-output.ts";
import { createCoreOutput } from "./core-output.ts";

/** What is used of FFmpeg's core, as `@ffmpeg/core` makes it. */
interface Core {
  readonly FS: {
    readonly filesystems: { readonly WORKERFS: unknown };
    readonly ErrnoError: new (code: number) => Error;
    mkdir(path: string): void;
    mount(filesystem: unknown, files: unknown, path: string): void;
    makedev(major: number, minor: number): number;
    registerDevice(device: number, calls: unknown): void;
    mkdev(path: string, device: number): void;
    writeFile(path: string, data: Uint8Array): void;
    unlink(path: string): void;
  };
  /** Only a core with threads has it. */
  readonly PThread?: { terminateAllThreads(): void };
  setLogger(log: (line: { readonly message: string; readonly type: string }) => void): void;
  exec(...args: readonly string[]): number;
  ffprobe(...args: readonly string[]): number;
  reset(): void;
}

type Start = Extract<CoreRequest, { readonly kind: "start" }>;

/** An error of input or output. */
const eio = 29;

/** What the core's own threads hold. */
const threadLock = `${self.name} threads`;
const ready = holdWorkerLock();
let core: Core | undefined;
let output: CoreOutput | undefined;

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
const send = (message: CoreMessage): void => postMessage(message);

addEventListener("message", ({ data }: MessageEvent<CoreRequest>) => void answer(data));

async function answer(request: CoreRequest): Promise<void> {
  try {
    if (request.kind === "end") return await end();
    if (request.kind === "run") return run(core!, output!, request);
    await ready;
    await start(request);
    send({ kind: "started" });
  } catch (error) {
    output?.flushLines();
    const { message } = (error ?? {}) as { readonly message?: string };
    send({ kind: "failed", message: String(message ?? error) });
  }
}

async function start({ coreURL, workerURL: threadURL, wasmModule, file, shared }: Start): Promise<void> {
  const { default: createCore } = (await import(/* @vite-ignore */ coreURL)) as {
    readonly default: (options: unknown) => Promise<Core>;
  };
  const workerURL = threadURL && (await copyOf(threadURL));
  let fail: (cause: unknown) => void = () => {};
  const failed = new Promise<never>((_, reject) => (fail = reject));
  const created = createCore({
    // both are what the core's own loader reads its files' addresses from
    mainScriptUrlOrBlob: `${coreURL}#${btoa(JSON.stringify({ wasmURL: "", workerURL }))}`,
    instantiateWasm: (
      imports: WebAssembly.Imports,
      receive: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
    ) => {
      WebAssembly.instantiate(wasmModule, imports).then((instance) => receive(instance, wasmModule), fail);
      return {};
    },
  });
  const started = (core = await Promise.race([created, failed]));
  const { FS } = started;
  const own = (output = createCoreOutput(shared && new Int32Array(shared), () => {
    throw new FS.ErrnoError(eio);
  }));
  started.setLogger(({ message, type }) => own.line(message, type === "stderr"));
  FS.mkdir("/input");
  if (file) FS.mount(FS.filesystems.WORKERFS, { blobs: [{ name: "file", data: file }] }, "/input");
  const device = FS.makedev(64, 64);
  FS.registerDevice(device, {
    open: (stream: { seekable: boolean }) => void (stream.seekable = false),
    write: (_: unknown, heap: Int8Array, offset: number, length: number) =>
      own.write(new Uint8Array(heap.buffer, heap.byteOffset + offset, length)),
  });
  FS.mkdev(outputPath, device);
}

/** The core's own threads start from a copy of their file, which may then come from another origin, and hold a lock. */
async function copyOf(url: string): Promise<string> {
  const text = await (await fetch(url)).text();
  const copy = URL.createObjectURL(new Blob([holdProgram, "\n", text], { type: "text/javascript" }));
  return `${copy}#${encodeURIComponent(threadLock)}`;
}

function run(opened: Core, own: CoreOutput, command: CoreCommand): void {
  const { program, args, pieceBytes = 0, before, files = [] } = command;
  for (const { name, data } of files) opened.FS.writeFile(name, data);
  if (before) opened.exec(...before);
  own.begin(pieceBytes);
  opened.reset();
  const status = program === "ffprobe" ? opened.ffprobe(...args) : opened.exec(...args);
  own.end();
  for (const { name } of files) opened.FS.unlink(name);
  send({ kind: "ended", status });
}

/** A worker must not go before its own have gone, who share one lock: there are up to 32 of them. */
async function end(): Promise<void> {
  core?.PThread?.terminateAllThreads();
  await workersEnded(threadLock);
  close();
}
