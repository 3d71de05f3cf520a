/** A stream inside the worker: what was pushed, what was made of it, and nothing else. */

import type { Frame } from "@tatami/core";
import { createBoundedQueue } from "@tatami/core";
import type { Upscaler } from "@tatami/upscale";
import type { Enlarged, WirePicture } from "./wire/protocol.ts";
import { createRecorder, engineState } from "./report.ts";
import { packPicture, unpackPicture } from "./wire/wire-picture.ts";

/** A stream inside the worker. */
export interface HostedStream {
  push(picture: WirePicture): void;
  end(): void;
  /** The next larger picture; none at the end. Rejects with what ended the stream, after the pictures before it. */
  pull(): Promise<Enlarged>;
  /** Resolves when every frame of the stream is closed. */
  close(): Promise<void>;
}

/**
 * Begins a stream that works ahead of its reader.
 *
 * @param capacity pictures that are in it at most
 * @param strength of its frames; none: the upscaler's
 */
export function createHostedStream(
  upscaler: Upscaler,
  capacity: number,
  strength: number | undefined,
): HostedStream {
  const controller = new AbortController();
  const onDiscard = (frame: Frame): void => frame.close();
  const source = createBoundedQueue<Frame>({ name: "sent to the worker", capacity, onDiscard });
  const larger = createBoundedQueue<Frame>({ name: "enlarged in the worker", capacity, onDiscard });
  const results = larger[Symbol.asyncIterator]();
  const recorder = createRecorder();
  let failure: { readonly error: unknown } | undefined;
  const work = async (): Promise<void> => {
    try {
      const options = { signal: controller.signal, strength, ...recorder.listeners };
      for await (const frame of upscaler.frames(source, options)) await larger.push(frame);
    } catch (error) {
      failure = { error };
    } finally {
      larger.end();
    }
  };
  const working = work();
  return {
    push(picture) {
      // frames, because Upscaler.frames takes no others; whoever pushes keeps count, so nobody waits for room
      source.push(unpackPicture(picture, "worker") as Frame).catch(() => {});
    },
    end: () => source.end(),
    async pull() {
      const next = await results.next();
      if (next.done) await working;
      if (next.done && failure) throw failure.error;
      const rest = { told: recorder.take(), engine: engineState(upscaler) };
      return next.done ? rest : { picture: await packPicture(next.value), ...rest };
    },
    async close() {
      const reason = new DOMException("The stream was closed.", "AbortError");
      controller.abort(reason);
      source.destroy(reason);
      larger.destroy(reason);
      await working;
    },
  };
}
