/** Several workers as one upscaler. */

import { closable, invalidOption, throwIfAborted } from "@tatami/core";
import type { Upscaler } from "@tatami/upscale";
import { checkFramesCall, loadLadder } from "@tatami/upscale";
import { connectUpscaler } from "./connect-upscaler.ts";
import { dealFrames } from "./deal-frames.ts";
import type { ConnectOptions, PoolOptions } from "./options.ts";
import { checkConnect, poolRules, resolveCapacity } from "./options.ts";

/**
 * Loads a model in several workers, for engines that compute on the CPU: more frames at once where threads in one worker
 * cannot share memory, or gain nothing more. Frames of a stream are dealt in turn and come back in order.
 *
 * Reuse is off unless asked for, and then a stream stays with one worker: a patch can be reused only where the frame
 * before was computed, and frames dealt out would each be compared with one that lies `size` frames back. Single frames
 * go to the worker with the fewest under way.
 *
 * @throws TatamiError as {@link connectUpscaler} does; then no worker is left running.
 */
export async function connectUpscalerPool(options: PoolOptions): Promise<Upscaler> {
  checkConnect(options, poolRules);
  const { size, signal, reuse = "off" } = options;
  checkUnfused(options);
  const { capacity, maxLatencyFrames } = resolveCapacity(options.capacity, options.maxLatencyFrames, 2);
  throwIfAborted(signal);
  const models = await loadLadder(options.model);
  const model = models.at(-1)!;
  const members = await openMembers(size, {
    ...shareOf(options),
    model: models,
    reuse,
    capacity,
    maxLatencyFrames,
  });
  const [first] = members as [Upscaler];
  const idlest = idlestOf(members);
  let disposed: Promise<void> | undefined;
  return {
    get backend() {
      return first.backend;
    },
    get description() {
      return `${size} workers, each ${first.description}`;
    },
    get parallelPatches() {
      return first.parallelPatches ?? 1;
    },
    get rejected() {
      return first.rejected;
    },
    model,
    models,
    scale: model.scale,
    patchesPerFrame: (of) => first.patchesPerFrame(of),
    macsPerFrame: (of) => first.macsPerFrame(of),
    frame: idlest.frame,
    frames: (source, given = {}) => {
      checkFramesCall(source, given);
      const frameOptions = { ...given, signal: given.signal ?? signal };
      return reuse === "off"
        ? dealFrames(members, capacity, source, frameOptions)
        : idlest.frames(source, frameOptions);
    },
    get strength() {
      return first.strength;
    },
    setStrength(strength) {
      for (const member of members) member.setStrength(strength);
    },
    get routingLoss() {
      return first.routingLoss;
    },
    setRoutingLoss(decibels) {
      for (const member of members) member.setRoutingLoss(decibels);
    },
    get reuseBounds() {
      return first.reuseBounds;
    },
    setReuseBounds(bounds) {
      for (const member of members) member.setReuseBounds(bounds);
    },
    reset: async () => {
      await Promise.all(members.map((member) => member.reset()));
    },
    ...closable(() => (disposed ??= disposeAll(members))),
  };
}

// each worker would see but some of the frames
function checkUnfused({ fuse }: PoolOptions): void {
  if (fuse === undefined || fuse === "off") return;
  throw invalidOption("options.fuse", '"off" in a pool', fuse, "Use connectUpscaler(), of one worker.");
}

/** What each of a pool's members is asked for: its share of a rate to keep, too. */
function shareOf({ size, threads = 1, framesPerSecond, ...options }: PoolOptions): ConnectOptions {
  const rate = typeof framesPerSecond === "number" ? Math.max(1, framesPerSecond / size) : framesPerSecond;
  return { ...options, threads, ...(rate === undefined ? {} : { framesPerSecond: rate }) };
}

/** All of them, or none. */
async function openMembers(size: number, each: ConnectOptions): Promise<readonly Upscaler[]> {
  const opened = await Promise.allSettled(Array.from({ length: size }, () => connectUpscaler(each)));
  const members = opened.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const failed = opened.find((one) => one.status === "rejected");
  if (!failed) return members;
  await disposeAll(members);
  throw failed.reason;
}

async function disposeAll(members: readonly Upscaler[]): Promise<void> {
  await Promise.all(members.map((member) => member[Symbol.asyncDispose]()));
}

/** Gives each picture, and each stream, to the member with the fewest of them under way. */
function idlestOf(members: readonly Upscaler[]): Pick<Upscaler, "frame" | "frames"> {
  const busy = members.map(() => 0);
  const leastBusy = (): number => busy.indexOf(Math.min(...busy));
  return {
    async frame(source, options) {
      const at = leastBusy();
      busy[at]!++;
      try {
        return await members[at]!.frame(source, options);
      } finally {
        busy[at]!--;
      }
    },
    async *frames(source, options) {
      const at = leastBusy();
      busy[at]!++;
      try {
        yield* members[at]!.frames(source, options);
      } finally {
        busy[at]!--;
      }
    },
  };
}
