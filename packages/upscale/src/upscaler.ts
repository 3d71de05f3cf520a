/** One loaded model on one engine: frames in, larger frames out. */

import type { Model } from "@tatami/graph";
import { countMacs } from "@tatami/graph";
import type { AnyPlanes, Frame, Picture, Size } from "@tatami/core";
import {
  checkSize,
  closable,
  checkStrength,
  createFrame,
  createPlaneLike,
  isVideoFrame,
  planesOf,
  scaleSize,
  throwIfAborted,
} from "@tatami/core";
import type { Grid, ReuseBounds, StreamFusion } from "@tatami/patches";
import {
  createChromaGuide,
  createPlaneResizer,
  enlargeAlpha,
  loadStreamFusion,
  moveReuseBounds,
  routingFactors,
} from "@tatami/patches";
import type { EngineOptions } from "@tatami/runtime";
import { checkFrameCall, checkFramesCall, disposed } from "./frames/check-frame.ts";
import { createDeviceFrames } from "./frames/device-frames.ts";
import { createGrids } from "./cut/grids.ts";
import { fuseLuma } from "./frames/fuse-luma.ts";
import { inBatches } from "./frames/in-batches.ts";
import type { LumaFrame, LumaOutcome, LumaStage } from "./frames/luma-stage.ts";
import { createLumaStage } from "./frames/luma-stage.ts";
import type { FrameOptions, Upscaler, UpscalerOptions } from "./options.ts";
import type { ResolvedUpscalerOptions } from "./resolve-options.ts";
import { checkLoss } from "./option-rules.ts";
import { resolveUpscalerOptions } from "./resolve-options.ts";
import { openPace } from "./pace/pace.ts";
import { timed } from "./progress/stage-timer.ts";
import { closeRungs, loadLadder, openRungs } from "./routing/ladder.ts";
import { countCells, createRouter } from "./routing/router.ts";
import { tintFused, tintReused, tintRouted } from "./frames/tint.ts";
import { fromVideoFrame, toVideoFrame } from "./frames/video-frame.ts";

/**
 * Loads a model onto the best engine there is.
 *
 * @throws TatamiError `invalid-option`, `invalid-model`, or `unsupported-environment` when no engine works.
 */
export async function createUpscaler(options: UpscalerOptions): Promise<Upscaler> {
  return openUpscaler(resolveUpscalerOptions(options));
}

/** {@link createUpscaler} for options already resolved. */
export async function openUpscaler(options: ResolvedUpscalerOptions): Promise<Upscaler> {
  const { patchSize, batchSize, signal } = options;
  throwIfAborted(signal);
  const models = await loadLadder(options.model);
  const rungs = await openRungs(models, { ...options, frames: devicePart(options) }, options);
  const [{ engine, infer }, model] = [rungs[0]!, models.at(-1)!];
  const grids = createGrids({ engine, model: windowNeeds(models), patchSize, batchSize });
  let { strength, routingLoss } = options;
  const reuse = { ...options.reuse };
  const isRouted = models.length > 1;
  const names = models.map(({ name }) => name);
  const factorsNow = (): readonly number[] => routingFactors(names, routingLoss);
  const openStage = (): LumaStage => {
    const router = isRouted ? createRouter(rungs, factorsNow) : undefined;
    return createLumaStage({ infer, router, scale: model.scale, reuse, grids });
  };
  let isClosed = false;
  let closing: Promise<void> | undefined;
  const single = openStage();
  const { fuse } = options;
  const createFusion = fuse === "off" ? undefined : (await loadStreamFusion()).bind(undefined, fuse);
  const singleFusion = createFusion?.();
  // who made what is known of planes alone
  const onDevice = fuse === "off" && (!isRouted || options.debugView !== "routing");
  const deviceFrames = onDevice ? createDeviceFrames(engine, factorsNow) : undefined;
  const resize = await createPlaneResizer();
  const guide = await createChromaGuide();
  const strengthOf = (given: FrameOptions): number =>
    given.strength === undefined ? strength : checkStrength("options.strength", given.strength);

  // takes the frames: they are closed, whatever happens
  const enlarge = async (
    stage: LumaStage,
    sources: readonly Frame[],
    given: FrameOptions,
  ): Promise<Frame[]> => {
    const { onStage, onPatches } = given;
    const stop = given.signal ?? signal;
    try {
      throwIfAborted(stop);
      const frames = await timed(onStage, "split", () => splitAll(sources, given));
      const outcomes = await stage.run(frames, stop, onStage);
      for (const { decisions, cells } of outcomes) {
        const computed = decisions.filter((decision) => decision === "compute").length;
        onPatches?.(
          computed,
          decisions.length - computed,
          ...(cells ? [countCells(cells, models.length)] : []),
        );
      }
      return await timed(onStage, "assemble", () =>
        frames.map((frame, index) => assemble(frame, sources[index]!, outcomes[index]!)),
      );
    } finally {
      for (const source of sources) source.close();
    }
  };
  const splitAll = async (sources: readonly Frame[], given: FrameOptions): Promise<SplitFrame[]> => {
    // what is set from here on is of frames behind these
    const chosen = strengthOf(given);
    const all = await Promise.all(sources.map(planesOf));
    const frames: SplitFrame[] = [];
    for (const [index, source] of sources.entries()) {
      const { color, size } = source;
      const seen = await fused(source, all[index]!, given.fusion);
      const target = createPlaneLike(seen.planes.luma, scaleSize(size, model.scale));
      const fullRange = color.fullRange === true;
      frames.push({ ...seen, source: seen.planes.luma, target, fullRange, strength: chosen });
    }
    return frames;
  };
  // in their order: each with those before it
  const fused = async (
    source: Frame,
    planes: AnyPlanes,
    fusion: StreamFusion | undefined,
  ): Promise<Pick<SplitFrame, "planes" | "counts">> => {
    if (!fusion) return { planes };
    const luma = await fuseLuma(fusion, planes, source);
    return {
      // of as many bits as before
      planes: { ...planes, luma } as AnyPlanes,
      counts: options.debugView === "fusion" ? fusion.counts() : undefined,
    };
  };
  const assemble = ({ planes, target, counts }: SplitFrame, source: Frame, outcome: LumaOutcome): Frame => {
    const chroma = guide(planes, target, model.scale);
    if (options.debugView === "reuse") tintReused(chroma, outcome, model.scale);
    if (options.debugView === "routing") tintRouted(chroma, outcome, model.scale);
    if (counts) tintFused(chroma, counts, planes.luma, model.scale);
    const alpha = planes.alpha && enlargeAlpha(planes.alpha, model.scale, resize);
    // all of as many bits as the source
    const larger = { luma: target, chroma, ...(alpha ? { alpha } : {}) } as AnyPlanes;
    return createFrame(larger, source, "upscaler");
  };
  const setRoutingLoss = (value: number): void => {
    routingLoss = checkLoss("decibels", value);
  };
  const setReuseBounds = (bounds: ReuseBounds): void => {
    moveReuseBounds("bounds", reuse, bounds);
    deviceFrames?.setReuseBounds(bounds);
  };
  const pace = openPace(options, isRouted, { setRoutingLoss, setReuseBounds });
  const paced = async <T>(frames: number, given: FrameOptions, work: () => Promise<T>): Promise<T> => {
    const since = performance.now();
    const result = await work();
    if (given.isPaced !== false) pace?.passed(frames, performance.now() - since);
    return result;
  };
  const upscaleFrame = async (source: Frame, given: FrameOptions): Promise<Frame> =>
    (await enlarge(single, [source], { fusion: singleFusion, ...given }))[0]!;

  const upscaleVideoFrame = async (source: VideoFrame, given: FrameOptions): Promise<VideoFrame> => {
    try {
      const stop = given.signal ?? signal;
      const settled = { ...given, signal: stop, strength: strengthOf(given) };
      const larger = await deviceFrames?.enlarge(source, settled);
      return larger ?? (await toVideoFrame(await upscaleFrame(await fromVideoFrame(source), settled)));
    } finally {
      source.close();
    }
  };

  // a stream is long enough to be worth finding out how its frames are best cut
  const enlargeStream =
    (given: FrameOptions) =>
    async (some: readonly Frame[], stage: LumaStage): Promise<Frame[]> => {
      await grids.measure(some[0]!.size, given.signal ?? signal);
      return paced(some.length, given, () => enlarge(stage, some, given));
    };

  const frame = async <P extends Picture>(source: P, frameOptions: FrameOptions = {}): Promise<P> => {
    checkFrameCall(source, frameOptions);
    if (isClosed) {
      source.close();
      throw disposed();
    }
    const larger = await paced<Picture>(1, frameOptions, () =>
      isVideoFrame(source) ? upscaleVideoFrame(source, frameOptions) : upscaleFrame(source, frameOptions),
    );
    // of the source's kind
    return larger as P;
  };

  const gridOf = (size: Size): Grid => {
    checkSize("size", size);
    return grids.of(size, false).grid;
  };

  return {
    get backend() {
      return engine.backend.name;
    },
    get description() {
      return engine.backend.description;
    },
    model,
    models,
    scale: model.scale,
    get rejected() {
      return rungs.flatMap((rung) => rung.engine.rejected);
    },
    ...(pace && { pace }),
    get parallelPatches() {
      return engine.backend.parallelPatches ?? 1;
    },
    patchesPerFrame: (size) => gridOf(size).patches.length,
    macsPerFrame: (size) => macs(model, gridOf(size)),
    frame,
    frames(source, given = {}) {
      checkFramesCall(source, given);
      if (isClosed) throw disposed();
      const stream = { fusion: createFusion?.(), ...given };
      return inBatches(source, options.maxLatencyFrames, enlargeStream(stream), openStage);
    },
    get strength() {
      return strength;
    },
    setStrength(value) {
      strength = checkStrength("strength", value);
    },
    get routingLoss() {
      return routingLoss;
    },
    setRoutingLoss,
    get reuseBounds() {
      const { maxDifference, meanDifference, maxAge } = reuse;
      return { maxDifference, meanDifference, maxAge };
    },
    setReuseBounds,
    another: (other) =>
      openUpscaler({
        ...options,
        model: other,
        fuse: "off",
        framesPerSecond: "off",
        maxLatencyFrames: 1,
        debugView: undefined,
        signal: undefined,
      }),
    fuse,
    get fusion() {
      return singleFusion?.summary();
    },
    reset: async () => {
      single.reset();
      singleFusion?.reset();
      deviceFrames?.reset();
    },
    ...closable(() => {
      isClosed = true;
      return (closing ??= closeRungs(rungs));
    }),
  };
}

/** What is asked of frames that stay on the engine's device. */
function devicePart({ reuse, patchSize, debugView }: ResolvedUpscalerOptions): EngineOptions["frames"] {
  return { ...reuse, ...(patchSize ? { patchSize } : {}), ...(debugView === "reuse" ? { debugView } : {}) };
}

/** What windows must hold so that each of some networks is right in them. */
function windowNeeds(models: readonly Model[]): Pick<Model, "halo" | "scale" | "alignment"> {
  return {
    scale: models[0]!.scale,
    halo: Math.max(...models.map(({ halo }) => halo)),
    alignment: Math.max(...models.map(({ alignment = 1 }) => alignment)),
  };
}

interface SplitFrame extends LumaFrame {
  /** With luma as it is shown. */
  readonly planes: AnyPlanes;
  /** Where they are to be shown. */
  readonly counts?: Float32Array | undefined;
}

function macs(model: Model, grid: Grid): number {
  return countMacs(model, grid.window) * grid.patches.length;
}
