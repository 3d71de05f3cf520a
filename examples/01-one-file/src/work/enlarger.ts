/** Enlarges one frame, or parts of it, by one network after another, and keeps what was made. */

import type { ColorSpace, Frame, Plane, Planes, Rect } from "@tatami/core";
import { createFrame } from "@tatami/core";
import { createChromaGuide, createPlaneResizer } from "@tatami/patches";
import { createUpscaler } from "@tatami/upscale";
import type { Upscaler } from "@tatami/upscale";
import { filterPlane, mixStrength } from "./mix-strength.ts";
import { networkKey, openNetwork } from "./networks.ts";
import { cutPlane, cutPlanes, growRect, scaleRect } from "./parts.ts";
import type { Choice, DetailRequest } from "./protocol.ts";

/** A frame that stays where it is while networks are tried on it. */
export interface Still {
  readonly planes: Planes;
  /** Seconds. */
  readonly timestamp: number;
  readonly color: ColorSpace;
}

/** What shall be made. */
export interface Enlarging {
  readonly network: DetailRequest["network"];
  /** From 0 to 1.5. */
  readonly strength: number;
  /** In the frame's pixels; all of it when left out. */
  readonly part?: Rect;
  readonly signal?: AbortSignal;
}

/** Samples of enlarged pictures that are kept, about as many bytes. */
const keptSamples = 96e6;
/** Milliseconds below which a first frame is enlarged again: what it took to get going is no part of a frame's time. */
const shortMs = 700;
/** Pixels around a part that are enlarged with it, so that it becomes what it is in the whole. */
const halo = 32;

interface Made {
  /** What of the frame it shows. */
  readonly rect: Rect;
  /** Luma by the network, and by the filter it is weighed against. */
  readonly network: Plane;
  readonly filter: Plane;
  readonly scale: number;
  /** Milliseconds that a whole frame takes, about; nothing of what no network made. */
  readonly frameMs?: number;
}

/** A frame, the caller's to close, and the milliseconds that a whole one takes. */
export interface Enlarged {
  readonly frame: Frame;
  readonly frameMs?: number;
}

export interface Enlarger {
  /** What was made before is not made again. One call at a time. */
  enlarge(still: Still, wanted: Enlarging): Promise<Enlarged>;
}

/** One network at a time is held open: engines take memory, and threads. */
export const createEnlarger = (): Enlarger => {
  const resizing = createPlaneResizer();
  const guiding = createChromaGuide();
  const kept = new Map<string, Made>();
  const run = createRunner();

  const make = async (still: Still, { network, signal }: Enlarging, rect: Rect): Promise<Made> => {
    const planes = cutPlanes(still.planes, rect);
    const resize = await resizing;
    if (network.kind === "filter") {
      const filter = filterPlane(planes.luma, network.scale, resize);
      return { rect, network: filter, filter, scale: network.scale };
    }
    const { luma, scale, milliseconds } = await run(network, { ...still, planes }, signal);
    const { width, height } = still.planes.luma;
    const frameMs = (milliseconds * width * height) / (rect.width * rect.height);
    return { rect, network: luma, filter: filterPlane(planes.luma, scale, resize), scale, frameMs };
  };

  return {
    async enlarge(still, wanted) {
      const { network, part, strength } = wanted;
      const { width, height } = still.planes.luma;
      const whole = { x: 0, y: 0, width, height };
      const shown = part ?? whole;
      const rect = growRect(shown, halo, whole);
      const ofWhole = keyOf(still, network, whole);
      const found = kept.has(ofWhole) ? ofWhole : keyOf(still, network, rect);
      const made = kept.get(found) ?? (await make(still, wanted, rect));
      // the newest last: the oldest go first
      kept.delete(found);
      kept.set(found, made);
      forget(kept);
      const { scale, frameMs } = made;
      const inMade = scaleRect(rect, made.rect, scale);
      const luma = mixStrength(cutPlane(made.filter, inMade), cutPlane(made.network, inMade), strength);
      const chroma = (await guiding)(cutPlanes(still.planes, rect), luma, scale);
      const planes = cutPlanes({ luma, chroma }, scaleRect(shown, rect, scale));
      return {
        frame: createFrame(planes, still, "preview"),
        ...(frameMs === undefined ? {} : { frameMs }),
      };
    },
  };
};

const keyOf = ({ timestamp }: Still, network: DetailRequest["network"], rect: Rect): string => {
  const { x, y, width, height } = rect;
  const name = network.kind === "filter" ? `filter ${network.scale}` : networkKey(network);
  return `${timestamp} ${x} ${y} ${width} ${height} ${name}`;
};

type Runner = (
  network: Choice["network"],
  still: Still,
  signal: AbortSignal | undefined,
) => Promise<{ readonly luma: Plane; readonly scale: number; readonly milliseconds: number }>;

const createRunner = (): Runner => {
  let held: { readonly key: string; readonly upscaler: Upscaler; isWarm: boolean } | undefined;
  const open = async (network: Choice["network"]): Promise<NonNullable<typeof held>> => {
    const key = networkKey(network);
    if (held?.key === key) return held;
    await held?.upscaler[Symbol.asyncDispose]();
    held = undefined;
    // every frame is computed whole: what it takes is to be measured
    const upscaler = await createUpscaler({ model: () => openNetwork(network), reuse: "off" });
    return (held = { key, upscaler, isWarm: false });
  };
  return async (network, still, signal) => {
    const now = await open(network);
    const once = async (): Promise<{ luma: Plane; milliseconds: number }> => {
      const began = performance.now();
      const source = createFrame(still.planes, still, "preview");
      const larger = await now.upscaler.frame(source, signal === undefined ? {} : { signal });
      const { luma } = await larger.planes();
      const milliseconds = performance.now() - began;
      larger.close();
      return { luma, milliseconds };
    };
    const first = await once();
    const again = now.isWarm || first.milliseconds > shortMs ? first : await once();
    now.isWarm = true;
    const milliseconds = Math.min(first.milliseconds, again.milliseconds);
    return { luma: again.luma, scale: now.upscaler.scale, milliseconds };
  };
};

const forget = (kept: Map<string, Made>): void => {
  const size = ({ filter, network }: Made): number => filter.data.length + network.data.length;
  let total = [...kept.values()].reduce((sum, each) => sum + size(each), 0);
  for (const [key, each] of kept) {
    if (total <= keptSamples || kept.size === 1) return;
    kept.delete(key);
    total -= size(each);
  }
};
