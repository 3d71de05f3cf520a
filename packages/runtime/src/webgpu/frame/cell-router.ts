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
import { ownResources } from "../owned-resources.ts";
import type { FrameLuma, WindowSet } from "./window-set.ts";
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
  const { larger, frame, grid, flags } = init;
  const [{ device, pipelines, chain, strength }] = larger as [ExecutableInit];
  const { windows, owners: ownersOf } = cellWindows(grid);
  const { own, create, upload, release } = ownResources(device);
  try {
    const uniform = create("routing", 16, bufferUsage.uniform | bufferUsage.copyTarget);
    const thresholds = create("thresholds", 16);
    const energies = create("energies", windows.length * cellsTogether ** 2 * 4);
    const routes = create("routes", windows.length * 4);
    const owners = upload("owners", Uint32Array.from(ownersOf).buffer, bufferUsage.storage);
    const steps: { readonly set: WindowSet; readonly lists: readonly ListStep[] }[] = [];
    for (const [index, network] of larger.entries()) {
      const fitting = Math.max(1, Math.floor(network.mostBytes / bytesOf(network.chain, windows[0]!.window)));
      const most = Math.min(windows.length, fitting);
      const count = Math.ceil(windows.length / most);
      const buffers = Array.from({ length: count }, () => create("routed", most * 4));
      const set = own(await createWindowSet(network, frame, windows, buffers, most));
      const listing = await pipelines.get("list of routed windows", routeListPass(set.dispatches.length));
      const lists = buffers.map((list, at): ListStep => {
        const wanted = { windows: windows.length, rung: index + 1, start: at * most, most };
        const taken = upload("list", packList(wanted), bufferUsage.uniform);
        const sizes = Uint32Array.from(set.dispatches.flatMap((each) => [...each, 0]));
        const args = upload("routed dispatches", sizes.buffer, bufferUsage.storage | bufferUsage.indirect);
        return { pipeline: listing, bindings: bind(device, listing, [taken, routes, list, args]), args };
      });
      steps.push({ set, lists });
    }
    const padding = paddingOf(chain);
    const [measuring, weighing, deciding] = await Promise.all([
      pipelines.get("energies", energyPass(chain.scale, chain.centre, padding)),
      pipelines.get("thresholds", thresholdPass()),
      pipelines.get("routes", routePass()),
    ]);
    const [first] = steps as [(typeof steps)[0]];
    const seen = [frame.geometry, first.set.windows, owners, flags, frame.picture, frame.luma, energies];
    const passes = [
      { pipeline: measuring, bindings: bind(device, measuring, seen), count: windows.length },
      {
        pipeline: weighing,
        bindings: bind(device, weighing, [uniform, energies, thresholds]),
        count: 1,
      },
      {
        pipeline: deciding,
        bindings: bind(device, deciding, [uniform, energies, thresholds, owners, flags, routes]),
        count: Math.ceil(windows.length / 64),
      },
    ];
    return {
      encode(pass) {
        for (const { pipeline, bindings, count } of passes) {
          pass.setPipeline(pipeline);
          pass.setBindGroup(0, bindings);
          pass.dispatchWorkgroups(count);
        }
        for (const { set, lists } of steps)
          lists.forEach(({ pipeline, bindings, args }, index) => {
            pass.setPipeline(pipeline);
            pass.setBindGroup(0, bindings);
            pass.dispatchWorkgroups(1);
            set.encodeList(pass, index, args);
          });
      },
      beforeSubmit() {
        const { value = 1 } = strength ?? {};
        // the filter alone is nobody's work
        const [middle = Infinity, largest = Infinity] = value === 0 ? [] : init.factors();
        const level = value ** 2 / unit;
        device.queue.writeBuffer(
          uniform,
          0,
          packRouting({
            windows: windows.length,
            first: finite(middle),
            second: finite(largest),
            unit: level,
          }),
        );
      },
      [Symbol.dispose]: release,
    };
  } catch (error) {
    release();
    throw error;
  }
}

/** What no energy reaches: WGSL has no infinity. */
function finite(factor: number): number {
  return Math.min(factor, 1e30);
}

interface ListStep {
  readonly pipeline: GPUComputePipeline;
  readonly bindings: GPUBindGroup;
  readonly args: GPUBuffer;
}

/** Patches' kept parts cut into squares of some cells, each in a window with its context. */
function cellWindows({ frame, patches }: Grid): {
  readonly windows: readonly GridPatch[];
  readonly owners: readonly number[];
} {
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
