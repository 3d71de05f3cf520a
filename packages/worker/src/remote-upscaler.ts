/** The upscaler that is in a worker: opened there, asked for pictures, let go. */

import type { Picture } from "@tatami/core";
import { throwIfAborted } from "@tatami/core";
import type { Model } from "@tatami/graph";
import type { FrameOptions } from "@tatami/upscale";
import type { Credits } from "./credits.ts";
import { createCredits } from "./credits.ts";
import type { ConnectOptions } from "./options.ts";
import { checkWorker } from "./options.ts";
import type { RemoteStreamInit } from "./remote-stream.ts";
import { retell } from "./report.ts";
import { createRequests } from "./requests.ts";
import type { EngineState, SentOptions } from "./wire/protocol.ts";
import { workerLost } from "./wire/wire-error.ts";
import { discardPicture, leaving, packPicture, unpackPicture } from "./wire/wire-picture.ts";
import type { WorkerLink } from "./worker-link.ts";
import { linkTo } from "./worker-link.ts";

/** Milliseconds that somebody else's worker has to dispose of its upscaler before it is no longer waited for. */
const graceMs = 3000;

/** An upscaler in a worker. */
export interface RemoteUpscaler extends RemoteStreamInit {
  /** As it was told of last. */
  readonly engine: EngineState;
  /** For calls of `frame`; streams have their own. */
  readonly credits: Credits;
  /** Sends what nobody waits for: what is sent later arrives later. Nothing is sent where nobody is there any more. */
  tell(what: (remote: WorkerLink["remote"], upscaler: number) => Promise<unknown>): void;
  /** Ends what is under way, and the upscaler; and its worker where that was started for it. */
  close(): Promise<void>;
}

/** What is opened, and where. */
export interface RemoteUpscalerInit {
  readonly worker: ConnectOptions["worker"];
  readonly models: readonly Model[];
  readonly options: SentOptions;
  readonly capacity: number;
  readonly signal: AbortSignal | undefined;
}

/** @throws TatamiError what opening it throws there, or `worker-lost`; then nothing of it is left. */
export async function openRemoteUpscaler(init: RemoteUpscalerInit): Promise<RemoteUpscaler> {
  const { worker, models, options, capacity, signal } = init;
  const isOwn = typeof worker === "function";
  const link = linkTo(isOwn ? checkWorker("options.worker()", worker()) : worker);
  const { remote } = link;
  const requests = createRequests();
  if (link.lost) requests.fail(link.lost);
  const forget = link.onLost((error) => requests.fail(error));
  const credits = createCredits(capacity);
  const upscaler = link.nextId();
  // One's own worker is ended as it is, for its threads end with it. Asking it to end them first is what must not be done:
  // Chromium never ends a worker that is taken down while workers of its own are ending.
  const release = async (): Promise<void> => {
    credits.stop();
    if (!isOwn) await withGrace(requests.wait(() => remote.close(upscaler)));
    forget();
    requests.fail(workerLost("the upscaler was disposed of"));
    if (isOwn) link.terminate();
  };
  let engine: EngineState;
  try {
    engine = await requests.wait(() => remote.open(upscaler, models, options), { signal });
  } catch (error) {
    await release();
    throw error;
  }
  let released: Promise<void> | undefined;
  return {
    link,
    requests,
    upscaler,
    capacity,
    credits,
    get engine() {
      return engine;
    },
    onEngine: (state) => {
      engine = state;
    },
    tell: (what) => {
      if (!requests.failure) what(remote, upscaler).catch(() => {});
    },
    close: () => (released ??= release()),
  };
}

/** Waits for what answers soon, or never. */
async function withGrace(answer: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const grace = new Promise<void>((resolve) => (timer = setTimeout(resolve, graceMs)));
  await Promise.race([answer.catch(() => {}), grace]);
  clearTimeout(timer);
}

/** Passes one picture through the worker, when there is credit. Whatever ends it, the picture is left open on neither side. */
export async function frameThroughWorker(
  { link, requests, credits, upscaler, onEngine }: RemoteUpscaler,
  source: Picture,
  options: FrameOptions & { readonly strength: number },
): Promise<Picture> {
  const { signal, strength } = options;
  const { remote } = link;
  const call = link.nextId();
  const took = await credits.take();
  try {
    if (signal?.aborted || requests.failure || !took) {
      source.close();
      throwIfAborted(signal);
      throw requests.failure ?? workerLost("the upscaler was disposed of");
    }
    const sent = await packPicture(source);
    if (signal?.aborted || requests.failure) discardPicture(sent);
    const enlarged = await requests.wait(() => remote.frame(upscaler, call, leaving(sent, sent), strength), {
      signal,
      onAbort: () => void remote.cancel(upscaler, call),
      onLate: ({ picture }) => discardPicture(picture),
    });
    onEngine(enlarged.engine);
    retell(enlarged.told, options);
    return unpackPicture(enlarged.picture!, "worker");
  } finally {
    credits.give();
  }
}
