/** One loaded model on one engine: frames in, larger frames out. */

import type { Backend, Executable, Model } from "@tatami/graph";
import { countMacs } from "@tatami/graph";
import type { Frame, PatchJob, Plane, Planes, Size } from "@tatami/core";
import { createFrame, createPlane, scaleSize, TatamiError, throwIfAborted } from "@tatami/core";
import type { Grid } from "@tatami/patches";
import { enlargeAlpha, enlargeChroma, planGrid } from "@tatami/patches";
import type { Engine } from "@tatami/runtime";
import { createEngine } from "@tatami/runtime";
import type { FrameOptions, Upscaler, UpscalerOptions } from "./options.ts";
import type { ResolvedUpscalerOptions } from "./resolve-options.ts";
import { choosePatchSize } from "./patch-size.ts";
import { resolveUpscalerOptions } from "./resolve-options.ts";
import { timed } from "./stage-timer.ts";
import { fromVideoFrame, isVideoFrame, toVideoFrame } from "./video-frame.ts";

/**
 * Loads a model onto the best engine there is.
 *
 * @throws TatamiError `invalid-option`, `invalid-model`, or `unsupported-environment` when no engine works.
 */
export function createUpscaler(options: UpscalerOptions): Promise<Upscaler> {
  return openUpscaler(resolveUpscalerOptions(options));
}

/** {@link createUpscaler} for options already resolved. */
export async function openUpscaler(options: ResolvedUpscalerOptions): Promise<Upscaler> {
  const { patchSize, batchSize, signal } = options;
  throwIfAborted(signal);
  const model = typeof options.model === "function" ? await options.model() : options.model;
  // The engine is chosen on a small shape; the shape of real frames is tried again when it is prepared.
  const side = Math.min(patchSize ?? 64, 64);
  const shape = { batch: Math.min(batchSize, 2), width: side, height: side };
  const engine = await createEngine({ ...options, model }, shape);
  let last: { readonly parallel: number; readonly grid: Grid } | undefined;
  const gridOf = (frame: Size): Grid => {
    const { halo } = model;
    const parallel = engine.backend.parallelPatches ?? 1;
    // a stream asks the same again and again
    const known = last?.grid.frame;
    if (last?.parallel !== parallel || known?.width !== frame.width || known.height !== frame.height) {
      const size = patchSize ?? choosePatchSize(frame, halo, parallel);
      last = { parallel, grid: planGrid({ frame, patchSize: size, halo }) };
    }
    return last.grid;
  };
  const luma = createLumaRunner(engine, batchSize);

  const split = async (source: Frame): Promise<SplitFrame> => {
    const planes = await source.planes();
    const grid = gridOf(source.size);
    const target = createPlane(scaleSize(source.size, model.scale));
    const fullRange = source.color.fullRange === true;
    const jobs = grid.patches.map((patch) => ({ ...patch, source: planes.luma, target, fullRange }));
    return { planes, grid, target, jobs };
  };
  const upscaleFrame = async (source: Frame, { signal: given, onStage }: FrameOptions): Promise<Frame> => {
    const stop = given ?? signal;
    try {
      throwIfAborted(stop);
      const { planes, grid, target, jobs } = await timed(onStage, "split", () => split(source));
      await timed(onStage, "infer", () => luma(jobs, grid.window, stop));
      return await timed(onStage, "assemble", () => {
        const enlarged = {
          luma: target,
          chroma: enlargeChroma(planes, model.scale),
          ...(planes.alpha ? { alpha: enlargeAlpha(planes.alpha, model.scale) } : {}),
        };
        return createFrame(enlarged, source, "upscaler");
      });
    } finally {
      source.close();
    }
  };

  async function frame(source: Frame, frameOptions?: FrameOptions): Promise<Frame>;
  async function frame(source: VideoFrame, frameOptions?: FrameOptions): Promise<VideoFrame>;
  async function frame(
    source: Frame | VideoFrame,
    frameOptions: FrameOptions = {},
  ): Promise<Frame | VideoFrame> {
    if (!isVideoFrame(source)) return upscaleFrame(source, frameOptions);
    return toVideoFrame(await upscaleFrame(await fromVideoFrame(source), frameOptions));
  }

  return {
    get backend() {
      return engine.backend.name;
    },
    get description() {
      return engine.backend.description;
    },
    model,
    scale: model.scale,
    get rejected() {
      return engine.rejected;
    },
    patchesPerFrame: (size) => gridOf(size).patches.length,
    macsPerFrame: (size) => macs(model, gridOf(size)),
    frame,
    reset: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  };
}

interface SplitFrame {
  readonly planes: Planes;
  readonly grid: Grid;
  /** Luma of the larger frame, to be written by the jobs. */
  readonly target: Plane;
  readonly jobs: readonly PatchJob[];
}

function macs(model: Model, grid: Grid): number {
  return countMacs(model, grid.window) * grid.patches.length;
}

type LumaRunner = (jobs: readonly PatchJob[], window: Size, signal?: AbortSignal) => Promise<void>;

// A batch never holds more patches than a frame has, so that a small frame is not padded with nothing.
function createLumaRunner(engine: Engine, batchSize: number): LumaRunner {
  return async (jobs, window, signal) => {
    const batch = Math.min(batchSize, jobs.length);
    for (;;) {
      const executable = await engine.executable({ batch, width: window.width, height: window.height });
      const { backend } = engine;
      const failure = await attempt(executable, backend, jobs, signal);
      if (!failure) return;
      await engine.fallBack(backend, failure);
    }
  };
}

// A lost device or an engine's own failure is worth another engine; an abort is not.
async function attempt(
  executable: Executable,
  backend: Backend,
  jobs: readonly PatchJob[],
  signal: AbortSignal | undefined,
): Promise<TatamiError | undefined> {
  let lost: TatamiError<"device-lost"> | undefined;
  const watch = backend.lost.then((error) => (lost = error));
  try {
    const running = executable.run(jobs, signal);
    await Promise.race([running, watch]);
    return lost;
  } catch (cause) {
    throwIfAborted(signal);
    if (TatamiError.is(cause)) return cause;
    return new TatamiError({
      code: "internal",
      message: `Engine ${backend.name} failed while running: ${String(cause)}`,
      fix: "Nothing needs doing, the next engine is used; please report this.",
      cause,
    });
  }
}
