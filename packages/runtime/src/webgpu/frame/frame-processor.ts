/** Frames in, larger frames out, on the GPU all the way. */

import type { Size } from "@tatami/core";
import {
  checkInteger,
  checkOptions,
  checkStrength,
  invalidOption,
  scaleSize,
  TatamiError,
} from "@tatami/core";
import type { Model } from "@tatami/graph";
import { checkModel } from "@tatami/graph";
import type { ReuseBounds, ReuseMode, ReuseOptions } from "@tatami/patches";
import { moveReuseBounds, resolveReuse } from "@tatami/patches";
import { selfTest } from "../../self-test.ts";
import { readChain } from "../../read-chain.ts";
import type { WebGpuOptions } from "../backend.ts";
import { openDevice } from "../device.ts";
import type { ExecutableInit } from "../executable.ts";
import { prepareExecutable } from "../executable.ts";
import { settleFor } from "../tuning/settle-options.ts";
import { textureUsage } from "../usage.ts";
import type { FrameSource } from "./frame-source.ts";
import { bindFrame, kindOf, sizeOf } from "./frame-source.ts";
import { sharesFrames } from "./cell-router.ts";
import { checkSize, formatOf, openCanvas } from "./frame-target.ts";
import type { PreparedFrame } from "./prepared-frame.ts";
import { prepareFrame } from "./prepared-frame.ts";
import type { PatchCounts } from "./patch-decider.ts";
import { prepareReusingFrame } from "./reusing-frame.ts";

/** What a processor is made from. */
export interface FrameProcessorOptions extends WebGpuOptions, ReuseOptions {
  readonly model: Model;
  /**
   * Whether patches of earlier frames are reused: see `ReuseMode`. The decision stays on the GPU.
   *
   * @defaultValue "off": frames need not have anything to do with one another
   */
  readonly reuse?: ReuseMode;
  /** Longest side in pixels of a patch that may be reused, its halo included. @defaultValue 128 */
  readonly patchSize?: number;
  /** How much of what the model adds to the bicubic filter is used, 0 to 1.5: see `PatchJob`. @defaultValue 1 */
  readonly strength?: number;
  /**
   * Larger networks of the same scale, one or two by their cost, that compute cells anew which need them. The decision stays on
   * the GPU. They must be chains with `model`'s padding and centre, see {@link sharesFrames}.
   */
  readonly larger?: readonly Model[];
  /** How much energy sends cells to each of them, rising: see `routingFactors`. Needed with `larger`. */
  readonly factors?: readonly number[];
  /** Tints patches that were reused: green where copied, orange where carried. */
  readonly debugView?: "reuse";
}

/**
 * Enlarges frames without their pixels ever leaving the GPU: luma by the network, colour differences by the
 * Catmull–Rom kernel and guided by that luma; one submit a frame. Frames may change their size. Dispose of it.
 */
export interface FrameProcessor extends AsyncDisposable {
  /** What it runs on, for people. */
  readonly description: string;
  readonly scale: number;
  /** The device in use: textures passed in and out live on it. */
  readonly device: GPUDevice;
  /** Resolves only if the device is lost; never rejects. Make another processor then. */
  readonly lost: Promise<TatamiError<"device-lost">>;
  /**
   * Draws the larger frame. The source is only read: closing it stays with the caller, once this has resolved.
   *
   * @param target a texture with the usage `RENDER_ATTACHMENT`, or a canvas's context, of the larger size; none: a
   * texture of the processor's own (`rgba8unorm`), good until the next call
   *
   * @returns the texture that was drawn to.
   *
   * @throws TatamiError `invalid-option` for a wrong size, `device-lost`, `out-of-memory`.
   */
  process(source: FrameSource, target?: GPUTexture | GPUCanvasContext): Promise<GPUTexture>;
  /** How much of what the model adds to the bicubic filter is used. */
  readonly strength: number;
  /**
   * Sets the strength of frames from the next one on: nothing is prepared anew, but what was kept is forgotten.
   *
   * @throws TatamiError `invalid-option` beyond 0 to 1.5.
   */
  setStrength(strength: number): void;
  /**
   * Moves the bounds of reuse from the next frame on; what was kept stays. No effect but with `reuse: "bounded"`.
   *
   * @throws TatamiError `invalid-option`.
   */
  setReuseBounds(bounds: ReuseBounds): void;
  /**
   * Sets the factors of the larger networks from the next frame on; what was kept stays as it was made.
   *
   * @throws TatamiError `invalid-option` where there are not as many as larger networks.
   */
  setFactors(factors: readonly number[]): void;
  /** Computes the next frame as if it were the first: after a seek. */
  reset(): void;
  /** Patches computed and reused so far, read back from the GPU. @throws TatamiError `device-lost`. */
  patches(): Promise<PatchCounts>;
  /**
   * {@link process} into a new VideoFrame with the source's times; it belongs to the caller.
   *
   * @param strength set before this very frame. @defaultValue as it is
   */
  toVideoFrame(source: VideoFrame, strength?: number): Promise<VideoFrame>;
}

/** Sizes kept ready, so that a stream that changes its size back and forth does not prepare anew each time. */
const preparedSizes = 2;

/**
 * Makes one, proved by the self-test.
 *
 * @throws TatamiError `unsupported-environment` where there is no WebGPU, no adapter or only an emulated one;
 * `invalid-model` for a network that is no chain of convolutions; `wrong-answer`.
 */
export async function createFrameProcessor(options: FrameProcessorOptions): Promise<FrameProcessor> {
  const { model } = checkOptions("createFrameProcessor", options);
  const models = [model, ...(options.larger ?? [])];
  for (const each of models) checkModel("createFrameProcessor.model", each);
  const reuse = resolveReuse("createFrameProcessor", { ...options, reuse: options.reuse ?? "off" });
  const patchSize = checkInteger("createFrameProcessor.patchSize", options.patchSize ?? 128, 1);
  const strength = { value: checkStrength("createFrameProcessor.strength", options.strength ?? 1) };
  const chain = readChain(model);
  if (!sharesFrames(models))
    throw invalidOption("createFrameProcessor.larger", "networks whose pictures lie as model's do", "others");
  let factors = checkCount(options.factors ?? [], models.length - 1);
  const open = await openDevice(options);
  const { device } = open;
  const sizes = new Map<string, PreparedFrame>();
  /** Patches of sizes that are not kept ready any more. */
  const before = { computed: 0, reused: 0 };
  let own: GPUTexture | undefined;
  let canvas: GPUCanvasContext | undefined;
  let lost: TatamiError | undefined;
  const noteLoss = (error: TatamiError): void => void (lost = error);
  void open.lost.then(noteLoss);

  const preparedFor = async (size: Size): Promise<PreparedFrame> => {
    // what needs no measuring is the work of the network that gets everything
    const base = factors.findLastIndex((factor) => factor <= 0) + 1;
    const key = `${size.width}×${size.height} ${base}`;
    const known = sizes.get(key);
    if (known) return known;
    const [oldest] = sizes.keys();
    if (oldest !== undefined && sizes.size >= preparedSizes) {
      const dropped = sizes.get(oldest)!;
      sizes.delete(oldest);
      const { computed, reused } = await dropped.counts();
      before.computed += computed;
      before.reused += reused;
      dropped[Symbol.dispose]();
    }
    const settled = models.slice(base).map(async (each) => ({
      ...(await settleFor(open, options, each, readChain(each), size)),
      strength,
    }));
    const [init, ...larger] = (await Promise.all(settled)) as [ExecutableInit];
    const forgets = reuse.reuse === "off";
    const made =
      forgets && larger.length === 0
        ? await prepareFrame(init, size)
        : await prepareReusingFrame(init, size, {
            reuse: forgets ? { ...reuse, reuse: "exact" } : reuse,
            forgets,
            patchSize,
            tint: options.debugView === "reuse",
            measure: !open.software,
            routing: larger.length > 0 ? { larger, factors: () => factors.slice(base) } : undefined,
          });
    sizes.set(key, made);
    return made;
  };
  const ownTexture = ({ width, height }: Size): GPUTexture => {
    if (own?.width === width && own.height === height) return own;
    own?.destroy();
    const usage = textureUsage.attachment | textureUsage.bound | textureUsage.copySource;
    own = device.createTexture({ label: "larger frame", size: [width, height], format: "rgba8unorm", usage });
    return own;
  };
  const draw = async <T>(
    source: FrameSource,
    target: GPUTexture | GPUCanvasContext | undefined,
    take: (drawn: GPUTexture) => T,
  ): Promise<T> => {
    if (lost) throw lost;
    const prepared = await preparedFor(sizeOf(source));
    const format = target === undefined ? "rgba8unorm" : formatOf(target);
    const encode = await prepared.prepare(kindOf(source), format);
    // from here to the submit nothing waits: a canvas's texture and a video's frame last for one task
    const into =
      target === undefined
        ? ownTexture(prepared.size)
        : "getCurrentTexture" in target
          ? target.getCurrentTexture()
          : target;
    checkSize(into, prepared.size);
    device.pushErrorScope("validation");
    const encoder = device.createCommandEncoder();
    encode(encoder, bindFrame(device, source, prepared.upload), into.createView());
    device.queue.submit([encoder.finish()]);
    const scope = device.popErrorScope();
    const taken = take(into);
    const failure = await scope;
    if (lost) throw lost;
    if (failure) {
      prepared.reset();
      throw refused(failure);
    }
    return taken;
  };
  // sizes and textures belong to one call at a time; the chain is the queue, bounded by its callers
  let busy: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = busy.then(work);
    busy = result.catch(() => {});
    return result;
  };
  const dispose = async (): Promise<void> => {
    await busy;
    for (const prepared of sizes.values()) prepared[Symbol.dispose]();
    own?.destroy();
    open[Symbol.dispose]();
  };
  const reset = (): void => {
    for (const prepared of sizes.values()) prepared.reset();
  };
  const setStrength = (value: number): void => {
    if (checkStrength("strength", value) === strength.value) return;
    strength.value = value;
    reset();
  };
  try {
    const shape = { batch: 1, width: 48, height: 32 };
    for (const each of models) {
      const init = await settleFor(open, options, each, readChain(each), shape);
      await using tried = await prepareExecutable(init, shape);
      await selfTest(each, tried, "the frame processor");
    }
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    description: open.description,
    scale: chain.scale,
    device,
    lost: open.lost,
    get strength() {
      return strength.value;
    },
    setStrength,
    setFactors: (values) => void (factors = checkCount(values, models.length - 1)),
    setReuseBounds: (bounds) => moveReuseBounds("bounds", reuse, bounds),
    reset,
    patches: () =>
      inTurn(async () => {
        const counts = await Promise.all([...sizes.values()].map((prepared) => prepared.counts()));
        return counts.reduce(
          (sum, each) => ({
            computed: sum.computed + each.computed,
            reused: sum.reused + each.reused,
          }),
          before,
        );
      }),
    process: (source, target) => inTurn(() => draw(source, target, (drawn) => drawn)),
    toVideoFrame: (source, given = strength.value) =>
      inTurn(async () => {
        setStrength(given);
        const drawn = (canvas ??= openCanvas(device));
        Object.assign(drawn.canvas, scaleSize(sizeOf(source), chain.scale));
        const { timestamp, duration } = source;
        const times = { timestamp, ...(duration === null ? {} : { duration }) };
        return draw(source, drawn, () => new VideoFrame(drawn.canvas, times));
      }),
    [Symbol.asyncDispose]: dispose,
  };
}

function checkCount(factors: readonly number[], count: number): readonly number[] {
  if (factors.length === count) return factors;
  throw invalidOption("factors", `${count} long, one for each larger network`, `${factors.length} long`);
}

function refused(cause: GPUError): TatamiError<"internal"> {
  return new TatamiError({
    code: "internal",
    message: `The GPU refused the frame processor's commands: ${cause.message}`,
    fix: "Pass textures of processor.device with the usages TEXTURE_BINDING in and RENDER_ATTACHMENT out.",
    cause,
  });
}
