/** A chain laid out in memory: weights once, rings and scratch for every thread. */

import { enlargingFilter } from "@tatami/core";
import type { Arena } from "../arena.ts";
import { layerLayout, planLayout, ringLayout } from "../generated/layouts.ts";
import type { Fields, Layout } from "../layout.ts";
import { writeFields } from "../layout.ts";
import type { Chain } from "./chain.ts";
import { isWinograd, storedChannels } from "./chain.ts";
import { packWeights, padChannels } from "./pack-weights.ts";

/** Where the threads' plans are. */
export interface PlanLayout {
  /** An address for each thread. */
  readonly plans: readonly number[];
}

/** Zero pixels kept on each side of a row: more than any kernel reads or overruns. */
const border = 24;
/** Taps of the filter that strength is measured from: pixels −2 to 2 around, of which each phase uses four. */
const filterTaps = 5;

/**
 * Writes a chain into an arena, for windows up to `width` pixels wide and of any height.
 *
 * @throws TatamiError `out-of-memory`.
 */
export function layOutPlans(arena: Arena, chain: Chain, width: number, threads: number): PlanLayout {
  const layers = writeLayers(arena, chain);
  const plans = Array.from({ length: threads }, () => writePlan(arena, chain, layers, width));
  return { plans };
}

/** Rows a ring holds: what a kernel looks at, and as far as its makers run ahead of whoever reads it last. */
export function ringCapacity(chain: Chain, ring: number): number {
  const readers = chain.layers.flatMap(({ residual }, index) =>
    residual !== undefined && residual + 1 === ring ? [index] : [],
  );
  // the picture is read until the end: added, or weighed against
  const last = Math.max(ring, ...readers, ring === 0 ? chain.layers.length : 0);
  return 12 + 4 * (last - ring);
}

function writeLayers(arena: Arena, chain: Chain): number {
  const layers = chain.layers.map((layer, index): Fields<typeof layerLayout> => {
    const isTransformed = isWinograd(chain, index);
    return {
      kernel: layer.kernel,
      inputs: storedChannels(layer.inputs),
      outputs: Math.ceil(layer.outputs / 4) * 4,
      winograd: isTransformed ? 1 : 0,
      weights: writeFloats(arena, packWeights(layer, isTransformed)),
      bias: writeFloats(arena, padChannels(layer.bias)),
      slopes: layer.slopes ? writeFloats(arena, padChannels(layer.slopes)) : 0,
      residual: layer.residual === undefined ? -1 : layer.residual + 1,
    };
  });
  return writeAll(arena, layerLayout, layers);
}

function writePlan(arena: Arena, chain: Chain, layers: number, width: number): number {
  const channels = chain.layers.map((layer) => storedChannels(layer.inputs));
  const outputs = Math.ceil(chain.layers.at(-1)!.outputs / 4) * 4;
  const widest = Math.max(...channels, outputs) * 4;
  const rowPixels = Math.ceil(width / 4) * 4 + 2 * border;
  const rings = chain.layers.map((_layer, index): Fields<typeof ringLayout> => {
    const pixel = channels[index]! * 4;
    const stride = rowPixels * pixel;
    const capacity = ringCapacity(chain, index);
    const rows = arena.takeZeros(capacity * stride) + border * pixel;
    return { rows, stride, capacity, pixel, x0: 0, y0: 0, x1: 0, y1: 0, produced: 0 };
  });
  // V and M of a chunk of tiles stay in the second-level cache whatever the channels
  const tiles = widest > 64 ? 12 : 24;
  const zeros = arena.takeZeros(rowPixels * widest) + border * widest;
  const columns = arena.takeZeros(6 * (tiles * 4 + 2) * widest);
  const v = arena.takeZeros(36 * tiles * widest);
  const m = arena.takeZeros(36 * tiles * widest);
  const row = arena.takeZeros(2 * rowPixels * widest);
  const table = arena.takeZeros(512);
  const filter = writeFloats(arena, packFilter(chain.scale));
  const { centre, scale } = chain;
  const plan: Fields<typeof planLayout> = {
    layerCount: chain.layers.length,
    layers,
    rings: writeAll(arena, ringLayout, rings),
    scale,
    centre,
    addPicture: chain.addPicture ? 1 : 0,
    tiles,
    zeros,
    columns,
    v,
    m,
    row,
    table,
    filter,
  };
  return writeAll(arena, planLayout, [plan]);
}

/** The enlarging filter as `[scale][5]`: every phase's weights of the same five pixels. */
function packFilter(scale: number): Float32Array {
  const { weights, firstTaps } = enlargingFilter(scale);
  const packed = new Float32Array(scale * filterTaps);
  firstTaps.forEach((first, phase) => {
    packed.set(weights.subarray(phase * 4, phase * 4 + 4), phase * filterTaps + first + 2);
  });
  return packed;
}

function writeFloats(arena: Arena, values: Float32Array): number {
  const address = arena.take(values.byteLength);
  new Float32Array(arena.memory.buffer, address, values.length).set(values);
  return address;
}

/** One behind the other. */
function writeAll<L extends Layout>(arena: Arena, layout: L, all: readonly Fields<L>[]): number {
  const address = arena.take(all.length * layout.bytes);
  all.forEach((values, index) =>
    writeFields(arena.memory.buffer, address + index * layout.bytes, layout, values),
  );
  return address;
}
