/** Sessions of onnxruntime-web: made, entered by one at a time, let go of. */

import { TatamiError } from "@tatami/core";
import type { Node, Op, Program } from "@tatami/graph";
import { parameter, shapesOf, topologicalOrder, writeProgramOnnx } from "@tatami/graph";
import type { InferenceSession } from "onnxruntime-web";
import type { OrtModule } from "../../onnx/load-ort.ts";
import { mapValues } from "../whole-batch.ts";
import type { ProgramDevice } from "./program-device.ts";
import { lostGpu } from "./program-device.ts";

/** What sessions are made on. */
export interface SessionHost {
  readonly ort: OrtModule;
  /** Absent on the processor. */
  readonly gpu?: ProgramDevice | undefined;
}

/**
 * Makes a session of a program; on a GPU its outputs stay there. Dispatches are issued anew in every run: recorded once
 * and repeated (`enableGraphCapture`) they take the processor a quarter of the time, but outputs that are ready early
 * are written over, as onnxruntime-web 1.30.0 cannot be given buffers for them (its second run loses track of those).
 *
 * @throws TatamiError `invalid-model` naming the op that onnxruntime refuses; `device-lost`, `out-of-memory`
 */
export async function openSession(host: SessionHost, program: Program): Promise<InferenceSession> {
  const open = (each: Program): Promise<InferenceSession> => {
    const file = writeProgramOnnx(each);
    const options = host.gpu ? gpuOptions(host.gpu.device, each) : { executionProviders: ["wasm"] };
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

function gpuOptions(device: GPUDevice, { outputs }: Program): InferenceSession.SessionOptions {
  // shapes are fixed, so that buffers of exactly the sizes needed are used again
  const provider = { name: "webgpu", device, storageBufferCacheMode: "simple" } as const;
  return {
    executionProviders: [provider],
    preferredOutputLocation: mapValues(outputs, () => "gpu-buffer" as const),
    extra: {
      // no node may fall back to the processor in silence: where the GPU lacks an op, this is an error
      session: { disable_cpu_ep_fallback: "1" },
      optimization: { disable_specified_optimizers: harmful.join(";") },
    },
  };
}

/** Optimisers that make ops which onnxruntime's WebGPU engine lacks: SpaceToDepth and FusedMatMul. */
const harmful = ["SliceConcatToSpaceToDepthFusion", "MatmulTransposeFusion", "MatMulScaleFusion"];

/**
 * Which op of a program is refused, where onnxruntime does not say: its ops are tried one by one, each for every number of dimensions that it is used with.
 *
 * @param load rejects a program that the engine refuses
 * @returns the first op that is refused alone too; none where only the whole is refused
 */
async function refusedOp(
  program: Program,
  load: (one: Program) => Promise<unknown>,
): Promise<Op | undefined> {
  const tried = new Set<string>();
  for (const node of topologicalOrder(...Object.values(program.outputs))) {
    if (node.op === "parameter" || node.op === "constant") continue;
    const sources = node.sources.map((source, at) => standIn(source, at));
    const key = [node.op, ...sources.map(({ dimensions }) => dimensions)].join(" ");
    if (tried.has(key)) continue;
    tried.add(key);
    const result: Node = { ...node, sources: sources.map((source) => source.node) };
    try {
      await load({ name: `${node.op} alone`, outputs: { result } });
    } catch {
      return node.op;
    }
  }
  return undefined;
}

/** A parameter in the place of what an op is given. */
function standIn(source: Node, at: number): { readonly node: Node; readonly dimensions: number } {
  // programs have no input, so that the picture is not looked at
  const shape = shapesOf(source, [1, 1, 1, 1]).get(source)!;
  const node = source.op === "constant" ? source : parameter(`source ${at}`, shape);
  return { node, dimensions: shape.length };
}

/** Lets go of a session. What a lost device held is gone already. */
export async function closeSession(
  host: SessionHost,
  name: string,
  session: InferenceSession,
): Promise<void> {
  try {
    await takeTurn(host, name, () => session.release());
  } catch (error) {
    if (!TatamiError.is(error, "device-lost")) throw error;
  }
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
export async function takeTurn<R>(
  { ort, gpu }: SessionHost,
  name: string,
  work: () => Promise<R>,
): Promise<R> {
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
