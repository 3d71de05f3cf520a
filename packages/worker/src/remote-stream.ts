/** A stream through a worker: frames are sent while there is credit, and come back in order. */

import type { Frame } from "@tatami/core";
import { throwIfAborted } from "@tatami/core";
import type { FrameOptions } from "@tatami/upscale";
import { createCredits } from "./credits.ts";
import type { EngineState, Enlarged } from "./wire/protocol.ts";
import { retell } from "./report.ts";
import type { Requests } from "./requests.ts";
import { discardPicture, leaving, packPicture, unpackPicture } from "./wire/wire-picture.ts";
import type { WorkerLink } from "./worker-link.ts";

/** The upscaler whose stream it is. */
export interface RemoteStreamInit {
  readonly link: WorkerLink;
  readonly requests: Requests;
  readonly upscaler: number;
  readonly capacity: number;
  readonly onEngine: (engine: EngineState) => void;
}

/**
 * Passes a stream through the worker: never more than `capacity` frames of it are there. Whatever ends it, no frame
 * that it took is left open on either side.
 */
export async function* throughWorker(
  { link, requests, upscaler, capacity, onEngine }: RemoteStreamInit,
  source: AsyncIterable<Frame>,
  options: FrameOptions,
): AsyncGenerator<Frame, void, undefined> {
  throwIfAborted(options.signal);
  const { remote } = link;
  const stream = link.nextId();
  const credits = createCredits(capacity);
  // aborted by whatever ends the stream early: an error of the source, or the caller's own abort
  const ends = new AbortController();
  const abort = (): void => ends.abort(options.signal?.reason);
  options.signal?.addEventListener("abort", abort, { once: true });
  const onLate = ({ picture }: Enlarged): void => discardPicture(picture);

  const frames = source[Symbol.asyncIterator]();
  let left = false;
  const send = async (): Promise<void> => {
    try {
      while (await credits.take()) {
        const next = await frames.next();
        if (next.done) return await remote.endStream(upscaler, stream);
        if (left) return next.value.close();
        const picture = await packPicture(next.value);
        if (left) return discardPicture(picture);
        // nobody waits for it to arrive: the credits say when the next may follow
        remote.push(upscaler, stream, leaving(picture, picture)).catch((error: unknown) => ends.abort(error));
      }
    } catch (error) {
      ends.abort(error);
    }
  };

  try {
    await requests.wait(() => remote.openStream(upscaler, stream, capacity, options.strength), {
      signal: ends.signal,
    });
    void send();
    for (;;) {
      const { picture, told, engine } = await requests.wait(() => remote.pull(upscaler, stream), {
        signal: ends.signal,
        onLate,
      });
      onEngine(engine);
      retell(told, options);
      if (!picture) return;
      credits.give();
      // streams take frames, and give frames
      yield unpackPicture(picture, "worker") as Frame;
    }
  } finally {
    left = true;
    options.signal?.removeEventListener("abort", abort);
    credits.stop();
    // a source that does not answer must not keep those waiting who have left
    frames.return?.().catch(() => {});
    await requests.wait(() => remote.closeStream(upscaler, stream)).catch(() => {});
  }
}
