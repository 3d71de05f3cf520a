/** onnxruntime-web as an engine, on WebAssembly or WebGPU. */

import { TatamiError } from "@tatami/core";
import type { Backend, BatchShape, Executable, Model, OnnxScans, Tensor } from "@tatami/graph";
import { isOp, tensor, topologicalOrder, writeOnnx } from "@tatami/graph";
import type { InferenceSession } from "onnxruntime-web";
import { runJobs } from "../run-jobs.ts";
import { requireHardwareAdapter } from "./adapter.ts";
import type { OrtModule } from "./load-ort.ts";
import { loadOrt } from "./load-ort.ts";
import type { OrtOptions, OrtProvider } from "./ort-options.ts";

/**
 * Makes an onnxruntime-web backend.
 *
 * @throws TatamiError `missing-package`; for `webgpu` also `unsupported-environment` where there is no
 * hardware adapter.
 */
export async function createOnnxBackend(provider: OrtProvider, options: OrtOptions): Promise<Backend> {
  const adapter =
    provider === "webgpu" ? await requireHardwareAdapter(options.acceptSoftwareAdapter) : undefined;
  const ort = await loadOrt(provider, options);
  let reportLost!: (error: TatamiError<"device-lost">) => void;
  const lost = new Promise<TatamiError<"device-lost">>((resolve) => (reportLost = resolve));
  return {
    name: provider === "webgpu" ? "onnx-webgpu" : "onnx-wasm",
    description: adapter ?? describeThreads(ort.env.wasm.numThreads ?? 1),
    lost,
    prepare: async (model, shape) => {
      const session = await createSession(ort, provider, model, shape);
      if (provider === "webgpu") watch(ort, reportLost);
      return executable(ort, session, shape, provider === "webgpu");
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function describeThreads(threads: number): string {
  return `WebAssembly, ${threads} thread${threads === 1 ? "" : "s"}`;
}

async function createSession(
  ort: OrtModule,
  provider: OrtProvider,
  model: Model,
  shape: BatchShape,
): Promise<InferenceSession> {
  const hasScans = topologicalOrder(model.output).some((node) => isOp(node, "selectiveScan"));
  // Fixed shapes fold the graph and keep every node on the GPU; WebAssembly takes any batch as it comes.
  const onGpu = {
    freeDimensionOverrides: { n: shape.batch, h: shape.height, w: shape.width },
    // a scan that the GPU has not would run on the processor, and nobody be told
    ...(hasScans && { extra: { session: { disable_cpu_ep_fallback: "1" } } }),
  };
  const create = (scans?: OnnxScans): Promise<InferenceSession> =>
    ort.InferenceSession.create(writeOnnx(model, {}, {}, { scans }), {
      executionProviders: [provider],
      graphOptimizationLevel: "all",
      ...(provider === "webgpu" && onGpu),
    });
  try {
    // what has no node for scans of its own multiplies matrices
    return await (hasScans ? create("linear-attention").catch(() => create("triangle")) : create());
  } catch (cause) {
    throw new TatamiError({
      code: "invalid-model",
      message: `onnxruntime-web (${provider}) refused model "${model.name}": ${String(cause)}.`,
      fix: "Use a collapsed Tatami model, or another engine (options.backends).",
      cause,
    });
  }
}

// The same tensor with another number of patches: cut off, or filled up with zeros.
function withPatches({ shape, data }: Tensor, count: number): Tensor {
  if (shape[0] === count) return { shape, data };
  const other = tensor([count, ...shape.slice(1)]);
  other.data.set(data.subarray(0, other.data.length));
  return other;
}

function executable(
  ort: OrtModule,
  session: InferenceSession,
  shape: BatchShape,
  fixedBatch: boolean,
): Executable {
  const [inputName, outputName] = [session.inputNames[0]!, session.outputNames[0]!];
  // A session runs one inference at a time; the chain is the queue, bounded by its callers.
  let busy: Promise<unknown> = Promise.resolve();
  const infer = async (input: Tensor): Promise<Tensor> => {
    const count = input.shape[0]!;
    const whole = fixedBatch ? withPatches(input, shape.batch) : input;
    const feed = new ort.Tensor("float32", whole.data, [...whole.shape]);
    const output = (await session.run({ [inputName]: feed }))[outputName]!;
    try {
      const all = tensor([...output.dims], (await output.getData()) as Float32Array);
      return fixedBatch ? withPatches(all, count) : all;
    } finally {
      output.dispose();
    }
  };
  const inTurn = (input: Tensor): Promise<Tensor> => {
    const result = busy.then(() => infer(input));
    busy = result.catch(() => {});
    return result;
  };
  const prepared: Executable = {
    shape,
    infer: inTurn,
    run: (jobs, signal) => runJobs(prepared, jobs, signal),
    [Symbol.asyncDispose]: async () => {
      await busy;
      await session.release();
    },
  };
  return prepared;
}

function watch(ort: OrtModule, report: (error: TatamiError<"device-lost">) => void): void {
  const device = ort.env.webgpu.device as Promise<GPUDevice> | GPUDevice | undefined;
  void Promise.resolve(device).then((found) =>
    found?.lost.then(({ reason, message }) =>
      report(
        new TatamiError({
          code: "device-lost",
          message: `The GPU device was lost (${reason}): ${message}`,
          fix: "Start again; if it happens again, compute on the processor: wasm in options.backends.",
        }),
      ),
    ),
  );
}
