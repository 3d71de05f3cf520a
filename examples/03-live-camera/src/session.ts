/** One live session: a camera, an upscaler in a worker, and the larger track. */

import type { OverflowPolicy, Size } from "@tatami/core";
import { openCamera } from "@tatami/live";
import type { UpscaledTrack } from "@tatami/upscale";
import { upscaleTrack } from "@tatami/upscale";
import { connectUpscaler } from "@tatami/worker";
import { loadModel } from "@tatami/zoo";

/** What the form asks for. */
export interface SessionOptions {
  readonly size: Size;
  readonly model: string;
  readonly overflow: OverflowPolicy;
  /** Frames that may wait beside the one at work. */
  readonly capacity: number;
}

/** A session that runs. Disposing of it switches the camera off and ends the worker. */
export interface Session extends AsyncDisposable {
  readonly camera: MediaStreamTrack;
  readonly live: UpscaledTrack;
}

/** Starts one; whatever fails or is aborted on the way, nothing is left on. */
export async function startSession(options: SessionOptions, signal: AbortSignal): Promise<Session> {
  const { size, model, overflow, capacity } = options;
  const closing: (() => unknown)[] = [];
  const close = async (): Promise<void> => {
    for (const step of closing.splice(0).toReversed()) await step();
  };
  try {
    const camera = await openCamera({ width: { ideal: size.width }, height: { ideal: size.height } }, signal);
    closing.push(() => camera[Symbol.dispose]());
    const upscaler = await connectUpscaler({
      model: () => loadModel(model, { signal }),
      worker: () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }),
      reuse: "bounded",
      signal,
    });
    closing.push(() => upscaler[Symbol.asyncDispose]());
    const live = await upscaleTrack(camera.track, { upscaler, overflow, capacity, signal });
    closing.push(() => live[Symbol.asyncDispose]());
    return { camera: camera.track, live, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}
