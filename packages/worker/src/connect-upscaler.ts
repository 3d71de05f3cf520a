/** An upscaler whose work is done in a worker. */

import type { Picture, Size } from "@tatami/core";
import { checkSize, checkStrength, closable, throwIfAborted } from "@tatami/core";
import { countMacs } from "@tatami/graph";
import type { Grid } from "@tatami/patches";
import { moveReuseBounds, planGrid, resolveReuse, usualLoss } from "@tatami/patches";
import type { FrameOptions, Upscaler } from "@tatami/upscale";
import {
  checkFrameCall,
  checkFramesCall,
  checkLoss,
  choosePatchSize,
  loadLadder,
  windowHalo,
} from "@tatami/upscale";
import { createCredits } from "./credits.ts";
import type { ConnectOptions } from "./options.ts";
import { checkConnect, checkWorker, connectRules, resolveCapacity } from "./options.ts";
import type { EngineState } from "./wire/protocol.ts";
import { throughWorker } from "./remote-stream.ts";
import { rejections, retell } from "./report.ts";
import { createRequests } from "./requests.ts";
import { workerLost } from "./wire/wire-error.ts";
import { discardPicture, leaving, packPicture, unpackPicture } from "./wire/wire-picture.ts";
import { linkTo } from "./worker-link.ts";

/** Milliseconds that somebody else's worker has to dispose of its upscaler before it is no longer waited for. */
const graceMs = 3000;

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
  const { worker: given, capacity: asked, model: wanted, signal, ...rest } = options;
  const { capacity, maxLatencyFrames } = resolveCapacity(asked, rest.maxLatencyFrames);
  let { strength = 1, routingLoss = usualLoss } = rest;
  const reuse = resolveReuse("options", rest);
  throwIfAborted(signal);
  const models = await loadLadder(wanted);
  const model = models.at(-1)!;
  throwIfAborted(signal);
  const link = linkTo(typeof given === "function" ? checkWorker("options.worker()", given()) : given);
  const { remote } = link;
  const requests = createRequests();
  if (link.lost) requests.fail(link.lost);
  const forget = link.onLost((error) => requests.fail(error));
  const credits = createCredits(capacity);
  const upscaler = link.nextId();
  let engine: EngineState;
  const onEngine = (state: EngineState): void => void (engine = state);

  // One's own worker is ended as it is, for its threads end with it. Asking it to end them first is what must not be done:
  // Chromium never ends a worker that is taken down while workers of its own are ending.
  const release = async (): Promise<void> => {
    credits.stop();
    if (typeof given !== "function") await askToClose();
    forget();
    requests.fail(workerLost("the upscaler was disposed of"));
    if (typeof given === "function") link.terminate();
  };
  const askToClose = async (): Promise<void> => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const grace = new Promise<void>((resolve) => (timer = setTimeout(resolve, graceMs)));
    await Promise.race([requests.wait(() => remote.close(upscaler)).catch(() => {}), grace]);
    clearTimeout(timer);
  };
  let released: Promise<void> | undefined;

  try {
    const sent = { ...rest, maxLatencyFrames };
    onEngine(await requests.wait(() => remote.open(upscaler, models, sent), { signal }));
  } catch (error) {
    await release();
    throw error;
  }

  const frame = async <P extends Picture>(source: P, frameOptions: FrameOptions = {}): Promise<P> => {
    checkFrameCall(source, frameOptions);
    const stop = frameOptions.signal ?? signal;
    const call = link.nextId();
    // of the moment of the call: the picture may wait for a credit
    const { strength: asWanted = strength } = frameOptions;
    const took = await credits.take();
    try {
      if (stop?.aborted || requests.failure || !took) {
        source.close();
        throwIfAborted(stop);
        throw requests.failure ?? workerLost("the upscaler was disposed of");
      }
      const sent = await packPicture(source);
      if (stop?.aborted || requests.failure) discardPicture(sent);
      const enlarged = await requests.wait(
        () => remote.frame(upscaler, call, leaving(sent, sent), asWanted),
        {
          signal: stop,
          onAbort: () => void remote.cancel(upscaler, call),
          onLate: ({ picture }) => discardPicture(picture),
        },
      );
      onEngine(enlarged.engine);
      retell(enlarged.told, frameOptions);
      // of the source's kind
      return unpackPicture(enlarged.picture!, "worker") as P;
    } finally {
      credits.give();
    }
  };

  const gridOf = (size: Size): Grid => {
    checkSize("size", size);
    const alignment = Math.max(...models.map((each) => each.alignment ?? 1));
    const halo = Math.max(...models.map(windowHalo));
    const patchSize =
      rest.patchSize ?? choosePatchSize(size, halo, engine.parallelPatches, false, { alignment });
    return planGrid({ frame: size, patchSize, halo, alignment });
  };
  return {
    get backend() {
      return engine.backend;
    },
    get description() {
      return engine.description;
    },
    get parallelPatches() {
      return engine.parallelPatches;
    },
    get rejected() {
      return rejections(engine);
    },
    model,
    models,
    scale: model.scale,
    // the worker goes by what frames take there
    ...(engine!.pace && { pace: { passed: () => {}, summary: () => engine.pace! } }),
    patchesPerFrame: (size) => gridOf(size).patches.length,
    macsPerFrame: (size) => {
      const { window, patches } = gridOf(size);
      return countMacs(model, window) * patches.length;
    },
    frame,
    frames: (source, frameOptions = {}) => {
      checkFramesCall(source, frameOptions);
      const withSignal = { ...frameOptions, signal: frameOptions.signal ?? signal };
      return throughWorker({ link, requests, upscaler, capacity, onEngine }, source, withSignal);
    },
    get strength() {
      return strength;
    },
    setStrength(value) {
      strength = checkStrength("strength", value);
      // nobody waits for it: what is sent later arrives later
      if (!requests.failure) remote.setStrength(upscaler, value).catch(() => {});
    },
    get routingLoss() {
      return routingLoss;
    },
    setRoutingLoss(value) {
      routingLoss = checkLoss("decibels", value);
      if (!requests.failure) remote.setRoutingLoss(upscaler, value).catch(() => {});
    },
    get reuseBounds() {
      const { maxDifference, meanDifference, maxAge } = reuse;
      return { maxDifference, meanDifference, maxAge };
    },
    setReuseBounds(bounds) {
      moveReuseBounds("bounds", reuse, bounds);
      if (!requests.failure) remote.setReuseBounds(upscaler, bounds).catch(() => {});
    },
    reset: async () => {
      await requests.wait(() => remote.reset(upscaler));
    },
    ...closable(() => (released ??= release())),
  };
}
