/** Pipelines, built once each. */

import { TatamiError } from "@tatami/core";

/** Builds pipelines and keeps them for as long as the device lives. */
export interface PipelineCache {
  /** @throws TatamiError `unsupported-environment` with the line, the column and the source of what the device refused. */
  get(label: string, code: string): Promise<GPUComputePipeline>;
  /** A pipeline that draws one triangle with the stages `corners` and `main`. @throws TatamiError as {@link get} does. */
  getDrawing(label: string, code: string, format: GPUTextureFormat): Promise<GPURenderPipeline>;
}

const caches = new WeakMap<GPUDevice, PipelineCache>();

/**
 * The pipelines of a device, one cache for all engines and processors on it: the same text is the same pipeline, at any picture
 * size. Browsers themselves compile a shader again for every pipeline whose layout is made from it.
 */
export function pipelinesOf(device: GPUDevice): PipelineCache {
  const known = caches.get(device) ?? createPipelineCache(device);
  caches.set(device, known);
  return known;
}

function createPipelineCache(device: GPUDevice): PipelineCache {
  const computing = new Map<string, Promise<GPUComputePipeline>>();
  const drawing = new Map<string, Promise<GPURenderPipeline>>();
  const layout = "auto";
  return {
    get: (label, code) =>
      once(computing, code, () =>
        build(device, label, code, (module) =>
          device.createComputePipelineAsync({ label, layout, compute: { module, entryPoint: "main" } }),
        ),
      ),
    getDrawing: (label, code, format) =>
      once(drawing, `${format}\n${code}`, () =>
        build(device, label, code, (module) =>
          device.createRenderPipelineAsync({
            label,
            layout,
            vertex: { module, entryPoint: "corners" },
            fragment: { module, entryPoint: "main", targets: [{ format }] },
          }),
        ),
      ),
  };
}

function once<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const found = known.get(key);
  if (found) return found;
  const making = make();
  known.set(key, making);
  making.catch(() => known.delete(key));
  return making;
}

async function build<T>(
  device: GPUDevice,
  label: string,
  code: string,
  create: (module: GPUShaderModule) => Promise<T>,
): Promise<T> {
  device.pushErrorScope("validation");
  const module = device.createShaderModule({ label, code });
  const building = create(module);
  const scope = device.popErrorScope();
  const [pipeline, invalid] = await Promise.allSettled([building, scope]);
  const failure = invalid.status === "fulfilled" ? invalid.value : invalid.reason;
  if (pipeline.status === "fulfilled" && failure === null) return pipeline.value;
  const { messages } = await module.getCompilationInfo();
  const cause = pipeline.status === "rejected" ? pipeline.reason : failure;
  throw refused(label, code, messages, cause);
}

function refused(
  label: string,
  code: string,
  messages: readonly GPUCompilationMessage[],
  cause: unknown,
): TatamiError<"unsupported-environment"> {
  const first = messages.find(({ type }) => type === "error");
  const line = first && code.split("\n")[first.lineNum - 1]?.trim();
  const what = first
    ? `line ${first.lineNum}, column ${first.linePos}: ${first.message} In: ${line}`
    : cause instanceof Error
      ? cause.message
      : String((cause as GPUError | undefined)?.message ?? cause);
  return new TatamiError({
    code: "unsupported-environment",
    message: `The GPU's driver refused the shader "${label}": ${what}`,
    fix: "Nothing needs doing, the next engine is used; please report the device and browser.",
    cause,
  });
}
