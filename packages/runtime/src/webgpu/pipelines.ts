/** Compute pipelines, built once each. */

import { TatamiError } from "@tatami/core";

/** Builds pipelines and keeps them for as long as the device lives. */
export interface PipelineCache {
  /** @throws TatamiError `unsupported-environment` with the line, the column and the source of what the device refused. */
  get(label: string, code: string): Promise<GPUComputePipeline>;
}

/** An empty cache of a device's pipelines: the same text at another picture size is the same pipeline. */
export function createPipelineCache(device: GPUDevice): PipelineCache {
  const known = new Map<string, Promise<GPUComputePipeline>>();
  return {
    get(label, code) {
      const found = known.get(code);
      if (found) return found;
      const building = buildPipeline(device, label, code);
      known.set(code, building);
      building.catch(() => known.delete(code));
      return building;
    },
  };
}

async function buildPipeline(device: GPUDevice, label: string, code: string): Promise<GPUComputePipeline> {
  device.pushErrorScope("validation");
  const module = device.createShaderModule({ label, code });
  const building = device.createComputePipelineAsync({
    label,
    layout: "auto",
    compute: { module, entryPoint: "main" },
  });
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
