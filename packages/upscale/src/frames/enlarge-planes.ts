/** Frames into larger ones by their planes: luma by a stage, chroma and alpha after it. */

import type { AnyPlane, AnyPlanes, DeepPlane, Frame, Plane } from "@tatami/core";
import {
  areDeepPlanes,
  createDeepPlane,
  createFrame,
  createPlaneLike,
  planesOf,
  roundPlanes,
  scaleSize,
  stepsOfLevel,
  throwIfAborted,
} from "@tatami/core";
import type { StreamFusion } from "@tatami/patches";
import { createChromaGuide, createPlaneResizer, enlargeAlpha } from "@tatami/patches";
import type { FrameOptions, UpscalerOptions } from "../options.ts";
import { timed } from "../progress/stage-timer.ts";
import { countCells } from "../routing/router.ts";
import type { LumaFrame } from "../routing/router.ts";
import type { LumaOutcome, LumaStage } from "./luma-stage.ts";
import { tintFused, tintReused, tintRouted } from "./tint.ts";

/** Options of frames that are begun on: their strength is settled. */
export type SettledOptions = FrameOptions & { readonly strength: number };

/** Enlarges frames of one size and kind. Takes them: they are closed, whatever happens. */
export type EnlargePlanes = (
  stage: LumaStage,
  sources: readonly Frame[],
  options: SettledOptions,
) => Promise<Frame[]>;

/** What decides how frames are put together. */
export interface EnlargePlanesInit {
  readonly scale: number;
  /** How many networks share a frame. */
  readonly networks: number;
  readonly debugView: UpscalerOptions["debugView"];
}

interface SplitFrame extends LumaFrame {
  /** With luma as it is shown. */
  readonly planes: AnyPlanes;
  /** Where they are to be shown. */
  readonly counts?: Float32Array | undefined;
}

/** Loads the kernels of chroma and of alpha. */
export async function createEnlargePlanes(init: EnlargePlanesInit): Promise<EnlargePlanes> {
  const assemble = await createAssemble(init);
  return async (stage, sources, options) => {
    const { signal, onStage, onPatches } = options;
    try {
      throwIfAborted(signal);
      const frames = await timed(onStage, "split", () => splitAll(init, sources, options));
      const outcomes = await stage.run(frames, signal, onStage);
      for (const { decisions, cells } of outcomes) {
        const computed = decisions.filter((decision) => decision === "compute").length;
        const counts = cells ? [countCells(cells, init.networks)] : [];
        onPatches?.(computed, decisions.length - computed, ...counts);
      }
      return await timed(onStage, "assemble", () =>
        frames.map((frame, index) => assemble(frame, sources[index]!, outcomes[index]!)),
      );
    } finally {
      for (const source of sources) source.close();
    }
  };
}

/** Luma to be enlarged, and where to; fused in the frames' order, each with those before it. */
async function splitAll(
  { scale, debugView }: EnlargePlanesInit,
  sources: readonly Frame[],
  { fusion, strength }: SettledOptions,
): Promise<SplitFrame[]> {
  const all = await Promise.all(sources.map(planesOf));
  const frames: SplitFrame[] = [];
  for (const [index, source] of sources.entries()) {
    const { color, size } = source;
    const given = all[index]!;
    // of as many bits as before
    const planes = fusion ? ({ ...given, luma: await fuseLuma(fusion, given, source) } as AnyPlanes) : given;
    const counts = debugView === "fusion" ? fusion?.counts() : undefined;
    const target = createPlaneLike(planes.luma, scaleSize(size, scale));
    const fullRange = color.fullRange === true;
    frames.push({ planes, counts, source: planes.luma, target, fullRange, strength });
  }
  return frames;
}

/**
 * A frame's luma to show, fused with those before it, in as many bits as it has. Means are of bytes; by what they move a
 * picture of 8 bits, finer samples are moved: where nothing changes, and without noise, they stay as they are.
 */
async function fuseLuma(
  fusion: StreamFusion,
  planes: AnyPlanes,
  { timestamp, isKey }: Pick<Frame, "timestamp" | "isKey">,
): Promise<AnyPlane> {
  if (!areDeepPlanes(planes)) return fusion.next({ luma: planes.luma, timestamp, isKey });
  const { luma: rounded } = roundPlanes(planes);
  const shown = await fusion.next({ luma: rounded, timestamp, isKey });
  return shown === rounded ? planes.luma : moved(planes.luma, rounded, shown);
}

function moved(fine: DeepPlane, from: Plane, to: Plane): DeepPlane {
  const result = createDeepPlane(fine, fine.bits);
  const step = stepsOfLevel(fine.bits);
  const most = 2 ** fine.bits - 1;
  for (let y = 0; y < fine.height; y++)
    for (let x = 0; x < fine.width; x++) {
      const by = to.data[y * to.stride + x]! - from.data[y * from.stride + x]!;
      const level = fine.data[y * fine.stride + x]! + step * by;
      result.data[y * result.stride + x] = Math.min(Math.max(level, 0), most);
    }
  return result;
}

/** Puts a larger frame together when its luma is there. */
async function createAssemble({
  scale,
  debugView,
}: EnlargePlanesInit): Promise<(split: SplitFrame, source: Frame, outcome: LumaOutcome) => Frame> {
  const resize = await createPlaneResizer();
  const guide = await createChromaGuide();
  return ({ planes, target, counts }, source, outcome) => {
    const chroma = guide(planes, target, scale);
    if (debugView === "reuse") tintReused(chroma, outcome, scale);
    if (debugView === "routing") tintRouted(chroma, outcome, scale);
    if (counts) tintFused(chroma, counts, planes.luma, scale);
    const alpha = planes.alpha && enlargeAlpha(planes.alpha, scale, resize);
    // all of as many bits as the source
    const larger = { luma: target, chroma, ...(alpha ? { alpha } : {}) } as AnyPlanes;
    return createFrame(larger, source, "upscaler");
  };
}
