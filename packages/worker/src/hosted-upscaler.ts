/** One upscaler inside the worker, its calls and its streams. */

import type { Model } from "@tatami/graph";
import type { ReuseBounds } from "@tatami/patches";
import type { Upscaler } from "@tatami/upscale";
import { createUpscaler } from "@tatami/upscale";
import type { HostedStream } from "./hosted-stream.ts";
import { createHostedStream } from "./hosted-stream.ts";
import type { EngineState, Enlarged, SentOptions, WirePicture } from "./wire/protocol.ts";
import { createRecorder, engineState } from "./report.ts";
import { discardPicture, packPicture, unpackPicture } from "./wire/wire-picture.ts";

/** One upscaler inside the worker. */
export interface HostedUpscaler {
  opened(): Promise<EngineState>;
  frame(call: number, picture: WirePicture, strength: number): Promise<Enlarged>;
  cancel(call: number): void;
  openStream(stream: number, capacity: number, strength: number | undefined): Promise<void>;
  push(stream: number, picture: WirePicture): void;
  endStream(stream: number): void;
  pull(stream: number): Promise<Enlarged>;
  closeStream(stream: number): Promise<void>;
  setStrength(strength: number): void;
  setRoutingLoss(decibels: number): void;
  setReuseBounds(bounds: ReuseBounds): void;
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** Starts to load the models; their failure is told by `opened`. */
export function hostUpscaler(models: readonly Model[], options: SentOptions): HostedUpscaler {
  const controller = new AbortController();
  const upscaler: Promise<Upscaler> = createUpscaler({
    ...options,
    model: models,
    signal: controller.signal,
  });
  // whoever opened it is told
  upscaler.catch(() => {});
  const calls = new Map<
    number,
    { readonly controller: AbortController; readonly working: Promise<unknown> }
  >();
  const streams = new Map<number, HostedStream>();

  const enlarge = async (picture: WirePicture, strength: number, signal: AbortSignal): Promise<Enlarged> => {
    const working = await upscaler;
    const recorder = createRecorder();
    const given = { signal, strength, ...recorder.listeners };
    const source = unpackPicture(picture, "worker");
    // the overloads take one kind of picture each
    const larger = await working.frame(source as VideoFrame, given);
    return { picture: await packPicture(larger), told: recorder.take(), engine: engineState(working) };
  };
  const tell = (what: (working: Upscaler) => void): void => void upscaler.then(what, () => {});
  return {
    opened: async () => engineState(await upscaler),
    async frame(call, picture, strength) {
      const each = new AbortController();
      const working = enlarge(picture, strength, each.signal);
      calls.set(call, { controller: each, working });
      try {
        return await working;
      } finally {
        calls.delete(call);
      }
    },
    cancel: (call) => calls.get(call)?.controller.abort(),
    async openStream(stream, capacity, strength) {
      streams.set(stream, createHostedStream(await upscaler, capacity, strength));
    },
    push(stream, picture) {
      const to = streams.get(stream);
      if (to) to.push(picture);
      else discardPicture(picture);
    },
    endStream: (stream) => streams.get(stream)?.end(),
    pull: (stream) => found(streams, stream).pull(),
    async closeStream(stream) {
      await streams.get(stream)?.close();
      streams.delete(stream);
    },
    setStrength: (strength) => tell((working) => working.setStrength(strength)),
    setRoutingLoss: (decibels) => tell((working) => working.setRoutingLoss(decibels)),
    setReuseBounds: (bounds) => tell((working) => working.setReuseBounds(bounds)),
    reset: async () => (await upscaler).reset(),
    async close() {
      controller.abort();
      for (const each of calls.values()) each.controller.abort();
      await Promise.allSettled([...calls.values()].map(({ working }) => working));
      await Promise.all([...streams.values()].map((stream) => stream.close()));
      await (await upscaler.catch(() => undefined))?.[Symbol.asyncDispose]();
    },
  };
}

function found(streams: ReadonlyMap<number, HostedStream>, stream: number): HostedStream {
  const open = streams.get(stream);
  if (open) return open;
  throw new DOMException("The stream was closed.", "AbortError");
}
