/** The ways to an upscaler that are timed, all on one engine's settings. */

import type { Frame, Picture } from "@tatami/core";
import type { Model } from "@tatami/graph";
import { upscaleFrames } from "@tatami/rxjs";
import type { FrameOptions, Upscaler, UpscalerOptions } from "@tatami/upscale";
import { createUpscaler, UpscaleStream } from "@tatami/upscale";
import type { ConnectOptions, PoolOptions } from "@tatami/worker";
import { connectUpscaler, connectUpscalerPool } from "@tatami/worker";
import { from, lastValueFrom, map } from "rxjs";
import type { TimedDoor } from "./measure.ts";

/** One way to an upscaler, in this program. */
export interface DoorEntry extends TimedDoor {
  /** What the engine is. */
  readonly engine: string;
}

/** All of them, open. Dispose of them. */
export interface DoorEntries extends AsyncDisposable {
  readonly entries: readonly DoorEntry[];
}

/** What they are opened on. */
export interface DoorSetting<P extends Picture> {
  readonly model: Model;
  /** Threads of the engine, but for the pool of two workers and what it is set beside. */
  readonly threads: number;
  readonly patchSize: number;
  /** One picture; each has pixels of its own, for a worker takes them. */
  readonly picture: (index: number) => P;
  readonly startWorker: PoolOptions["worker"] & ConnectOptions["worker"];
}

/** Passes pictures on and closes what comes out. The stages' times are told to `onStage`. */
type Pass<P> = (pictures: readonly P[], onStage: OnStage) => Promise<void>;
type OnStage = NonNullable<FrameOptions["onStage"]>;

/**
 * Opens them. Reuse is off, so that every frame costs the same, and a pool deals them. VideoFrames have no stream of
 * their own and no pool, which both take Tatami's frames only.
 */
export async function openDoors<P extends Picture>(
  kind: "frame" | "video-frame",
  { model, threads, patchSize, picture, startWorker: worker }: DoorSetting<P>,
): Promise<DoorEntries> {
  const options: UpscalerOptions = { model, backends: ["wasm"], threads, patchSize, reuse: "off" };
  const opened: Upscaler[] = [];
  const keep = async (opening: Promise<Upscaler>): Promise<Upscaler> => {
    const upscaler = await opening;
    opened.push(upscaler);
    return upscaler;
  };
  const direct = await keep(createUpscaler(options));
  const remote = await keep(connectUpscaler({ ...options, worker }));
  const entry = (
    name: string,
    upscaler: Upscaler,
    pass: Pass<P>,
    against?: string,
    several = false,
  ): DoorEntry => ({
    name,
    against,
    engine: upscaler.description,
    time: async (frames) => {
      const pictures = Array.from({ length: frames }, (_, index) => picture(index));
      let engine = 0;
      const start = performance.now();
      await pass(pictures, (_stage, milliseconds) => void (engine += milliseconds));
      return { wall: performance.now() - start, engine: several ? undefined : engine };
    },
  });
  const alone = "createUpscaler, frame";
  const entries = [
    entry(alone, direct, throughFrame(direct)),
    entry("UpscaleStream", direct, throughStream(direct), alone),
    entry("upscaleFrames", direct, throughOperator(direct), alone),
    entry("connectUpscaler, frame", remote, throughFrame(remote), alone),
  ];
  if (kind === "frame") {
    const poolOf = (size: number) =>
      keep(connectUpscalerPool({ ...options, worker, size, threads: size === 1 ? threads : 1 }));
    const [single, pool] = [await poolOf(1), await poolOf(2)];
    const pair = await keep(createUpscaler({ ...options, threads: 2 }));
    const [stream, two] = ["createUpscaler, frames", "createUpscaler, frames, 2 threads"];
    entries.push(
      entry(stream, direct, throughFrames(direct)),
      entry("connectUpscaler, frames", remote, throughFrames(remote), stream),
      entry("connectUpscalerPool of 1", single, throughFrames(single), stream),
      entry(two, pair, throughFrames(pair)),
      entry("connectUpscalerPool of 2", pool, throughFrames(pool), two, true),
    );
  }
  return {
    entries,
    [Symbol.asyncDispose]: async () => {
      for (const upscaler of opened) await upscaler[Symbol.asyncDispose]();
    },
  };
}

function throughFrame<P extends Picture>(upscaler: Upscaler): Pass<P> {
  return async (pictures, onStage) => {
    for (const picture of pictures) (await upscaler.frame(picture, { onStage })).close();
  };
}

function throughFrames<P extends Picture>(upscaler: Upscaler): Pass<P> {
  return async (pictures, onStage) => {
    const larger = upscaler.frames(eachOf(pictures as readonly Frame[]), { onStage });
    for await (const frame of larger) frame.close();
  };
}

function throughStream<P extends Picture>(upscaler: Upscaler): Pass<P> {
  return async (pictures, onStage) => {
    const source = new ReadableStream<P>({
      start(controller) {
        for (const picture of pictures) controller.enqueue(picture);
        controller.close();
      },
    });
    const sink = new WritableStream<P>({ write: (picture) => picture.close() });
    const stream = new UpscaleStream<P>({ upscaler: listeningTo(upscaler, onStage) });
    await source.pipeThrough(stream).pipeTo(sink);
  };
}

function throughOperator<P extends Picture>(upscaler: Upscaler): Pass<P> {
  return async (pictures, onStage) => {
    const heard = listeningTo(upscaler, onStage);
    const larger = from(pictures).pipe(upscaleFrames<P>({ upscaler: heard, capacity: pictures.length }));
    await lastValueFrom(larger.pipe(map((picture) => picture.close())));
  };
}

/** The same upscaler, whose stages are told to somebody who only sees what comes out. */
function listeningTo(upscaler: Upscaler, onStage: OnStage): Upscaler {
  return {
    ...upscaler,
    frame: (picture, options) => upscaler.frame(picture, { ...options, onStage }),
  };
}

async function* eachOf<T>(values: readonly T[]): AsyncGenerator<T, void, undefined> {
  yield* values;
}
