/** Frames into larger ones by their planes: luma by a stage, chroma and alpha after it. */

import type { AnyPlanes, Frame } from "@tatami/core";
import { createFrame, createPlaneLike, planesOf, scaleSize, throwIfAborted } from "@tatami/core";
import { createChromaGuide, createPlaneResizer, enlargeAlpha } from "@tatami/patches";
import type { FrameOptions, UpscalerOptions } from "../options.ts";
import { timed } from "../progress/stage-timer.ts";
import { countCells } from "../routing/router.ts";
import { fuseLuma } from "./fuse-luma.ts";
import type { LumaFrame, LumaOutcome, LumaStage } from "./luma-stage.ts";
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
