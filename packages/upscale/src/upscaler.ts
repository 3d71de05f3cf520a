/** One loaded model on one engine: frames in, larger frames out. */

import type { Model } from "@tatami/graph";
import { countMacs } from "@tatami/graph";
import type { Frame, Picture, Size } from "@tatami/core";
import { checkSize, closable, throwIfAborted } from "@tatami/core";
import type { Grid, ReuseBounds, StreamFusion } from "@tatami/patches";
import { loadStreamFusion, routingFactors } from "@tatami/patches";
import type { EngineOptions } from "@tatami/runtime";
import type { Grids } from "./cut/grids.ts";
import { createGrids } from "./cut/grids.ts";
import { checkFrameCall, checkFramesCall, disposed } from "./frames/check-frame.ts";
import { createDeviceFrames } from "./frames/device-frames.ts";
import type { EnlargePlanes, SettledOptions } from "./frames/enlarge-planes.ts";
import { createEnlargePlanes } from "./frames/enlarge-planes.ts";
import { inBatches } from "./frames/in-batches.ts";
import type { LumaStage } from "./frames/luma-stage.ts";
import { createLumaStage } from "./frames/luma-stage.ts";
import type { SinglePictures } from "./frames/single-pictures.ts";
import { createSinglePictures } from "./frames/single-pictures.ts";
import type { FrameOptions, Upscaler, UpscalerOptions } from "./options.ts";
import type { Pace } from "./pace/pace.ts";
import { openPace } from "./pace/pace.ts";
import type { ResolvedUpscalerOptions } from "./resolve-options.ts";
import { resolveUpscalerOptions } from "./resolve-options.ts";
import type { Rung } from "./routing/ladder.ts";
import { closeRungs, loadLadder, openRungs } from "./routing/ladder.ts";
import { createRouter } from "./routing/router.ts";
import type { Settings } from "./settings.ts";
import { createSettings } from "./settings.ts";

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
  const parts = await openParts(options);
  const { models, rungs, grids, settings, single } = parts;
  const [{ engine }, model] = [rungs[0]!, models.at(-1)!];
  const { setRoutingLoss } = settings;
  const setReuseBounds = (bounds: ReuseBounds): void => {
    settings.setReuseBounds(bounds);
    single.setReuseBounds(bounds);
  };
  const pace = openPace(options, models.length > 1, { setRoutingLoss, setReuseBounds });
  const calls = createCalls(parts, options, pace);
  const gridOf = (size: Size): Grid => {
    checkSize("size", size);
    return grids.of(size, false).grid;
  };
  let closing: Promise<void> | undefined;
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
    frame: calls.frame,
    frames: calls.frames,
    get strength() {
      return settings.strength;
    },
    setStrength: settings.setStrength,
    get routingLoss() {
      return settings.routingLoss;
    },
    setRoutingLoss,
    get reuseBounds() {
      return settings.reuseBounds;
    },
    setReuseBounds,
    another: (other) => openAnother(options, other),
    fuse: options.fuse,
    get fusion() {
      return single.fusion;
    },
    reset: async () => single.reset(),
    ...closable(() => {
      calls.end();
      return (closing ??= closeRungs(rungs));
    }),
  };
}

/** What an upscaler is made of. */
interface Parts {
  /** The smallest first, and each on its engine. */
  readonly models: readonly Model[];
  readonly rungs: readonly Rung[];
  readonly grids: Grids;
  readonly settings: Settings;
  readonly enlarge: EnlargePlanes;
  readonly single: SinglePictures;
  /** The beginning of a stream's luma. */
  readonly openStage: () => LumaStage;
  /** What is known of a stream that is fused; none: streams are not. */
  readonly createFusion: (() => StreamFusion) | undefined;
}

async function openParts(options: ResolvedUpscalerOptions): Promise<Parts> {
  const { patchSize, batchSize, fuse, debugView } = options;
  throwIfAborted(options.signal);
  const models = await loadLadder(options.model);
  const rungs = await openRungs(models, { ...options, frames: devicePart(options) }, options);
  const [{ engine, infer }, { scale }] = [rungs[0]!, models.at(-1)!];
  const isRouted = models.length > 1;
  const names = models.map(({ name }) => name);
  const settings = createSettings(options);
  const { reuse } = settings;
  const factors = (): readonly number[] => routingFactors(names, settings.routingLoss);
  const grids = createGrids({ engine, model: windowNeeds(models), patchSize, batchSize });
  const openStage = (): LumaStage => {
    const router = isRouted ? createRouter(rungs, factors) : undefined;
    return createLumaStage({ infer, router, scale, reuse, grids });
  };
  const createFusion = fuse === "off" ? undefined : (await loadStreamFusion()).bind(undefined, fuse);
  const enlarge = await createEnlargePlanes({ scale, networks: models.length, debugView });
  // who made what is known of planes alone
  const onDevice = fuse === "off" && (!isRouted || debugView !== "routing");
  const single = createSinglePictures({
    enlarge,
    stage: openStage(),
    fusion: createFusion?.(),
    device: onDevice ? createDeviceFrames(engine, factors) : undefined,
  });
  return { models, rungs, grids, settings, enlarge, single, openStage, createFusion };
}

/** What callers ask for, for as long as they may. */
interface Calls extends Pick<Upscaler, "frame" | "frames"> {
  /** Refuses all later ones. */
  end(): void;
}

function createCalls(
  { grids, settings, enlarge, single, openStage, createFusion }: Parts,
  { signal, maxLatencyFrames }: ResolvedUpscalerOptions,
  pace: Pace | undefined,
): Calls {
  let hasEnded = false;
  const paced = async <T>(frames: number, given: FrameOptions, work: () => Promise<T>): Promise<T> => {
    const since = performance.now();
    const result = await work();
    if (given.isPaced !== false) pace?.passed(frames, performance.now() - since);
    return result;
  };
  // of the moment: what is set from here on is of frames behind these
  const settled = (given: FrameOptions): SettledOptions => ({
    ...given,
    signal: given.signal ?? signal,
    strength: given.strength ?? settings.strength,
  });
  return {
    async frame<P extends Picture>(source: P, given: FrameOptions = {}): Promise<P> {
      checkFrameCall(source, given);
      if (hasEnded) {
        source.close();
        throw disposed();
      }
      const larger = await paced(1, given, () => single.enlarge(source, settled(given)));
      // of the source's kind
      return larger as P;
    },
    frames(source, given = {}) {
      checkFramesCall(source, given);
      if (hasEnded) throw disposed();
      const stream = { fusion: createFusion?.(), ...given };
      const enlargeSome = async (some: readonly Frame[], stage: LumaStage): Promise<Frame[]> => {
        // a stream is long enough to be worth finding out how its frames are best cut
        await grids.measure(some[0]!.size, given.signal ?? signal);
        return paced(some.length, given, () => enlarge(stage, some, settled(stream)));
      };
      return inBatches(source, maxLatencyFrames, enlargeSome, openStage);
    },
    end: () => {
      hasEnded = true;
    },
  };
}

/** For another network, on single frames. */
function openAnother(options: ResolvedUpscalerOptions, model: Model): Promise<Upscaler> {
  return openUpscaler({
    ...options,
    model,
    fuse: "off",
    framesPerSecond: "off",
    maxLatencyFrames: 1,
    debugView: undefined,
    signal: undefined,
  });
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

function macs(model: Model, grid: Grid): number {
  return countMacs(model, grid.window) * grid.patches.length;
}
