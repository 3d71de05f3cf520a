/** One live session: a camera, an upscaler in a worker, the larger track, and its frames for whoever records them. */

import type { OverflowPolicy, Size } from "@tatami/core";
import { throwIfAborted } from "@tatami/core";
import { openCamera } from "@tatami/live";
import type { UpscaledTrack, Upscaler } from "@tatami/upscale";
import { upscaleTrack } from "@tatami/upscale";
import { connectUpscaler } from "@tatami/worker";
import { loadModel } from "@tatami/zoo";
import { createCaptureClock } from "./capture-clock.ts";
import { openMicrophone } from "./microphone.ts";

/** What the form asks for. */
export interface SessionOptions {
  readonly size: Size;
  readonly model: string;
  readonly overflow: OverflowPolicy;
  /** Frames that may wait beside the one at work. */
  readonly capacity: number;
  /** Whether the microphone is asked for, too. */
  readonly sound: boolean;
}

/** Is given a larger frame to own. @param seen when the camera saw it, in seconds of the page's clock */
export type TakeLarger = (frame: VideoFrame, seen: number) => void;

/** A session that runs. Disposing of it switches the camera off and ends the worker. */
export interface Session extends AsyncDisposable {
  readonly camera: MediaStreamTrack;
  readonly live: UpscaledTrack;
  /** The microphone's track, where one was asked for and granted. */
  readonly sound: MediaStreamTrack | undefined;
  /** Who is given every larger frame, or nobody. */
  tap(take: TakeLarger | undefined): void;
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
    const sound = options.sound ? await openMicrophone() : undefined;
    closing.push(() => sound?.stop());
    throwIfAborted(signal);
    const { tapped, tap } = tapUpscaler(upscaler);
    const live = await upscaleTrack(camera.track, { upscaler: tapped, overflow, capacity, signal });
    closing.push(() => live[Symbol.asyncDispose]());
    return { camera: camera.track, live, sound, tap, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The same upscaler, whose larger frames are handed to somebody else as well: none is missed, as on the track they may be. */
function tapUpscaler(upscaler: Upscaler): { readonly tapped: Upscaler; readonly tap: Session["tap"] } {
  const clock = createCaptureClock();
  let take: TakeLarger | undefined;
  const frame = async (picture: VideoFrame, options?: Parameters<Upscaler["frame"]>[1]) => {
    const seconds = picture.timestamp / 1e6;
    clock.came(seconds, performance.now() / 1000);
    const larger = await upscaler.frame(picture, options);
    take?.(larger.clone(), clock.seen(seconds));
    return larger;
  };
  return {
    tapped: Object.create(upscaler, { frame: { value: frame } }) as Upscaler,
    tap: (wanted) => void (take = wanted),
  };
}
