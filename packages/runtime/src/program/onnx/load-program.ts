/** A program in a session of onnxruntime-web. */

import { TatamiError } from "@tatami/core";
import type { Program, Tensor } from "@tatami/graph";
import { writeProgramOnnx } from "@tatami/graph";
import type { InferenceSession, Tensor as OrtTensor } from "onnxruntime-web";
import type { OrtModule } from "../../onnx/load-ort.ts";
import type { LoadedProgram } from "../whole-batch.ts";
import type { ProgramDevice } from "./program-device.ts";
import { lostGpu } from "./program-device.ts";
import { refusedOp } from "./refused-op.ts";

/** What sessions are made on. */
export interface SessionHost {
  readonly ort: OrtModule;
  /** Absent on the processor. */
  readonly gpu?: ProgramDevice | undefined;
}

/**
 * Makes a session of a program.
 *
 * @param stay names of outputs that stay on the GPU
 * @throws TatamiError `invalid-model` naming the op that onnxruntime refuses; `device-lost`, `out-of-memory`
 */
export async function loadProgram(
  host: SessionHost,
  program: Program,
  stay: ReadonlySet<string> = new Set(),
): Promise<LoadedProgram<OrtTensor>> {
  const { ort, gpu } = host;
  const session = await openSession(host, program, stay);
  const inTurn = <R>(work: () => Promise<R>): Promise<R> => takeTurn(host, program.name, work);
  return {
    wrap: ({ shape, data }) => new ort.Tensor("float32", data, [...shape]),
    keep: ({ shape, data }) =>
      gpu ? upload(ort, gpu.device, { shape, data }) : new ort.Tensor("float32", data.slice(), [...shape]),
    run: (bindings) =>
      inTurn(() =>
        session.run(Object.fromEntries(session.inputNames.map((name) => [name, bindings[name]!]))),
      ),
    // what is fetched from a GPU gives its buffer back: bound again, it travels again
    read: async (value) => (await inTurn(() => value.getData(true))) as Float32Array,
    free: (value) => value.dispose(),
    async [Symbol.asyncDispose]() {
      try {
        await inTurn(() => session.release());
      } catch (error) {
        // what a lost device held is gone already
        if (!TatamiError.is(error, "device-lost")) throw error;
      }
    },
  };
}

async function openSession(
  host: SessionHost,
  program: Program,
  stay: ReadonlySet<string>,
): Promise<InferenceSession> {
  const open = (each: Program): Promise<InferenceSession> => {
    const file = writeProgramOnnx(each);
    const options = sessionOptions(host, Object.keys(each.outputs), stay);
    return takeTurn(host, each.name, () => host.ort.InferenceSession.create(file, options));
  };
  try {
    return await open(program);
  } catch (cause) {
    if (TatamiError.is(cause) && cause.code !== "internal") throw cause;
    const op = await refusedOp(program, async (one) => (await open(one)).release());
    const reason = cause instanceof Error && cause.cause !== undefined ? cause.cause : cause;
    throw new TatamiError({
      code: "invalid-model",
      message: `onnxruntime-web (${host.gpu ? "webgpu" : "wasm"}) refused program "${program.name}"${op ? `, which needs ${op}` : ""}: ${String(reason)}.`,
      fix: "Run it on another engine, or build the loss of other ops.",
      detail: { program: program.name, ...(op && { op }) },
      cause,
    });
  }
}

function sessionOptions(
  { gpu }: SessionHost,
  outputs: readonly string[],
  stay: ReadonlySet<string>,
): InferenceSession.SessionOptions {
  if (!gpu) return { executionProviders: ["wasm"] };
  const provider = {
    name: "webgpu",
    device: gpu.device,
    // shapes are fixed, so that buffers of exactly the sizes needed are used again
    storageBufferCacheMode: "simple",
  } as const;
  return {
    executionProviders: [provider],
    preferredOutputLocation: Object.fromEntries(
      outputs.map((name) => [name, stay.has(name) ? "gpu-buffer" : "cpu"]),
    ),
    extra: {
      // no node may fall back to the processor in silence: where the GPU lacks an op, this is an error
      session: { disable_cpu_ep_fallback: "1" },
      optimization: { disable_specified_optimizers: harmful.join(";") },
    },
  };
}

/** Optimisers that make ops which onnxruntime's WebGPU engine lacks: SpaceToDepth and FusedMatMul. */
const harmful = ["SliceConcatToSpaceToDepthFusion", "MatmulTransposeFusion", "MatMulScaleFusion"];

/** A GPU buffer of one's own with these numbers. */
function upload(ort: OrtModule, device: GPUDevice, { shape, data }: Tensor): OrtTensor {
  // STORAGE, COPY_SRC, COPY_DST
  const buffer = device.createBuffer({ size: Math.max(16, data.byteLength), usage: 0x80 | 4 | 8 });
  device.queue.writeBuffer(buffer, 0, data.slice());
  return ort.Tensor.fromGpuBuffer(buffer, {
    dataType: "float32",
    dims: [...shape],
    dispose: () => buffer.destroy(),
  });
}

const queues = new WeakMap<OrtModule, Promise<unknown>>();
/** Modules in the midst of which a device was lost: they stay there, and answer no other call (measured, 1.30.0). */
const spoilt = new WeakSet<OrtModule>();

/**
 * Does one thing after the other on a module of onnxruntime: on WebGPU its WebAssembly waits in the midst of a call, and
 * cannot be entered again until it goes on.
 *
 * @throws TatamiError `device-lost`, where onnxruntime might never answer; `out-of-memory`, `internal`
 */
async function takeTurn<R>({ ort, gpu }: SessionHost, name: string, work: () => Promise<R>): Promise<R> {
  const before = queues.get(ort) ?? Promise.resolve();
  const doing = before.then(async () => {
    if (!gpu) return await work();
    let answered = true;
    try {
      return await gpu.during(async () => {
        if (spoilt.has(ort)) throw lostGpu("another one, in the midst of a call of onnxruntime-web");
        answered = false;
        return await work().finally(() => (answered = true));
      });
    } finally {
      if (!answered) spoilt.add(ort);
    }
  });
  queues.set(
    ort,
    doing.catch(() => {}),
  );
  try {
    return await doing;
  } catch (cause) {
    if (TatamiError.is(cause)) throw cause;
    throw failedCall(name, cause);
  }
}

function failedCall(name: string, cause: unknown): TatamiError {
  const words = String(cause);
  const full = /bad_alloc|out of memory|failed to allocate/i.test(words);
  return new TatamiError({
    code: full ? "out-of-memory" : "internal",
    message: `onnxruntime-web could not run "${name}": ${words}.`,
    fix: full ? "Give it smaller batches." : "Run it on another engine, and report this.",
    detail: { program: name },
    cause,
  });
}
