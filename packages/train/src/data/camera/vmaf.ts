/** VMAF of every frame by an FFmpeg that has libvmaf, which is fed while frames are read: nothing piles up. */

import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Writable } from "node:stream";
import type { Plane, Size } from "@tatami/core";
import { TatamiError } from "@tatami/core";

/** VMAF (Li et al., Netflix, 2016; the default model) of frames in studio range, chroma left out. Dispose of it. */
export interface VmafMeter extends AsyncDisposable {
  /** Takes one pair; resolves when there is room for the next. @throws TatamiError `unsupported-environment`. */
  add(frame: Plane, truth: Plane): Promise<void>;
  /** The score of each pair. @throws TatamiError `unsupported-environment`. */
  finish(): Promise<readonly number[]>;
}

/** How a meter is opened. */
export interface VmafOptions extends Size {
  /** A program with libvmaf: its path, or its name where the system finds it. */
  readonly ffmpeg: string;
  /** The log lies here for a while. */
  readonly folder: string;
  /** Name of the log: one for each meter of a folder. */
  readonly log: string;
}

/** Starts the program. What is wrong with it is said by `add` or `finish`. */
export function openVmaf({ ffmpeg, folder, log, width, height }: VmafOptions): VmafMeter {
  // not grey: FFmpeg takes that to be of full range, and would map it
  const raw = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", `${width}x${height}`, "-r", "25", "-i"];
  const filter = `libvmaf=log_fmt=json:log_path=${log}`;
  const words = ["-v", "error", ...raw, "pipe:0", ...raw, "pipe:3", "-lavfi", filter, "-f", "null", "-"];
  const child = spawn(ffmpeg, words, { cwd: folder, stdio: ["pipe", "ignore", "pipe", "pipe"] });
  const inputs = [child.stdin, child.stdio[3]] as [Writable, Writable];
  // a program that leaves early closes its pipes: its own words say why
  for (const input of inputs) input.on("error", () => {});
  const ended = watch(child);
  const failed = ended.then((why) => {
    throw cannotMeasure(ffmpeg, why ?? "it ended before the last frame");
  });
  failed.catch(() => {});
  return {
    async add(frame, truth) {
      const full = [frame, truth].filter((plane, at) => !inputs[at]!.write(packed(plane)));
      // it may want more of one before it reads the other: only when both are full it is time to wait
      if (full.length < 2) return;
      const drained = new AbortController();
      const either = inputs.map((input) => once(input, "drain", { signal: drained.signal }).catch(() => {}));
      await Promise.race([...either, failed]).finally(() => drained.abort());
    },
    async finish() {
      for (const input of inputs) input.end();
      const why = await ended;
      if (why !== undefined) throw cannotMeasure(ffmpeg, why);
      const path = join(folder, log);
      try {
        const { frames } = JSON.parse(await readFile(path, "utf8")) as VmafLog;
        return frames.map(({ metrics }) => metrics.vmaf);
      } catch (error) {
        throw cannotMeasure(ffmpeg, (error as Error).message, error);
      } finally {
        await rm(path, { force: true });
      }
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.pid !== undefined) child.kill("SIGKILL");
      await ended;
    },
  };
}

interface VmafLog {
  readonly frames: readonly { readonly metrics: { readonly vmaf: number } }[];
}

/** Resolves when the program has ended: with nothing, or with what went wrong. */
function watch(child: ChildProcess): Promise<string | undefined> {
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (said = `${said}${text}`.slice(-4000)));
  return new Promise((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) => {
      if (code === 0) resolve(undefined);
      else resolve(said.trim().split("\n").at(-1) || `it ended by ${signal ?? `code ${code}`}`);
    });
  });
}

/** 4:2:0 with grey for chroma, rows without padding. A copy: it is written later. */
function packed({ width, height, stride, data }: Plane): Uint8Array {
  const chroma = Math.ceil(width / 2) * Math.ceil(height / 2);
  const bytes = new Uint8Array(width * height + 2 * chroma).fill(128);
  for (let y = 0; y < height; y++) bytes.set(data.subarray(y * stride, y * stride + width), y * width);
  return bytes;
}

function cannotMeasure(ffmpeg: string, why: string, cause?: unknown): TatamiError<"unsupported-environment"> {
  return new TatamiError({
    code: "unsupported-environment",
    message: `${ffmpeg} did not measure VMAF: ${why}.`,
    fix: "Name an FFmpeg whose list of filters (ffmpeg -filters) has libvmaf (--vmaf), or measure without VMAF.",
    cause,
  });
}
