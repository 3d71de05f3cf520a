/** The engine in use: the first backend that proves itself, and the next one when it fails. */

import type { Rejection } from "@tatami/core";
import { invalidOption, TatamiError } from "@tatami/core";
import type { Backend, BackendName, BatchShape, Executable, Model } from "@tatami/graph";
import type { ReuseOptions } from "@tatami/patches";
import type { OrtOptions } from "./onnx/ort-options.ts";
import { selfTest } from "./self-test.ts";
import type { FrameBackend } from "./webgpu/backend.ts";
import type { FrameProcessor, FrameProcessorOptions } from "./webgpu/frame/frame-processor.ts";

/** Makes a backend, or says why not. */
export type BackendFactory = () => Promise<Backend>;

/** How an engine is made. */
export interface EngineOptions {
  readonly model: Model;
  /** Tried in order. */
  readonly backends: readonly BackendName[];
  readonly ort: OrtOptions;
  /** Whether the engine `webgpu` may take 8-bit integers: see `WebGpuOptions`. @defaultValue false */
  readonly integers?: boolean | undefined;
  /** How frames are treated that stay on a device. */
  readonly frames?:
    | Pick<FrameProcessorOptions, "debugView" | "patchSize" | "larger" | "factors" | keyof ReuseOptions>
    | undefined;
  /** How each backend is made; for tests and for backends of one's own. */
  readonly factories?: Readonly<Partial<Record<BackendName, BackendFactory>>> | undefined;
}

/** A model on the best backend there is. Dispose of it. */
export interface Engine extends AsyncDisposable {
  readonly backend: Backend;
  readonly rejected: readonly Rejection<BackendName>[];
  /**
   * Prepared, self-tested and kept; shared by callers, disposed of with the engine.
   *
   * @throws TatamiError `invalid-option` for sides that are no multiples of the model's alignment; else as
   * {@link createEngine}.
   */
  executable(shape: BatchShape): Promise<Executable>;
  /** Enlarges frames without their leaving the device, where the backend can; shared, disposed of with the engine. */
  frames(): Promise<FrameProcessor | undefined>;
  /**
   * Sets `failed` aside because of `error` and goes to the next backend; does nothing when it was set
   * aside already, so that several frames may report the same loss. The first time a GPU's device is lost, its
   * backend is opened anew.
   *
   * @throws TatamiError when there is no backend left.
   */
  fallBack(failed: Backend, error: TatamiError): Promise<void>;
}

/** Backends that open a device of their own, which may be had anew once it was lost. */
const reopened: ReadonlySet<BackendName> = new Set(["webgpu"]);

/**
 * Shapes kept ready: whole grids with and without reuse, three windows of routed cells, and one more, so that a stream that
 * changes its size back and forth does not prepare anew each time.
 */
const preparedShapes = 6;

/**
 * Opens the first backend that can run the model at `shape` and answers rightly.
 *
 * @throws TatamiError of the last backend when none works; its message names them all. `invalid-option` for a shape
 * whose sides are no multiples of the model's alignment.
 */
export async function createEngine(options: EngineOptions, shape: BatchShape): Promise<Engine> {
  const { model } = options;
  checkAligned(model, shape);
  const factories = { ...ownFactories(options), ...options.factories };
  const waiting = [...options.backends];
  const rejected: Rejection<BackendName>[] = [];
  const lostBefore = new Set<BackendName>();
  let opened: OpenBackend | undefined;

  // What is set aside is out of reach at once, so that two reports of one loss are one.
  const release = async (): Promise<void> => {
    const failed = opened;
    opened = undefined;
    await failed?.[Symbol.asyncDispose]();
  };
  const openNext = async (wanted: BatchShape): Promise<void> => {
    for (;;) {
      const name = waiting.shift();
      if (name === undefined) throw nothingWorks(model, rejected);
      try {
        opened = keepOpen(await factories[name](), options);
        await opened.executable(wanted);
        return;
      } catch (cause) {
        await release();
        rejected.push({ candidate: name, error: asError(cause, name) });
      }
    }
  };
  let lastShape = shape;
  let moving: Promise<void> = openNext(shape);
  await moving;
  const current = (): OpenBackend => {
    if (opened) return opened;
    throw nothingWorks(model, rejected);
  };
  const fallBack = async (failed: Backend, error: TatamiError): Promise<void> => {
    if (opened?.backend === failed) {
      if (error.code === "device-lost" && reopened.has(failed.name) && !lostBefore.has(failed.name))
        waiting.unshift(failed.name);
      else
        rejected.push({ candidate: failed.name, error: lostBefore.has(failed.name) ? again(error) : error });
      if (error.code === "device-lost") lostBefore.add(failed.name);
      moving = release().then(() => openNext(lastShape));
    }
    await moving;
  };
  /** What the first backend gives that does not fail at it. */
  const ask = async <T>(wanted: (on: OpenBackend) => Promise<T>): Promise<T> => {
    for (;;) {
      await moving;
      const on = current();
      try {
        return await wanted(on);
      } catch (cause) {
        await fallBack(on.backend, asError(cause, on.backend.name));
      }
    }
  };
  return {
    get backend() {
      return current().backend;
    },
    rejected,
    async executable(wanted) {
      checkAligned(model, wanted);
      lastShape = wanted;
      return ask((on) => on.executable(wanted));
    },
    frames: () => ask((on) => on.frames()),
    fallBack,
    [Symbol.asyncDispose]: release,
  };
}

/** A backend, and what it keeps prepared of a model. Dispose of it. */
interface OpenBackend extends AsyncDisposable {
  readonly backend: Backend;
  /** Prepared, self-tested and kept while it is among the last shapes. */
  executable(shape: BatchShape): Promise<Executable>;
  /** None where the backend cannot. */
  frames(): Promise<FrameProcessor | undefined>;
}

/** @param backend is disposed of with it */
function keepOpen(backend: Backend, { model, frames }: EngineOptions): OpenBackend {
  const prepared = new Map<string, Promise<Executable>>();
  let processor: Promise<FrameProcessor> | undefined;
  return {
    backend,
    async executable(shape) {
      const key = `${shape.batch}×${shape.width}×${shape.height}`;
      const known = prepared.get(key);
      if (known) return known;
      const made = prepare(backend, model, shape);
      prepared.set(key, made);
      made.catch(() => prepared.delete(key));
      const [oldest, ...others] = prepared.keys();
      if (oldest !== undefined && others.length >= preparedShapes) {
        const dropped = prepared.get(oldest)!;
        prepared.delete(oldest);
        await (await dropped)[Symbol.asyncDispose]();
      }
      return made;
    },
    async frames() {
      const models = [model, ...(frames?.larger ?? [])];
      if (!keepsFrames(backend) || !backend.takesFrames(models)) return undefined;
      return (processor ??= backend.openFrames({ model, ...frames }));
    },
    async [Symbol.asyncDispose]() {
      const disposables = [...prepared.values(), ...(processor ? [processor] : [])];
      await Promise.allSettled(disposables.map(async (each) => (await each)[Symbol.asyncDispose]()));
      await backend[Symbol.asyncDispose]();
    },
  };
}

/** Prepares and self-tests. @throws TatamiError `wrong-answer`, and whatever the backend does. */
async function prepare(backend: Backend, model: Model, shape: BatchShape): Promise<Executable> {
  const executable = await backend.prepare(model, shape);
  try {
    await selfTest(model, executable, backend.name);
    return executable;
  } catch (error) {
    await executable[Symbol.asyncDispose]();
    throw error;
  }
}

/** Each loaded when it is tried: a page that computes by one engine fetches the code of no other. */
function ownFactories({ ort, integers }: EngineOptions): Record<BackendName, BackendFactory> {
  const onnx = async (provider: "webgpu" | "wasm"): Promise<Backend> => {
    const { createOnnxBackend } = await import("./onnx/backend.ts");
    return createOnnxBackend(provider, ort);
  };
  return {
    async webgpu() {
      const { createWebGpuBackend } = await import("./webgpu/backend.ts");
      return createWebGpuBackend({ acceptSoftwareAdapter: ort.acceptSoftwareAdapter, integers });
    },
    async wasm() {
      const { createWasmBackend } = await import("./wasm/backend.ts");
      return createWasmBackend({ threads: ort.threads });
    },
    "onnx-webgpu": () => onnx("webgpu"),
    "onnx-wasm": () => onnx("wasm"),
    async cpu() {
      const { createCpuBackend } = await import("./cpu/backend.ts");
      return createCpuBackend();
    },
  };
}

function keepsFrames(backend: Backend): backend is FrameBackend {
  return "openFrames" in backend;
}

// such a shape would have every engine set aside, one after another
function checkAligned({ alignment = 1 }: Model, { width, height }: BatchShape): void {
  if (width % alignment === 0 && height % alignment === 0) return;
  throw invalidOption("shape", `of multiples of the model's alignment, ${alignment}`, `${width}×${height}`);
}

function again(error: TatamiError): TatamiError {
  const { code, fix, detail } = error;
  const message = `${error.message} Its device had been lost before, and was opened anew.`;
  return new TatamiError({ code, message, fix, detail, cause: error });
}

function asError(cause: unknown, name: BackendName): TatamiError {
  if (TatamiError.is(cause)) return cause;
  return new TatamiError({
    code: "internal",
    message: `Engine ${name} failed: ${String(cause)}`,
    fix: "Nothing needs doing, the next engine is used; please report this.",
    cause,
  });
}

function nothingWorks(model: Model, rejected: readonly Rejection<BackendName>[]): TatamiError {
  const reasons = rejected.map(({ candidate, error }) => `${candidate}: ${error.message}`).join(" ");
  return new TatamiError({
    code: "unsupported-environment",
    message: `No engine can run model "${model.name}". ${reasons}`,
    fix: rejected.some(({ candidate }) => candidate === "cpu")
      ? "Use another model; if this one came with Tatami, report it."
      : "Add wasm and cpu to options.backends: they need no GPU, and cpu runs everywhere.",
    cause: rejected.at(-1)?.error,
  });
}
