/** Decodes the file that was put into the page's input, by either driver, and does nothing with its frames. */

import coreURL from "@ffmpeg/core?url";
import wasmURL from "@ffmpeg/core/wasm?url";
import { mediabunnyDriver } from "@tatami/codecs";
import { ffmpegCoreDriver } from "@tatami/codecs/ffmpeg";
import type { CodecDriver } from "@tatami/core";

/** What decoding took. */
export interface Decoding {
  readonly frames: number;
  /** Milliseconds until the file is described: with FFmpeg, its core is started in them. */
  readonly openMs: number;
  /** Milliseconds from there to the last frame. */
  readonly readMs: number;
}

// kept, as a page would: the core is compiled once
const drivers = new Map<string, CodecDriver>();

const driverFor = (name: string): CodecDriver => {
  if (name === "mediabunny") return mediabunnyDriver();
  const threads = name === "" ? {} : { multithreaded: { coreURL: name } };
  return ffmpegCoreDriver({ coreURL, wasmURL, ...threads });
};

/** Decodes it once. `name`: mediabunny; nothing for FFmpeg's core, or the address of the one with threads. */
async function decode(name: string): Promise<Decoding> {
  const [file] = document.querySelector<HTMLInputElement>("#file")!.files!;
  const driver = drivers.get(name) ?? driverFor(name);
  drivers.set(name, driver);
  const began = performance.now();
  await using reader = await driver.open(file!);
  const opened = performance.now();
  let frames = 0;
  for await (const frame of reader.frames()) {
    await frame.planes();
    frame.close();
    frames++;
  }
  return { frames, openMs: opened - began, readMs: performance.now() - opened };
}

Object.assign(globalThis, { decode });
