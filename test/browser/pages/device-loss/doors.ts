/** Streams through every door while the GPU is taken away. */

import type { Frame } from "@tatami/core";
import { createFrameQueue } from "@tatami/core";
import { upscaleFrames } from "@tatami/rxjs";
import type { Upscaler, UpscalerOptions } from "@tatami/upscale";
import { createUpscaler, UpscaleStream } from "@tatami/upscale";
import { connectUpscaler } from "@tatami/worker";
import { from } from "rxjs";
import { devices } from "./watch-devices.ts";

/** A door by its name. */
export type DoorName = "UpscaleStream" | "upscaleFrames" | "connectUpscaler";

/** A door that is open. */
export interface LossyDoor {
  readonly upscaler: Upscaler;
  pass(frames: AsyncIterable<Frame>): AsyncIterable<Frame>;
  /** Takes the GPU away. */
  lose(): void;
}

/** Opens it. */
export async function openDoor(name: DoorName, options: UpscalerOptions): Promise<LossyDoor> {
  if (name === "connectUpscaler") {
    const start = (): Worker => new Worker(new URL("./lossy.worker.ts", import.meta.url), { type: "module" });
    const workers: Worker[] = [];
    const worker = (): Worker => {
      workers.push(start());
      return workers[0]!;
    };
    const upscaler = await connectUpscaler({ ...options, worker });
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
    const lose = (): void => workers[0]!.postMessage("lose");
    return { upscaler, lose, pass: (frames) => upscaler.frames(frames) };
  }
  const upscaler = await createUpscaler(options);
  const lose = (): void => devices.at(-1)?.destroy();
  if (name === "upscaleFrames")
    return { upscaler, lose, pass: (frames) => throughOperator(upscaler, frames) };
  return { upscaler, lose, pass: (frames) => throughStream(upscaler, frames) };
}

async function* throughStream(upscaler: Upscaler, frames: AsyncIterable<Frame>): AsyncGenerator<Frame> {
  await using stream = new UpscaleStream<Frame>({ upscaler });
  const writer = stream.writable.getWriter();
  const writing = (async () => {
    for await (const frame of frames) await writer.write(frame);
    await writer.close();
  })();
  yield* stream.readable;
  await writing;
}

async function* throughOperator(upscaler: Upscaler, frames: AsyncIterable<Frame>): AsyncGenerator<Frame> {
  // as many as there are: RxJS takes a source's frames as they come
  const limits = { capacity: 64, overflow: "error" } as const;
  const larger = createFrameQueue<Frame>({ name: "larger", ...limits, onDrop: () => undefined });
  from(frames)
    .pipe(upscaleFrames<Frame>({ upscaler, ...limits }))
    .subscribe({
      next: (frame) => larger.push(frame),
      error: (error: unknown) => larger.end({ error }),
      complete: () => larger.end(),
    });
  for (let frame = await larger.next(); frame; frame = await larger.next()) yield frame;
}
