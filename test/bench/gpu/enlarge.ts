/** Pictures through the WebGPU engine, for `npm run bench:int8 -- --shader`; in a page or in Node. */

import { tensor } from "@tatami/graph";
import type { Variant } from "@tatami/runtime";
import { createWebGpuBackend } from "@tatami/runtime";
import { loadModel } from "@tatami/zoo";

/** A plane that can travel between processes: luma of 0..255, row after row. */
export interface PlainPlane {
  readonly width: number;
  readonly height: number;
  readonly data: readonly number[];
}

/** Enlarges each by a shipped model, its shaders written as the variant says. */
export async function enlargeOnGpu(
  name: string,
  variant: Partial<Variant>,
  planes: readonly PlainPlane[],
): Promise<readonly PlainPlane[]> {
  const model = await loadModel(name);
  await using backend = await createWebGpuBackend({ acceptSoftwareAdapter: true, variant });
  const larger: PlainPlane[] = [];
  for (const { width, height, data } of planes) {
    await using executable = await backend.prepare(model, { batch: 1, width, height });
    const luma = Float32Array.from(data, (level) => level / 255);
    const output = await executable.infer(tensor([1, 1, height, width], luma));
    const levels = Array.from(output.data, (value) => value * 255);
    larger.push({ width: width * model.scale, height: height * model.scale, data: levels });
  }
  return larger;
}
