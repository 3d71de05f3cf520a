/** Any graph prepared for windows of one size on a GPU: a dispatch for each node, or for several that are computed at once. */

import { TatamiError } from "@tatami/core";
import type { BatchShape, Executable, Model, Node, Tensor } from "@tatami/graph";
import { tensor } from "@tatami/graph";
import { runJobs } from "../../run-jobs.ts";
import { lostDevice } from "../device.ts";
import type { OpenDevice } from "../device.ts";
import { bind } from "../network.ts";
import { bufferUsage, mapForReading } from "../usage.ts";
import type { GraphPlan } from "./plan.ts";
import { planGraph } from "./plan.ts";
import type { GraphStep } from "./shader.ts";
import { bytesOf, workgroup } from "./shader.ts";

/**
 * Prepares one.
 *
 * @throws TatamiError `invalid-model` that names what has no shader; `out-of-memory`; `unsupported-environment` when the
 * device refuses a shader.
 */
export async function prepareGraph(
  { device, pipelines }: Pick<OpenDevice, "device" | "pipelines">,
  model: Model,
  shape: BatchShape,
): Promise<Executable> {
  const plan = planGraph(model, shape);
  checkLimits(device, plan, shape);
  const built = await Promise.all(plan.steps.map(({ label, code }) => pipelines.get(label, code)));
  device.pushErrorScope("out-of-memory");
  const { buffers, all } = createBuffers(device, plan, shape.batch);
  const dispatches = plan.steps.map((step, at) => {
    const constants = step.constants.length > 0 ? upload(device, step.constants) : undefined;
    if (constants) all.push(constants);
    const bound = [...step.sources, step.result].map((node) => buffers.get(node)!);
    return { step, pipeline: built[at]!, bindings: bind(device, built[at]!, [...bound, constants]) };
  });
  const outputBytes = bytesOf(plan.valueOf(plan.output), 1);
  const result = device.createBuffer({
    label: "result",
    size: shape.batch * outputBytes,
    usage: bufferUsage.mapRead | bufferUsage.copyTarget,
  });
  all.push(result);
  const release = (): void => all.forEach((buffer) => buffer.destroy());
  const failure = await device.popErrorScope();
  if (failure) {
    release();
    throw outOfMemory(shape, failure.message);
  }

  const infer = async (input: Tensor): Promise<Tensor> => {
    const count = input.shape[0]!;
    device.pushErrorScope("validation");
    device.queue.writeBuffer(buffers.get(plan.input)!, 0, input.data as Float32Array<ArrayBuffer>);
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (const { step, pipeline, bindings } of dispatches) {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, bindings);
      pass.dispatchWorkgroups(Math.ceil(step.across / workgroup), step.down, count);
    }
    pass.end();
    encoder.copyBufferToBuffer(buffers.get(plan.output)!, 0, result, 0, count * outputBytes);
    device.queue.submit([encoder.finish()]);
    const invalid = device.popErrorScope();
    invalid.catch(() => {});
    const values = await read(result, count * outputBytes);
    const refused = await invalid;
    if (refused) throw invalidCommands(refused);
    const { width, height } = shape;
    return tensor([count, 1, height * model.scale, width * model.scale], values);
  };
  // the buffers belong to one call at a time; the chain is the queue, bounded by its callers
  let busy: Promise<unknown> = Promise.resolve();
  const prepared: Executable = {
    shape,
    infer(input) {
      const inTurn = busy.then(() => infer(input));
      busy = inTurn.catch(() => {});
      return inTurn;
    },
    run: (jobs, signal) => runJobs(prepared, jobs, signal),
    [Symbol.asyncDispose]: async () => {
      await busy;
      release();
    },
  };
  return prepared;
}

/** A buffer for each value, of which those that are no longer needed serve later ones of their size. */
function createBuffers(device: GPUDevice, plan: GraphPlan, batch: number) {
  const last = new Map<Node, number>();
  plan.steps.forEach(({ sources }, at) => sources.forEach((source) => last.set(source, at)));
  const buffers = new Map<Node, GPUBuffer>();
  const free = new Map<number, GPUBuffer[]>();
  const all: GPUBuffer[] = [];
  const { storage, copySource, copyTarget } = bufferUsage;
  const give = (node: Node): void => {
    const size = bytesOf(plan.valueOf(node), batch);
    const made = free.get(size)?.pop();
    if (made) return void buffers.set(node, made);
    const buffer = device.createBuffer({ label: node.op, size, usage: storage | copySource | copyTarget });
    all.push(buffer);
    buffers.set(node, buffer);
  };
  give(plan.input);
  for (const [at, { sources, result }] of plan.steps.entries()) {
    give(result);
    for (const source of new Set(sources)) {
      // the picture is written anew before every run, and a step may not read what it writes
      if (last.get(source) !== at || source === plan.output) continue;
      const buffer = buffers.get(source)!;
      free.set(buffer.size, [...(free.get(buffer.size) ?? []), buffer]);
    }
  }
  return { buffers, all };
}

function upload(device: GPUDevice, numbers: ArrayLike<number>): GPUBuffer {
  const data = Float32Array.from(numbers);
  const usage = bufferUsage.storage | bufferUsage.copyTarget;
  const buffer = device.createBuffer({ label: "constants", size: data.byteLength, usage });
  device.queue.writeBuffer(buffer, 0, data);
  return buffer;
}

async function read(result: GPUBuffer, bytes: number): Promise<Float32Array> {
  try {
    await result.mapAsync(mapForReading, 0, bytes);
    return new Float32Array(result.getMappedRange(0, bytes)).slice();
  } catch (cause) {
    throw lostDevice(String(cause), cause);
  } finally {
    result.unmap();
  }
}

function checkLimits(device: GPUDevice, plan: GraphPlan, shape: BatchShape): void {
  const { maxStorageBufferBindingSize, maxComputeWorkgroupsPerDimension } = device.limits;
  const largest = (of: (step: GraphStep) => number): number => Math.max(...plan.steps.map(of));
  const bytes = largest(({ result }) => bytesOf(plan.valueOf(result), shape.batch));
  const groups = Math.max(
    largest(({ across, down }) => Math.max(across / workgroup, down)),
    shape.batch,
  );
  if (bytes <= maxStorageBufferBindingSize && groups <= maxComputeWorkgroupsPerDimension) return;
  throw outOfMemory(shape, `its buffers hold ${maxStorageBufferBindingSize} bytes, ${bytes} are needed`);
}

function outOfMemory({ width, height, batch }: BatchShape, why: string): TatamiError<"out-of-memory"> {
  return new TatamiError({
    code: "out-of-memory",
    message: `The GPU has no room for ${batch} pictures of ${width}×${height}: ${why}`,
    fix: "Give a smaller options.patchSize or options.batchSize.",
    detail: { width, height, batch },
  });
}

function invalidCommands(cause: GPUError): TatamiError<"internal"> {
  return new TatamiError({
    code: "internal",
    message: `The GPU refused the engine's commands: ${cause.message}`,
    fix: "Nothing needs doing, the next engine is used; please report the device and browser.",
    cause,
  });
}
