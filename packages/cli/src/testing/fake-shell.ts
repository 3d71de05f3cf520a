/** A world for tests: what is written is kept, and the library only records what it was asked for. */

import { Writable } from "node:stream";
import type { MediaDescription } from "@tatami/core";
import type { Model } from "@tatami/graph";
import type { Progress, UpscalePlan, UpscaleReport } from "@tatami/upscale";
import type { ModelCard } from "@tatami/zoo";
import { main } from "../main.ts";
import type { Engine, ExitCode, Library, Output, Shell } from "../shell.ts";

/** What a test may set. */
export interface FakeWorld {
  readonly cwd?: string;
  readonly env?: Shell["env"];
  readonly isTerminal?: boolean;
  readonly signal?: AbortSignal;
  readonly terminal?: Shell["terminal"];
  readonly now?: () => number;
  readonly library?: Partial<Library>;
  /** In place of a job that is done at once. */
  readonly upscale?: Engine["upscale"];
}

/** How a command line ended, and what it asked of the library. */
export interface FakeRun {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
  readonly calls: readonly FakeCall[];
}

/** One call of the library. */
export interface FakeCall {
  readonly name: string;
  readonly input?: string;
  readonly options: Record<string, unknown>;
}

/** Runs a command line in a fake world. */
export async function runFake(argv: readonly string[], world: FakeWorld = {}): Promise<FakeRun> {
  const calls: FakeCall[] = [];
  const stdout = createCapture(world.isTerminal ?? false);
  const stderr = createCapture(world.isTerminal ?? false);
  const code = await main({
    argv,
    env: world.env ?? {},
    cwd: world.cwd ?? process.cwd(),
    stdout: stdout.output,
    stderr: stderr.output,
    terminal: world.terminal,
    signal: world.signal ?? new AbortController().signal,
    now: world.now ?? (() => 0),
    library: { ...createFakeLibrary(calls, world.upscale), ...world.library },
  });
  return { code, stdout: stdout.text(), stderr: stderr.text(), calls };
}

/** An output that keeps what it is given. */
export function createCapture(isTerminal: boolean): { readonly output: Output; text(): string } {
  const chunks: string[] = [];
  const writable = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  return {
    output: Object.assign(writable, { isTTY: isTerminal, columns: 80 }),
    text: () => chunks.join(""),
  };
}

/** A card of a model that need not exist. */
export function fakeCard(name: string, scale: number): ModelCard {
  const psnr = scale === 2 ? { set5: 37.12, set14: 32.7 } : { set5: 31.05 };
  const bicubicPsnr = scale === 2 ? { set5: 33.67, set14: 30.22 } : { set5: 28.43 };
  const counts = { parameters: 13520, macsPerPixel: 13520, macs720p: 3_115_008_000 };
  const recipe = {
    recipe: name,
    seed: 1,
    steps: 8500,
    batch: 16,
    crop: 48,
    data: "photographs",
    foldingError: 1e-7,
  };
  const scores = { psnr, ssim: {}, bicubicPsnr, bicubicSsim: {} };
  return { name, scale, track: "bicubic", ...counts, ...recipe, ...scores, sha256: "0", license: "MIT" };
}

export const fakeMedia: MediaDescription = {
  container: "MP4",
  duration: 4,
  startTime: 0,
  video: {
    width: 320,
    height: 180,
    codec: "avc",
    rotation: 90,
    pixelAspectRatio: { numerator: 4, denominator: 3 },
    color: { primaries: "bt709", transfer: "bt709", matrix: null, fullRange: false },
    bitDepth: 8,
    hasAlpha: false,
    frameCount: 120,
    frameRate: 30,
    ticksPerSecond: 15360,
    bitrate: 512_000,
  },
  tracks: [
    { kind: "video", index: 0, codec: "avc", language: "und" },
    { kind: "audio", index: 1, codec: "aac", language: "eng" },
  ],
  blindSpots: ["chapters"],
};

export const fakeProgress: Progress = {
  framesDone: 120,
  framesTotal: 120,
  framesPerSecond: 24.04,
  secondsLeft: 0,
  patchesComputed: 960,
  patchesReused: 0,
  stageMs: { decode: 1, split: 2, infer: 30, assemble: 3, encode: 5.55 },
};

/** The plan for {@link fakeMedia}. */
export const fakePlan: UpscalePlan = {
  media: fakeMedia,
  input: { width: 320, height: 180 },
  output: { width: 640, height: 360 },
  model: "m5-x2",
  scale: 2,
  strength: 1,
  backend: "onnx-wasm",
  backendDescription: "WebAssembly, 2 threads",
  driver: "ffmpeg",
  encoding: {
    container: "mp4",
    codec: "avc",
    rejected: [{ codec: "hevc", reason: "no encoder" }],
    bitrate: 2_100_000,
    copied: [fakeMedia.tracks[1]!],
    leftOut: [],
    changed: [],
  },
  rejected: [],
};

/** The report for {@link fakeMedia}. */
export const fakeReport: UpscaleReport = {
  ...fakePlan,
  progress: fakeProgress,
  leftOut: [
    {
      track: { kind: "subtitle", index: 2, codec: "webvtt", language: "deu" },
      reason: "container-cannot-hold",
      message: "MP4 cannot hold WebVTT.",
    },
  ],
  changed: [],
  damaged: [],
  frames: 120,
  size: 1_234_567,
};

function createFakeLibrary(calls: FakeCall[], upscale: FakeWorld["upscale"]): Library {
  const record = (name: string, options: object | undefined, input?: string): void => {
    calls.push({ name, options: { ...options }, ...(input !== undefined && { input }) });
  };
  const cards = [fakeCard("m5-x2", 2), fakeCard("m7-x2", 2), fakeCard("m5-x4", 4)];
  return {
    listModels: () => cards,
    async loadModel(name, options) {
      record("loadModel", options, name);
      return { name, scale: cards.find((card) => card.name === name)?.scale } as unknown as Model;
    },
    async readModel(bytes) {
      record("readModel", { bytes: bytes.length });
      return { name: "own", scale: 2 } as unknown as Model;
    },
    async createEngine(model, options) {
      const names = "length" in model ? model.map(({ name }) => name).join(",") : undefined;
      record("createEngine", options, names ?? ("name" in model ? model.name : JSON.stringify(model)));
      return {
        async plan(input, jobOptions) {
          record("plan", jobOptions, input);
          return fakePlan;
        },
        async upscale(input, jobOptions) {
          record("upscale", jobOptions, input);
          jobOptions.onProgress?.(fakeProgress);
          return upscale?.(input, jobOptions) ?? fakeReport;
        },
        [Symbol.asyncDispose]: async () => record("dispose", {}),
      };
    },
    async inspect(input) {
      record("inspect", {}, input);
      return fakeMedia;
    },
    async compare(options) {
      record("compare", options);
      throw new Error("Comparing is tested for real.");
    },
    async tryFile(options) {
      record("tryFile", options);
      throw new Error("Trying is tested for real.");
    },
    // training is tested for real: it is quick enough
    loadTrainer: () => import("@tatami/train"),
  };
}
