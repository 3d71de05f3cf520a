/** Frames in, larger frames out, on the GPU all the way. */

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
import type { OpenDevice } from "../device.ts";
import { openDevice } from "../device.ts";
import { prepareExecutable } from "../executable.ts";
import { settleFor } from "../tuning/settle-options.ts";
import type { WebGpuOptions } from "../tuning/settle-options.ts";
import type { FrameSource } from "./frame-source.ts";
import { bindFrame, kindOf, sizeOf } from "./frame-source.ts";
import { sharesFrames } from "./cell-router.ts";
import { checkSize, createOwnTexture, formatOf, openCanvas } from "./frame-target.ts";
import type { PatchCounts } from "./patch-decider.ts";
import type { FrameSettings, PreparedSizes } from "./prepared-sizes.ts";
import { createPreparedSizes } from "./prepared-sizes.ts";

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

/**
 * Makes one, proved by the self-test.
 *
 * @throws TatamiError `unsupported-environment` where there is no WebGPU, no adapter or only an emulated one;
 * `invalid-model` for a network that is no chain of convolutions; `wrong-answer`.
 */
export async function createFrameProcessor(options: FrameProcessorOptions): Promise<FrameProcessor> {
  const settings = resolveSettings(options);
  const { models, reuse, strength } = settings;
  const { scale } = readChain(models[0]!);
  const open = await openDevice(options);
  const { device } = open;
  const sizes = createPreparedSizes(open, settings);
  const drawing = createDrawing(open, sizes);
  let canvas: GPUCanvasContext | undefined;
  // sizes and textures belong to one call at a time; the chain is the queue, bounded by its callers
  let busy: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = busy.then(work);
    busy = result.catch(() => {});
    return result;
  };
  const dispose = async (): Promise<void> => {
    await busy;
    sizes[Symbol.dispose]();
    drawing[Symbol.dispose]();
    open[Symbol.dispose]();
  };
  const setStrength = (value: number): void => {
    if (checkStrength("strength", value) === strength.value) return;
    strength.value = value;
    sizes.reset();
  };
  try {
    await selfTestAll(open, settings);
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    description: open.description,
    scale,
    device,
    lost: open.lost,
    get strength() {
      return strength.value;
    },
    setStrength,
    setFactors: (values) => void (settings.factors = checkCount(values, models.length - 1)),
    setReuseBounds: (bounds) => moveReuseBounds("bounds", reuse, bounds),
    reset: sizes.reset,
    patches: () => inTurn(sizes.counts),
    process: (source, target) => inTurn(() => drawing.draw(source, target, (drawn) => drawn)),
    toVideoFrame: (source, given = strength.value) =>
      inTurn(async () => {
        setStrength(given);
        const drawn = (canvas ??= openCanvas(device));
        Object.assign(drawn.canvas, scaleSize(sizeOf(source), scale));
        const { timestamp, duration } = source;
        const times = { timestamp, ...(duration === null ? {} : { duration }) };
        return drawing.draw(source, drawn, () => new VideoFrame(drawn.canvas, times));
      }),
    [Symbol.asyncDispose]: dispose,
  };
}

function resolveSettings(options: FrameProcessorOptions): FrameSettings {
  const { model } = checkOptions("createFrameProcessor", options);
  const models = [model, ...(options.larger ?? [])];
  for (const each of models) checkModel("createFrameProcessor.model", each);
  const reuse = resolveReuse("createFrameProcessor", { ...options, reuse: options.reuse ?? "off" });
  const patchSize = checkInteger("createFrameProcessor.patchSize", options.patchSize ?? 128, 1);
  const strength = { value: checkStrength("createFrameProcessor.strength", options.strength ?? 1) };
  if (!sharesFrames(models))
    throw invalidOption("createFrameProcessor.larger", "networks whose pictures lie as model's do", "others");
  const factors = checkCount(options.factors ?? [], models.length - 1);
  const tint = options.debugView === "reuse";
  return { models, engine: options, reuse, patchSize, tint, strength, factors };
}

/** Proves each network on the device. @throws TatamiError `wrong-answer`. */
async function selfTestAll(open: OpenDevice, { models, engine }: FrameSettings): Promise<void> {
  const shape = { batch: 1, width: 48, height: 32 };
  for (const each of models) {
    const init = await settleFor(open, engine, each, readChain(each), shape);
    await using tried = await prepareExecutable(init, shape);
    await selfTest(each, tried, "the frame processor");
  }
}

/** Draws larger frames, one at a time. Dispose of it. */
interface Drawing extends Disposable {
  /**
   * @param target none: a texture of its own
   * @param take what is wanted of what was drawn; called in the task that submits it
   */
  draw<T>(
    source: FrameSource,
    target: GPUTexture | GPUCanvasContext | undefined,
    take: (drawn: GPUTexture) => T,
  ): Promise<T>;
}

function createDrawing({ device, lost: losing }: OpenDevice, sizes: PreparedSizes): Drawing {
  const own = createOwnTexture(device);
  let lost: TatamiError | undefined;
  const noteLoss = (error: TatamiError): void => void (lost = error);
  void losing.then(noteLoss);
  return {
    async draw(source, target, take) {
      if (lost) throw lost;
      const prepared = await sizes.prepare(sizeOf(source));
      const format = target === undefined ? "rgba8unorm" : formatOf(target);
      const encode = await prepared.prepare(kindOf(source), format);
      // from here to the submit nothing waits: a canvas's texture and a video's frame last for one task
      const into =
        target === undefined
          ? own.ofSize(prepared.size)
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
    },
    [Symbol.dispose]: own[Symbol.dispose],
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
