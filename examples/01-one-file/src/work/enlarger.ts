/** Enlarges one frame by one network after another, and keeps what was made. */

import type { ColorSpace, Frame, Plane, Planes } from "@tatami/core";
import { createFrame } from "@tatami/core";
import { createChromaGuide, createPlaneResizer } from "@tatami/patches";
import { createUpscaler, type Upscaler } from "@tatami/upscale";
import { filterPlane, mixStrength } from "./mix-strength.ts";
import { networkKey, openNetwork } from "./networks.ts";
import type { Choice } from "./protocol.ts";

/** A frame that stays where it is while networks are tried on it. */
export interface Still {
  readonly planes: Planes;
  /** Seconds. */
  readonly timestamp: number;
  readonly color: ColorSpace;
}

/** Samples of enlarged pictures that are kept, about as many bytes. */
const keptSamples = 96e6;
/** Milliseconds below which a first frame is enlarged again: what it took to get going is no part of a frame's time. */
const shortMs = 700;

interface Kept {
  /** Luma by the network, and by the filter it is weighed against. */
  readonly network: Plane;
  readonly filter: Plane;
  readonly scale: number;
  readonly frameMs: number;
}

export interface Enlarger {
  /** A frame, the caller's to close, and the milliseconds that one takes. What was made before is not made again. */
  enlarge(
    still: Still,
    network: Choice["network"],
    strength: number,
  ): Promise<{ readonly frame: Frame; readonly frameMs: number }>;
}

/** One network at a time is held open: engines take memory, and threads. */
export const createEnlarger = (): Enlarger => {
  const resizing = createPlaneResizer();
  const guiding = createChromaGuide();
  const kept = new Map<string, Kept>();
  let held: { readonly key: string; readonly upscaler: Upscaler; frameMs: number } | undefined;

  const open = async (network: Choice["network"]): Promise<NonNullable<typeof held>> => {
    const key = networkKey(network);
    if (held?.key === key) return held;
    await held?.upscaler[Symbol.asyncDispose]();
    held = undefined;
    // every frame is computed whole: what it takes is to be measured
    const upscaler = await createUpscaler({ model: () => openNetwork(network), reuse: "off" });
    return (held = { key, upscaler, frameMs: Infinity });
  };
  const compute = async (still: Still, network: Choice["network"]): Promise<Kept> => {
    const now = await open(network);
    const { scale } = now.upscaler;
    const run = async (): Promise<Plane> => {
      const began = performance.now();
      const larger = await now.upscaler.frame(createFrame(still.planes, still, "preview"));
      const { luma } = await larger.planes();
      now.frameMs = Math.min(now.frameMs, performance.now() - began);
      larger.close();
      return luma;
    };
    const isFirst = now.frameMs === Infinity;
    const luma = await run();
    if (isFirst && now.frameMs < shortMs) await run();
    const filter = filterPlane(still.planes.luma, scale, await resizing);
    return { network: luma, filter, scale, frameMs: now.frameMs };
  };

  return {
    async enlarge(still, network, strength) {
      const key = `${still.timestamp} ${networkKey(network)}`;
      const made = kept.get(key) ?? (await compute(still, network));
      // the newest last: the oldest go first
      kept.delete(key);
      kept.set(key, made);
      forget(kept);
      const luma = mixStrength(made.filter, made.network, strength);
      const guide = await guiding;
      const chroma = guide(still.planes, luma, made.scale);
      return { frame: createFrame({ luma, chroma }, still, "preview"), frameMs: made.frameMs };
    },
  };
};

const forget = (kept: Map<string, Kept>): void => {
  const size = ({ filter, network }: Kept): number => filter.data.length + network.data.length;
  let total = [...kept.values()].reduce((sum, each) => sum + size(each), 0);
  for (const [key, each] of kept) {
    if (total <= keptSamples || kept.size === 1) return;
    kept.delete(key);
    total -= size(each);
  }
};
