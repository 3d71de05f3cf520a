/** A chain laid out in memory: weights once, rings and scratch for every thread. Mirrors `assembly/inference/structures.ts`. */

import { enlargingFilter } from "@tatami/core";
import type { Arena } from "../arena.ts";
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
const layerFields = 8;
const ringFields = 9;
const planFields = 14;
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
  const fields = chain.layers.flatMap((layer, index) => {
    const winograd = isWinograd(chain, index);
    return [
      layer.kernel,
      storedChannels(layer.inputs),
      Math.ceil(layer.outputs / 4) * 4,
      winograd ? 1 : 0,
      writeFloats(arena, packWeights(layer, winograd)),
      writeFloats(arena, padChannels(layer.bias)),
      layer.slopes ? writeFloats(arena, padChannels(layer.slopes)) : 0,
      layer.residual === undefined ? -1 : layer.residual + 1,
    ];
  });
  return writeIntegers(arena, fields, chain.layers.length * layerFields);
}

function writePlan(arena: Arena, chain: Chain, layers: number, width: number): number {
  const channels = chain.layers.map((layer) => storedChannels(layer.inputs));
  const outputs = Math.ceil(chain.layers.at(-1)!.outputs / 4) * 4;
  const widest = Math.max(...channels, outputs) * 4;
  const rowPixels = Math.ceil(width / 4) * 4 + 2 * border;
  const rings = chain.layers.flatMap((_layer, index) => {
    const pixel = channels[index]! * 4;
    const stride = rowPixels * pixel;
    const capacity = ringCapacity(chain, index);
    const address = zeroed(arena, capacity * stride);
    return [address + border * pixel, stride, capacity, pixel, 0, 0, 0, 0, 0];
  });
  const ringTable = writeIntegers(arena, rings, chain.layers.length * ringFields);
  // V and M of a chunk of tiles stay in the second-level cache whatever the channels
  const tiles = widest > 64 ? 12 : 24;
  const zeros = zeroed(arena, rowPixels * widest) + border * widest;
  const columns = zeroed(arena, 6 * (tiles * 4 + 2) * widest);
  const v = zeroed(arena, 36 * tiles * widest);
  const m = zeroed(arena, 36 * tiles * widest);
  const row = zeroed(arena, 2 * rowPixels * widest);
  const table = zeroed(arena, 512);
  const filter = writeFloats(arena, packFilter(chain.scale));
  const plan = writeIntegers(
    arena,
    [
      chain.layers.length,
      layers,
      ringTable,
      chain.scale,
      0,
      chain.addPicture ? 1 : 0,
      tiles,
      zeros,
      columns,
      v,
      m,
      row,
      table,
      filter,
    ],
    planFields,
  );
  new Float32Array(arena.memory.buffer, plan + 16, 1)[0] = chain.centre;
  return plan;
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

function writeIntegers(arena: Arena, values: readonly number[], count: number): number {
  const address = arena.take(count * 4);
  new Int32Array(arena.memory.buffer, address, count).set(values);
  return address;
}

function zeroed(arena: Arena, bytes: number): number {
  const address = arena.take(bytes);
  new Uint8Array(arena.memory.buffer, address, bytes).fill(0);
  return address;
}
