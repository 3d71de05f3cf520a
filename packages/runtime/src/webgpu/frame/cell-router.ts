/** Cells of a frame that larger networks compute anew, decided on the device: nothing is read back. */

import type { Rect } from "@tatami/core";
import type { Grid, GridPatch } from "@tatami/patches";
import { cellSide, usualCover } from "@tatami/patches";
import type { Model } from "@tatami/graph";
import { readChain } from "../../read-chain.ts";
import type { ExecutableInit } from "../executable.ts";
import { bind, bytesOf, paddingOf } from "../network.ts";
import { bufferUsage } from "../usage.ts";
import {
  cellsTogether,
  energyPass,
  packList,
  packRouting,
  routeListPass,
  routePass,
  thresholdPass,
} from "../wgsl/reuse/route-pass.ts";
import type { OwnedResources } from "../owned-resources.ts";
import { ownResources } from "../owned-resources.ts";
import type { FrameLuma } from "./window-set.ts";
import { createWindowSet } from "./window-set.ts";

/**
 * Whether networks can share frames on a device: their pictures lie in memory alike.
 *
 * @throws TatamiError `invalid-model` for one that is no chain of convolutions.
 */
export function sharesFrames(models: readonly Model[]): boolean {
  const [first, ...others] = models.map(readChain);
  return others.every(
    (chain) =>
      chain.scale === first!.scale &&
      chain.centre === first!.centre &&
      paddingOf(chain) === paddingOf(first!),
  );
}

/** What a router is made from. */
export interface CellRouterInit {
  /** Larger networks of one frame size, one or two, by their cost. */
  readonly larger: readonly ExecutableInit[];
  /** How much energy sends cells to each of them, see `routingFactors`; asked for with every frame. */
  readonly factors: () => readonly number[];
  readonly frame: FrameLuma;
  readonly grid: Grid;
  /** What becomes of the grid's patches. */
  readonly flags: GPUBuffer;
}

/** Routes. Dispose of it. */
export interface CellRouter extends Disposable {
  /** Measures, lists, computes. To be added behind all that computes the frame's luma. */
  encode(pass: GPUComputePassEncoder): void;
  /** To be called right before a frame's commands are submitted. */
  beforeSubmit(): void;
}

/** Levels of the model's unit, squared. */
const unit = 255 ** 2;

/** @throws TatamiError `out-of-memory`; `unsupported-environment` when the device refuses a shader. */
export async function createCellRouter(init: CellRouterInit): Promise<CellRouter> {
  const { larger, frame, grid } = init;
  const cells = cellWindows(grid);
  const resources = ownResources(larger[0]!.device);
  try {
    const routes = resources.create("routes", cells.windows.length * 4);
    const rungs: Rung[] = [];
    for (const [index, network] of larger.entries())
      rungs.push(await createRung(resources, network, index + 1, frame, cells.windows, routes));
    const choice = await createRouteChoice(resources, init, cells, rungs[0]!.windows, routes);
    return {
      encode(pass) {
        choice.encode(pass);
        for (const rung of rungs) rung.encode(pass);
      },
      beforeSubmit: choice.beforeSubmit,
      [Symbol.dispose]: resources.release,
    };
  } catch (error) {
    resources.release();
    throw error;
  }
}

/** One larger network, and the windows that are routed to it. */
interface Rung {
  /** All windows, as shaders read them. */
  readonly windows: GPUBuffer;
  /** Lists the windows that are its own, and computes them. */
  encode(pass: GPUComputePassEncoder): void;
}

/** @param rung 1 for the first larger network, as routes count @param routes the rung of each window */
async function createRung(
  { own, create, upload }: OwnedResources,
  network: ExecutableInit,
  rung: number,
  frame: FrameLuma,
  windows: readonly GridPatch[],
  routes: GPUBuffer,
): Promise<Rung> {
  const { device, pipelines, chain, mostBytes } = network;
  const fitting = Math.max(1, Math.floor(mostBytes / bytesOf(chain, windows[0]!.window)));
  const most = Math.min(windows.length, fitting);
  const count = Math.ceil(windows.length / most);
  const buffers = Array.from({ length: count }, () => create("routed", most * 4));
  const set = own(await createWindowSet(network, frame, windows, buffers, most));
  const listing = await pipelines.get("list of routed windows", routeListPass(set.dispatches.length));
  const lists = buffers.map((list, at) => {
    const wanted = { windows: windows.length, rung, start: at * most, most };
    const taken = upload("list", packList(wanted), bufferUsage.uniform);
    const sizes = Uint32Array.from(set.dispatches.flatMap((each) => [...each, 0]));
    const args = upload("routed dispatches", sizes.buffer, bufferUsage.storage | bufferUsage.indirect);
    return { bindings: bind(device, listing, [taken, routes, list, args]), args };
  });
  return {
    windows: set.windows,
    encode: (pass) =>
      lists.forEach(({ bindings, args }, index) => {
        pass.setPipeline(listing);
        pass.setBindGroup(0, bindings);
        pass.dispatchWorkgroups(1);
        set.encodeList(pass, index, args);
      }),
  };
}

/**
 * Measures what the smallest network added to each window, and chooses who computes it.
 *
 * @param windows as shaders read them
 * @param routes is written: the rung of each window, 0 for the smallest network
 */
async function createRouteChoice(
  { create, upload }: OwnedResources,
  { larger, factors, frame, flags }: CellRouterInit,
  { windows: { length: count }, owners: ownersOf }: CellWindows,
  windows: GPUBuffer,
  routes: GPUBuffer,
): Promise<Pick<CellRouter, "encode" | "beforeSubmit">> {
  const [{ device, pipelines, chain, strength }] = larger as [ExecutableInit];
  const uniform = create("routing", 16, bufferUsage.uniform | bufferUsage.copyTarget);
  const thresholds = create("thresholds", 16);
  const energies = create("energies", count * cellsTogether ** 2 * 4);
  const owners = upload("owners", Uint32Array.from(ownersOf).buffer, bufferUsage.storage);
  const [measuring, weighing, deciding] = await Promise.all([
    pipelines.get("energies", energyPass(chain.scale, chain.centre, paddingOf(chain))),
    pipelines.get("thresholds", thresholdPass()),
    pipelines.get("routes", routePass()),
  ]);
  const step = (pipeline: GPUComputePipeline, workgroups: number, bound: readonly GPUBuffer[]) => ({
    pipeline,
    workgroups,
    bindings: bind(device, pipeline, bound),
  });
  const seen = [frame.geometry, windows, owners, flags, frame.picture, frame.luma, energies];
  const steps = [
    step(measuring, count, seen),
    step(weighing, 1, [uniform, energies, thresholds]),
    step(deciding, Math.ceil(count / 64), [uniform, energies, thresholds, owners, flags, routes]),
  ];
  return {
    encode(pass) {
      for (const { pipeline, bindings, workgroups } of steps) {
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, bindings);
        pass.dispatchWorkgroups(workgroups);
      }
    },
    beforeSubmit() {
      const { value = 1 } = strength ?? {};
      // the filter alone is nobody's work
      const [middle = Infinity, largest = Infinity] = value === 0 ? [] : factors();
      const packed = packRouting({
        windows: count,
        first: finite(middle),
        second: finite(largest),
        unit: value ** 2 / unit,
      });
      device.queue.writeBuffer(uniform, 0, packed);
    },
  };
}

/** What no energy reaches: WGSL has no infinity. */
function finite(factor: number): number {
  return Math.min(factor, 1e30);
}

/** Squares of some cells, and the patch that each belongs to. */
interface CellWindows {
  readonly windows: readonly GridPatch[];
  readonly owners: readonly number[];
}

/** Patches' kept parts cut into squares of some cells, each in a window with its context. */
function cellWindows({ frame, patches }: Grid): CellWindows {
  const side = cellsTogether * cellSide;
  const { context } = usualCover;
  const width = Math.min(side + 2 * context, frame.width);
  const height = Math.min(side + 2 * context, frame.height);
  const around = (kept: Rect): Rect => ({
    x: Math.min(Math.max(0, kept.x - context), frame.width - width),
    y: Math.min(Math.max(0, kept.y - context), frame.height - height),
    width,
    height,
  });
  const windows: GridPatch[] = [];
  const owners: number[] = [];
  patches.forEach(({ kept: { x, y, width: across, height: down } }, index) => {
    for (let top = y; top < y + down; top += side)
      for (let left = x; left < x + across; left += side) {
        const kept = {
          x: left,
          y: top,
          width: Math.min(side, x + across - left),
          height: Math.min(side, y + down - top),
        };
        windows.push({ window: around(kept), kept });
        owners.push(index);
      }
  });
  return { windows, owners };
}
