/** The worker's side: the whole of a worker file is `exposeUpscaler()`. */

import { parentEndpoint } from "#parent-endpoint";
import { invalidOption } from "@tatami/core";
import type { Endpoint } from "comlink";
import { expose } from "comlink";
import type { HostedUpscaler } from "./hosted-upscaler.ts";
import { hostUpscaler } from "./hosted-upscaler.ts";
import type { Answer, Enlarged, UpscalerEndpoint } from "./wire/protocol.ts";
import { answer, workerLost } from "./wire/wire-error.ts";
import { discardPicture, leaving } from "./wire/wire-picture.ts";

/**
 * Makes this worker one that {@link connectUpscaler} can work with. Call it before anything is awaited: what was sent
 * before there was a listener is lost.
 *
 * @param endpoint who is answered: whoever started the worker, unless another port is given
 * @throws TatamiError `invalid-option`; `unsupported-environment` outside of a worker, in Node.
 */
export function exposeUpscaler(endpoint: Endpoint = parentEndpoint()): void {
  if (typeof endpoint?.addEventListener !== "function" || typeof endpoint.postMessage !== "function")
    throw invalidOption(
      "endpoint",
      "a port: what has postMessage and addEventListener",
      endpoint,
      "Leave it out: whoever started the worker is answered.",
    );
  const hosted = new Map<number, HostedUpscaler>();
  const ask = <T>(upscaler: number, work: (host: HostedUpscaler) => T | Promise<T>): Promise<Answer<T>> =>
    answer(() => {
      const host = hosted.get(upscaler);
      if (!host) throw workerLost("the upscaler was disposed of");
      return work(host);
    });
  const done = async (work: Promise<void>): Promise<null> => {
    await work;
    return null;
  };
  const exposed: UpscalerEndpoint = {
    open: (upscaler, models, options) =>
      answer(async () => {
        const host = hostUpscaler(models, options);
        hosted.set(upscaler, host);
        return host.opened();
      }),
    frame: async (upscaler, call, picture, strength) => {
      if (!hosted.has(upscaler)) discardPicture(picture);
      return passOn(await ask(upscaler, (host) => host.frame(call, picture, strength)));
    },
    cancel: (upscaler, call) => hosted.get(upscaler)?.cancel(call),
    openStream: (upscaler, stream, capacity, strength) =>
      ask(upscaler, (host) => done(host.openStream(stream, capacity, strength))),
    push: (upscaler, stream, picture) => {
      const host = hosted.get(upscaler);
      if (host) host.push(stream, picture);
      else discardPicture(picture);
    },
    endStream: (upscaler, stream) => hosted.get(upscaler)?.endStream(stream),
    pull: async (upscaler, stream) => passOn(await ask(upscaler, (host) => host.pull(stream))),
    closeStream: (upscaler, stream) => ask(upscaler, (host) => done(host.closeStream(stream))),
    setStrength: (upscaler, strength) => hosted.get(upscaler)?.setStrength(strength),
    setRoutingLoss: (upscaler, decibels) => hosted.get(upscaler)?.setRoutingLoss(decibels),
    setReuseBounds: (upscaler, bounds) => hosted.get(upscaler)?.setReuseBounds(bounds),
    reset: (upscaler) => ask(upscaler, (host) => done(host.reset())),
    close: (upscaler) =>
      answer(async () => {
        const host = hosted.get(upscaler);
        hosted.delete(upscaler);
        if (host) await host.close();
        return null;
      }),
  };
  expose(exposed, endpoint);
}

function passOn(given: Answer<Enlarged>): Answer<Enlarged> {
  return leaving(given, "value" in given ? given.value.picture : undefined);
}
