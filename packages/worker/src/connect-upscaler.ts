/** An upscaler whose work is done in a worker. */

import type { Picture, Size } from "@tatami/core";
import { checkSize, closable, throwIfAborted } from "@tatami/core";
import type { Model } from "@tatami/graph";
import { countMacs } from "@tatami/graph";
import type { Grid } from "@tatami/patches";
import { planGrid, resolveReuse, usualLoss } from "@tatami/patches";
import type { FrameOptions, Upscaler } from "@tatami/upscale";
import {
  checkFrameCall,
  checkFramesCall,
  choosePatchSize,
  createSettings,
  loadLadder,
  windowHalo,
} from "@tatami/upscale";
import type { ConnectOptions } from "./options.ts";
import { checkConnect, connectRules, resolveCapacity } from "./options.ts";
import { throughWorker } from "./remote-stream.ts";
import { frameThroughWorker, openRemoteUpscaler } from "./remote-upscaler.ts";
import { rejections } from "./report.ts";

/**
 * Loads a model in a worker. The result is used like any other upscaler: the frames it is given are transferred, not
 * copied, and so are those it gives. Errors are what they are in the worker; when the worker is gone, everything rejects
 * with `worker-lost` and what was held is closed.
 *
 * `patchesPerFrame` and `macsPerFrame` are worked out here, before what the worker may find to be quicker by measurement.
 *
 * @throws TatamiError `invalid-option`, `invalid-model`, `worker-lost`, or `unsupported-environment` when no engine works.
 */
export async function connectUpscaler(options: ConnectOptions): Promise<Upscaler> {
  checkConnect(options, connectRules);
  const { worker, capacity: asked, model: wanted, signal, ...rest } = options;
  const { capacity, maxLatencyFrames } = resolveCapacity(asked, rest.maxLatencyFrames);
  const { strength = 1, routingLoss = usualLoss } = rest;
  // checked and known here, gone by there
  const settings = createSettings({ strength, routingLoss, reuse: resolveReuse("options", rest) });
  throwIfAborted(signal);
  const models = await loadLadder(wanted);
  const model = models.at(-1)!;
  throwIfAborted(signal);
  const sent = { ...rest, maxLatencyFrames };
  const remote = await openRemoteUpscaler({ worker, models, options: sent, capacity, signal });
  const { pace } = remote.engine;
  const gridOf = (size: Size): Grid => planFrame(size, models, rest.patchSize, remote.engine.parallelPatches);
  return {
    get backend() {
      return remote.engine.backend;
    },
    get description() {
      return remote.engine.description;
    },
    get parallelPatches() {
      return remote.engine.parallelPatches;
    },
    get rejected() {
      return rejections(remote.engine);
    },
    model,
    models,
    scale: model.scale,
    // the worker goes by what frames take there
    ...(pace && { pace: { passed: () => {}, summary: () => remote.engine.pace! } }),
    patchesPerFrame: (size) => gridOf(size).patches.length,
    macsPerFrame: (size) => {
      const { window, patches } = gridOf(size);
      return countMacs(model, window) * patches.length;
    },
    async frame<P extends Picture>(source: P, given: FrameOptions = {}): Promise<P> {
      checkFrameCall(source, given);
      // of the moment of the call: the picture may wait for a credit
      const settled = {
        ...given,
        signal: given.signal ?? signal,
        strength: given.strength ?? settings.strength,
      };
      // of the source's kind
      return (await frameThroughWorker(remote, source, settled)) as P;
    },
    frames: (source, given = {}) => {
      checkFramesCall(source, given);
      return throughWorker(remote, source, { ...given, signal: given.signal ?? signal });
    },
    get strength() {
      return settings.strength;
    },
    setStrength(value) {
      settings.setStrength(value);
      remote.tell((link, upscaler) => link.setStrength(upscaler, value));
    },
    get routingLoss() {
      return settings.routingLoss;
    },
    setRoutingLoss(value) {
      settings.setRoutingLoss(value);
      remote.tell((link, upscaler) => link.setRoutingLoss(upscaler, value));
    },
    get reuseBounds() {
      return settings.reuseBounds;
    },
    setReuseBounds(bounds) {
      settings.setReuseBounds(bounds);
      remote.tell((link, upscaler) => link.setReuseBounds(upscaler, bounds));
    },
    reset: async () => {
      await remote.requests.wait(() => remote.link.remote.reset(remote.upscaler));
    },
    ...closable(remote.close),
  };
}

/** How a frame is cut where all of it is computed. @param patchSize what was asked for */
function planFrame(
  size: Size,
  models: readonly Model[],
  patchSize: number | undefined,
  parallelPatches: number,
): Grid {
  checkSize("size", size);
  const alignment = Math.max(...models.map((each) => each.alignment ?? 1));
  const halo = Math.max(...models.map(windowHalo));
  const chosen = patchSize ?? choosePatchSize(size, halo, parallelPatches, false, { alignment });
  return planGrid({ frame: size, patchSize: chosen, halo, alignment });
}
