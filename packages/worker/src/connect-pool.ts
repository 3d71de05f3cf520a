/** Several workers as one upscaler. */

import type { Frame, Picture } from "@tatami/core";
import { closable, invalidOption, throwIfAborted } from "@tatami/core";
import type { FrameOptions, Upscaler } from "@tatami/upscale";
import { checkFramesCall, loadLadder } from "@tatami/upscale";
import { connectUpscaler } from "./connect-upscaler.ts";
import { dealFrames } from "./deal-frames.ts";
import type { PoolOptions } from "./options.ts";
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
  const { size, worker, model: wanted, ...rest } = options;
  // each worker would see but some of the frames
  if (rest.fuse !== undefined && rest.fuse !== "off")
    throw invalidOption(
      "options.fuse",
      '"off" in a pool',
      rest.fuse,
      "Use connectUpscaler(), of one worker.",
    );
  const { signal, reuse = "off", threads = 1, framesPerSecond } = rest;
  const { capacity, maxLatencyFrames } = resolveCapacity(rest.capacity, rest.maxLatencyFrames, 2);
  throwIfAborted(signal);
  const models = await loadLadder(wanted);
  const model = models.at(-1)!;
  // each has its share of a rate to keep
  const rate = typeof framesPerSecond === "number" ? Math.max(1, framesPerSecond / size) : framesPerSecond;
  const paced = rate === undefined ? {} : { framesPerSecond: rate };
  const each = { ...rest, ...paced, worker, model: models, reuse, threads, capacity, maxLatencyFrames };
  const opened = await Promise.allSettled(Array.from({ length: size }, () => connectUpscaler(each)));
  const members = opened.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  const disposeAll = async (): Promise<void> => {
    await Promise.all(members.map((member) => member[Symbol.asyncDispose]()));
  };
  const failed = opened.find((one) => one.status === "rejected");
  if (failed) {
    await disposeAll();
    throw failed.reason;
  }

  const [first] = members as [Upscaler];
  const busy = members.map(() => 0);
  const leastBusy = (): number => busy.indexOf(Math.min(...busy));
  const frame = async <P extends Picture>(source: P, frameOptions?: FrameOptions): Promise<P> => {
    const at = leastBusy();
    busy[at]!++;
    try {
      return await members[at]!.frame(source, frameOptions);
    } finally {
      busy[at]!--;
    }
  };
  async function* pinned(
    source: AsyncIterable<Frame>,
    frameOptions: FrameOptions,
  ): AsyncGenerator<Frame, void, undefined> {
    const at = leastBusy();
    busy[at]!++;
    try {
      yield* members[at]!.frames(source, frameOptions);
    } finally {
      busy[at]!--;
    }
  }
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
    frame,
    frames: (source, given = {}) => {
      checkFramesCall(source, given);
      const frameOptions = { ...given, signal: given.signal ?? signal };
      return reuse === "off"
        ? dealFrames(members, capacity, source, frameOptions)
        : pinned(source, frameOptions);
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
    ...closable(() => (disposed ??= disposeAll())),
  };
}
