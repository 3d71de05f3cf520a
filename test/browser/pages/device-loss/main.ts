/** A GPU that is taken away in the middle of a stream. */

import type { Frame } from "@tatami/core";
import { createFrame, createPlane, frameLedger } from "@tatami/core";
import { createUpscaler } from "@tatami/upscale";
import { loadModel } from "@tatami/zoo";
import { lumaOf, yuvFrame } from "../yuv-frame.ts";

/** What became of a stream. */
export interface LossOutcome {
  readonly timestamps: readonly number[];
  /** Largest difference, in levels, from the same stream on WebAssembly; of each frame. */
  readonly worst: readonly number[];
  readonly backend: string;
  readonly rejected: readonly string[];
  /** GPU devices that were opened. */
  readonly devices: number;
  readonly open: number;
}

// the page's software adapter stands for a hardware one: an engine may only be lost that is used
const devices: GPUDevice[] = [];
const info = { vendor: "test", architecture: "", device: "", description: "", isFallbackAdapter: false };
Object.defineProperty(GPUAdapter.prototype, "info", { get: () => info });
const { requestDevice } = GPUAdapter.prototype;
GPUAdapter.prototype.requestDevice = async function (...args) {
  const device = await requestDevice.apply(this, args);
  devices.push(device);
  return device;
};

const size = { width: 40, height: 26 };

/** Upscales frames; before each one named in `losses`, the device in use is destroyed while the engine works. */
async function upscaleStream(frames: number, losses: readonly number[]): Promise<LossOutcome> {
  devices.length = 0;
  const model = await loadModel("m3-x2");
  await using upscaler = await createUpscaler({
    model,
    backends: ["webgpu", "wasm"],
    patchSize: 40,
    reuse: "off",
  });
  await using right = await createUpscaler({ model, backends: ["wasm"], threads: 1, reuse: "off" });
  const timestamps: number[] = [];
  const worst: number[] = [];
  const expected = await collect(right.frames(stream(frames, []), {}));
  for await (const frame of upscaler.frames(stream(frames, losses), {})) {
    const { luma } = await frame.planes();
    const other = expected[timestamps.length]!;
    worst.push(luma.data.reduce((most, level, i) => Math.max(most, Math.abs(level - other[i]!)), 0));
    timestamps.push(frame.timestamp);
    frame.close();
  }
  return {
    timestamps,
    worst,
    backend: upscaler.backend,
    rejected: upscaler.rejected.map(
      ({ candidate, error }) => `${candidate}: ${error.code}: ${error.message}`,
    ),
    devices: devices.length,
    open: frameLedger.open,
  };
}

/** What became of VideoFrames. */
export interface VideoLossOutcome extends LossOutcome {
  readonly formats: readonly (string | null)[];
  /** Patches computed of each frame. */
  readonly computed: readonly number[];
  /** Sources that were closed. */
  readonly closed: number;
}

/** Upscales VideoFrames, two after another alike; right before each one named in `losses` the device is destroyed. */
async function upscaleVideoFrames(frames: number, losses: readonly number[]): Promise<VideoLossOutcome> {
  devices.length = 0;
  const model = await loadModel("m3-x2");
  await using upscaler = await createUpscaler({ model, backends: ["webgpu", "wasm"], patchSize: 40 });
  await using right = await createUpscaler({ model, backends: ["wasm"], threads: 1, reuse: "off" });
  const seen = { timestamps: [], worst: [], formats: [], computed: [] } as {
    [Key in "timestamps" | "worst" | "computed"]: number[];
  } & { formats: (string | null)[] };
  let closed = 0;
  for (let index = 0; index < frames; index++) {
    const make = (): VideoFrame => yuvFrame(64 + 2 * (index >> 1), 48, index * 40_000);
    if (losses.includes(index)) devices.at(-1)?.destroy();
    const source = make();
    const onPatches = (computed: number): void => void seen.computed.push(computed);
    const larger = await upscaler.frame(source, { onPatches });
    if (source.format === null) closed += 1;
    const expected = await right.frame(make());
    const [luma, other] = [await lumaOf(larger), await lumaOf(expected)];
    seen.worst.push(luma.reduce((most, level, i) => Math.max(most, Math.abs(level - other[i]!)), 0));
    seen.timestamps.push(larger.timestamp);
    seen.formats.push(larger.format);
    larger.close();
    expected.close();
  }
  return {
    ...seen,
    closed,
    backend: upscaler.backend,
    rejected: upscaler.rejected.map(({ candidate, error }) => `${candidate}: ${error.code}`),
    devices: devices.length,
    open: frameLedger.open,
  };
}

async function* stream(count: number, losses: readonly number[]): AsyncGenerator<Frame> {
  for (let index = 0; index < count; index++) {
    const luma = createPlane(size);
    luma.data.forEach((_, i) => (luma.data[i] = 40 + ((i * (index + 3) + (i >> 4)) % 160)));
    const half = { width: size.width / 2, height: size.height / 2 };
    const chroma = [createPlane(half), createPlane(half)] as const;
    const frame = createFrame({ luma, chroma }, { timestamp: index / 25 }, "test");
    if (!losses.includes(index)) yield frame;
    else
      yield {
        ...frame,
        // the engine has the earlier frames by now and is about to be given this one
        planes: async () => {
          const planes = await frame.planes();
          setTimeout(() => devices.at(-1)?.destroy(), 0);
          return planes;
        },
      };
  }
}

async function collect(frames: AsyncIterable<Frame>): Promise<Uint8Array[]> {
  const all: Uint8Array[] = [];
  for await (const frame of frames) {
    all.push((await frame.planes()).luma.data);
    frame.close();
  }
  return all;
}

Object.assign(globalThis, { upscaleVideoFrames, upscaleStream });
