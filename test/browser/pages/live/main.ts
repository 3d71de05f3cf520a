/** Live tracks through the upscaler, by every way of reading and of writing them. */

import type { Picture } from "@tatami/core";
import { TatamiError } from "@tatami/core";
import type { ReadWay, WriteWay } from "@tatami/live";
import { createTrack, liveSupport, openCamera, watchTrack } from "@tatami/live";
import { fromCamera, fromMediaStreamTrack, toMediaStreamTrack, upscaleFrames } from "@tatami/rxjs";
import type { LiveStats, UpscaledTrack, Upscaler } from "@tatami/upscale";
import { createUpscaler, upscaleTrack } from "@tatami/upscale";
import { firstValueFrom, Subscription, take, tap, toArray } from "rxjs";
import { tinyModel } from "../../../support/tiny-model.ts";
import { drawnTrack } from "./drawn-track.ts";

const upscaler = await createUpscaler({ model: tinyModel(), backends: ["cpu"], threads: 1 });

/** Frames of a track, closed at once; those seen are kept for asking whether they are closed. */
async function watch(track: MediaStreamTrack, count: number): Promise<string[]> {
  const sizes: string[] = [];
  const enough = new AbortController();
  await watchTrack(
    track,
    (frame) => {
      sizes.push(`${frame.displayWidth}×${frame.displayHeight}`);
      frame.close();
      if (sizes.length === count) enough.abort();
    },
    { signal: enough.signal },
  ).catch((error: unknown) => {
    if (!enough.signal.aborted) throw error;
  });
  return sizes;
}

/** An upscaler that remembers what went through it, and takes its time. */
function slowed(milliseconds: number): { readonly upscaler: Upscaler; readonly seen: VideoFrame[] } {
  const seen: VideoFrame[] = [];
  const note = (picture: Picture): unknown => picture instanceof VideoFrame && seen.push(picture);
  const frame: Upscaler["frame"] = async (source, options) => {
    note(source);
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    const larger = await upscaler.frame(source, options);
    note(larger);
    return larger;
  };
  return { upscaler: { ...upscaler, frame }, seen };
}

function open(frames: readonly VideoFrame[]): number {
  return frames.filter(({ codedWidth }) => codedWidth > 0).length;
}

/** What came of one live run. */
export interface LiveOutcome {
  readonly sizes: readonly string[];
  readonly stats: LiveStats;
  readonly open: number;
  readonly sourceState: string;
  readonly largerState: string;
  readonly writeVia: string;
}

/** Enlarges a drawn track until some of its larger frames were seen. */
async function runLive(
  readVia: ReadWay,
  writeVia: WriteWay,
  delay = 0,
  sharePixels = true,
): Promise<LiveOutcome> {
  using drawn = drawnTrack(64, 48, 20);
  const { upscaler: shared, seen } = slowed(delay);
  const own = { model: tinyModel(), backends: ["cpu"], threads: 1 } as const;
  const live = await upscaleTrack(drawn.track, {
    ...(sharePixels ? { upscaler: shared } : own),
    readVia,
    writeVia,
  });
  const sizes = await watch(live.track, 6);
  await live[Symbol.asyncDispose]();
  return {
    sizes,
    stats: live.stats(),
    open: open(seen),
    sourceState: drawn.track.readyState,
    largerState: live.track.readyState,
    writeVia: live.writeVia,
  };
}

/** How a live run ends: by its signal, by its source's end, by its reader's having enough, by an error of the engine. */
async function endings(): Promise<Record<string, string>> {
  const told = async (
    act: (live: UpscaledTrack, drawn: Disposable) => void,
    fails = false,
  ): Promise<string> => {
    using drawn = drawnTrack(64, 48, 20);
    const { upscaler: shared, seen } = slowed(0);
    const failing: Upscaler = {
      ...shared,
      frame: async (source) => {
        source.close();
        throw new TatamiError({ code: "device-lost", message: "gone", fix: "none" });
      },
    };
    const controller = new AbortController();
    const live = await upscaleTrack(drawn.track, {
      upscaler: fails ? failing : shared,
      signal: controller.signal,
    });
    if (!fails) await watch(live.track, 2);
    act(Object.assign(live, { abort: () => controller.abort(new Error("told to")) }), drawn);
    const how = await live.ended.then(
      () => "resolved",
      (error: unknown) => (TatamiError.is(error) ? error.code : (error as Error).message),
    );
    return `${how}, ${live.track.readyState}, ${open(seen)} open`;
  };
  const abort = (live: UpscaledTrack): void => (live as unknown as { abort(): void }).abort();
  return {
    aborted: await told(abort),
    sourceEnded: await told((_live, drawn) => drawn[Symbol.dispose]()),
    readerHadEnough: await told(({ track }) => track.stop()),
    engineFailed: await told(() => undefined, true),
  };
}

/** The RxJS operators from a camera to a track, and how they end. */
async function runOperators(): Promise<{
  readonly camera: readonly string[];
  readonly track: readonly string[];
  readonly open: number;
  readonly states: readonly string[];
}> {
  const seen: VideoFrame[] = [];
  const keep = tap<VideoFrame>((frame) => seen.push(frame));
  const frames = await firstValueFrom(
    fromCamera({ constraints: { width: 320, height: 240 } }).pipe(
      keep,
      upscaleFrames({ upscaler, capacity: 1, overflow: "drop-oldest" }),
      keep,
      take(2),
      toArray(),
    ),
  );
  const camera = frames.map(({ displayWidth, displayHeight }) => `${displayWidth}×${displayHeight}`);
  for (const frame of frames) frame.close();

  using drawn = drawnTrack(64, 48, 20);
  const enlarged = fromMediaStreamTrack(drawn.track).pipe(
    keep,
    upscaleFrames({ upscaler, capacity: 1, overflow: "drop-oldest" }),
    toMediaStreamTrack({ capacity: 1, overflow: "drop-oldest" }),
  );
  const subscription = new Subscription();
  const larger = await new Promise<MediaStreamTrack>((resolve, reject) =>
    subscription.add(enlarged.subscribe({ next: resolve, error: reject })),
  );
  const track = await watch(larger, 3);
  const before = larger.readyState;
  subscription.unsubscribe();
  while (larger.readyState !== "ended") await new Promise((resolve) => setTimeout(resolve, 10));
  // the work under way is closed once it has been done
  await new Promise((resolve) => setTimeout(resolve, 500));
  return { camera, track, open: open(seen), states: [before, larger.readyState, drawn.track.readyState] };
}

/** What is refused, and how. */
async function refusals(): Promise<Record<string, string>> {
  const how = async (work: () => unknown): Promise<string> => {
    try {
      await work();
      return "nothing";
    } catch (error) {
      return TatamiError.is(error) && error.fix !== "" ? error.code : String(error);
    }
  };
  const sound = new AudioContext().createMediaStreamDestination().stream.getAudioTracks()[0]!;
  using drawn = drawnTrack(64, 48, 5);
  return {
    sound: await how(() => upscaleTrack(sound, { upscaler })),
    way: await how(() => createTrack({ via: "pigeon" as WriteWay })),
    option: await how(() => upscaleTrack(drawn.track, { upscaler, capacity: 0 })),
    camera: await how(() => openCamera({ deviceId: { exact: "none such" } })),
  };
}

/** What a worker has. */
async function inWorker(): Promise<unknown> {
  const worker = new Worker(new URL("./live.worker.ts", import.meta.url), { type: "module" });
  const said = await new Promise((resolve) =>
    worker.addEventListener("message", ({ data }) => resolve(data), { once: true }),
  );
  worker.terminate();
  return said;
}

Object.assign(globalThis, { runLive, endings, runOperators, refusals, inWorker, liveSupport });
