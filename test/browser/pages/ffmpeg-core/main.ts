/** Reads the file that was put into the page's input by FFmpeg's core, as `upscale()` would. */

import coreURL from "@ffmpeg/core?url";
import wasmURL from "@ffmpeg/core/wasm?url";
import mtCoreURL from "@ffmpeg/core-mt?url";
import mtWasmURL from "@ffmpeg/core-mt/wasm?url";
import mtWorkerURL from "@ffmpeg/core-mt/worker?url";
import { ffmpegCoreDriver } from "@tatami/codecs/ffmpeg";
import type { CodecDriver, Damage, Deinterlace, MediaDescription } from "@tatami/core";
import { frameLedger, TatamiError } from "@tatami/core";

/** How a file is read. */
export interface ReadingOptions {
  readonly threads?: boolean;
  readonly start?: number;
  readonly end?: number;
  readonly toSdr?: boolean;
  readonly deinterlace?: Deinterlace;
  readonly tolerant?: boolean;
  /** Frames after which reading is left. */
  readonly leaveAfter?: number;
  /** Frames after which an abort comes. */
  readonly abortAfter?: number;
}

/** What was read. */
export interface Reading {
  readonly description: MediaDescription | undefined;
  readonly timestamps: readonly number[];
  readonly durations: readonly number[];
  /** Mean luma of each frame. */
  readonly means: readonly number[];
  readonly damaged: readonly Damage[];
  readonly error: string | undefined;
  readonly openFrames: number;
  readonly milliseconds: number;
  readonly isolated: boolean;
}

const driverFor = (threads: boolean): CodecDriver =>
  ffmpegCoreDriver({
    coreURL,
    wasmURL,
    ...(threads ? { multithreaded: { coreURL: mtCoreURL, wasmURL: mtWasmURL, workerURL: mtWorkerURL } } : {}),
  });

const chosenFile = (): File => document.querySelector<HTMLInputElement>("#file")!.files![0]!;

const nameOf = (error: unknown): string =>
  TatamiError.is(error) ? `${error.code}: ${error.message}` : String(error);

/** Reads the whole file, or a part of it. */
async function readFile(options: ReadingOptions = {}): Promise<Reading> {
  const { start, end, toSdr = false, deinterlace = "auto" } = options;
  const timestamps: number[] = [];
  const durations: number[] = [];
  const means: number[] = [];
  const damaged: Damage[] = [];
  const aborting = new AbortController();
  const { signal } = aborting;
  const began = performance.now();
  let description: MediaDescription | undefined;
  let error: string | undefined;
  try {
    const driver = driverFor(options.threads ?? false);
    await using reader = await driver.open(chosenFile(), { toSdr, deinterlace, signal });
    ({ description } = reader);
    const frames = reader.frames({
      signal,
      ...(start === undefined ? {} : { start }),
      ...(end === undefined ? {} : { end }),
      ...(options.tolerant ? { onDamaged: (damage) => void damaged.push(damage) } : {}),
    });
    for await (const frame of frames) {
      const { luma } = await frame.planes();
      means.push(luma.data.reduce((sum, value) => sum + value, 0) / luma.data.length);
      timestamps.push(frame.timestamp);
      durations.push(frame.duration);
      frame.close();
      if (timestamps.length === options.leaveAfter) break;
      if (timestamps.length === options.abortAfter) aborting.abort("enough");
    }
  } catch (thrown) {
    error = nameOf(thrown);
  }
  const milliseconds = performance.now() - began;
  const isolated = globalThis.crossOriginIsolated;
  const openFrames = frameLedger.open;
  return { description, timestamps, durations, means, damaged, error, openFrames, milliseconds, isolated };
}

Object.assign(globalThis, { readFile });
