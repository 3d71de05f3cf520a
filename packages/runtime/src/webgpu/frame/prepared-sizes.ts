/** Sizes of frames made ready on a device, each when it is first met. */

import type { Size } from "@tatami/core";
import type { Model } from "@tatami/graph";
import type { ResolvedReuse } from "@tatami/patches";
import { readChain } from "../../read-chain.ts";
import type { OpenDevice } from "../device.ts";
import type { ExecutableInit } from "../executable.ts";
import type { StrengthSetting } from "../network.ts";
import { settleFor } from "../tuning/settle-options.ts";
import type { WebGpuOptions } from "../tuning/settle-options.ts";
import type { PatchCounts } from "./patch-decider.ts";
import type { PreparedFrame } from "./prepared-frame.ts";
import { prepareFrame } from "./prepared-frame.ts";
import { prepareReusingFrame } from "./reusing-frame.ts";

/** How frames are enlarged, with nothing left open. */
export interface FrameSettings {
  /** The smallest first. */
  readonly models: readonly Model[];
  readonly engine: WebGpuOptions;
  /** Its bounds may move at any time. */
  readonly reuse: ResolvedReuse;
  readonly patchSize: number;
  readonly tint: boolean;
  /** May be set at any time; what was kept is then to be forgotten. */
  readonly strength: StrengthSetting;
  /** One for each model but the first; may be set at any time. */
  factors: readonly number[];
}

/** The last sizes that were asked for. One call at a time. Dispose of it. */
export interface PreparedSizes extends Disposable {
  /** @throws TatamiError `out-of-memory`; `unsupported-environment` when the device refuses a shader. */
  prepare(size: Size): Promise<PreparedFrame>;
  /** Forgets earlier frames of all sizes. */
  reset(): void;
  /** Patches of all sizes so far. @throws TatamiError `device-lost`. */
  counts(): Promise<PatchCounts>;
}

/** Sizes kept ready, so that a stream that changes its size back and forth does not prepare anew each time. */
const preparedSizes = 2;

/** None yet. */
export function createPreparedSizes(open: OpenDevice, settings: FrameSettings): PreparedSizes {
  const sizes = new Map<string, PreparedFrame>();
  /** Patches of sizes that are not kept ready any more. */
  const before = { computed: 0, reused: 0 };
  const dropOldest = async (): Promise<void> => {
    const [oldest] = sizes.keys();
    if (oldest === undefined || sizes.size < preparedSizes) return;
    const dropped = sizes.get(oldest)!;
    sizes.delete(oldest);
    const { computed, reused } = await dropped.counts();
    before.computed += computed;
    before.reused += reused;
    dropped[Symbol.dispose]();
  };
  return {
    async prepare(size) {
      // what needs no measuring is the work of the network that gets everything
      const base = settings.factors.findLastIndex((factor) => factor <= 0) + 1;
      const key = `${size.width}×${size.height} ${base}`;
      const known = sizes.get(key);
      if (known) return known;
      await dropOldest();
      const made = await prepareSize(open, settings, base, size);
      sizes.set(key, made);
      return made;
    },
    reset() {
      for (const prepared of sizes.values()) prepared.reset();
    },
    async counts() {
      const counts = await Promise.all([...sizes.values()].map((prepared) => prepared.counts()));
      return counts.reduce(
        (sum, each) => ({ computed: sum.computed + each.computed, reused: sum.reused + each.reused }),
        before,
      );
    },
    [Symbol.dispose]() {
      for (const prepared of sizes.values()) prepared[Symbol.dispose]();
    },
  };
}

/** @param base index of the model that everything goes through */
async function prepareSize(
  open: OpenDevice,
  settings: FrameSettings,
  base: number,
  size: Size,
): Promise<PreparedFrame> {
  const { models, engine, reuse, patchSize, tint, strength } = settings;
  const settled = models.slice(base).map(async (each) => ({
    ...(await settleFor(open, engine, each, readChain(each), size)),
    strength,
  }));
  const [init, ...larger] = (await Promise.all(settled)) as [ExecutableInit];
  const forgets = reuse.reuse === "off";
  if (forgets && larger.length === 0) return prepareFrame(init, size);
  return prepareReusingFrame(init, size, {
    reuse: forgets ? { ...reuse, reuse: "exact" } : reuse,
    forgets,
    patchSize,
    tint,
    measure: !open.software,
    routing: larger.length > 0 ? { larger, factors: () => settings.factors.slice(base) } : undefined,
  });
}
