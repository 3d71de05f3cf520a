/** A GPU that is taken away in the middle of a stream. */

import type { Frame } from "@tatami/core";
import { createFrame, createPlane, frameLedger } from "@tatami/core";
import type { UpscalerOptions } from "@tatami/upscale";
import { createUpscaler } from "@tatami/upscale";
import { loadModel } from "@tatami/zoo";
import { lumaOf, yuvFrame } from "../yuv-frame.ts";
import type { DoorName, LossyDoor } from "./doors.ts";
import { openDoor } from "./doors.ts";
import { devices, watchDevices } from "./watch-devices.ts";

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

watchDevices();

const size = { width: 40, height: 26 };

/**
 * Upscales frames through a door, or by the upscaler itself; at each one named in `losses`, the device in use is
 * destroyed while the engine works.
 */
async function upscaleStream(
  frames: number,
  losses: readonly number[],
  door?: DoorName,
): Promise<LossOutcome> {
  devices.length = 0;
  const model = await loadModel("m3-x2");
  const options = { model, backends: ["webgpu", "wasm"], patchSize: 40, reuse: "off" } as const;
  const opened = door ? await openDoor(door, options) : await openDirectly(options);
  await using upscaler = opened.upscaler;
  await using right = await createUpscaler({ model, backends: ["wasm"], threads: 1, reuse: "off" });
  const timestamps: number[] = [];
  const worst: number[] = [];
  const expected = await collect(right.frames(stream(frames, [], opened.lose), {}));
  for await (const frame of opened.pass(stream(frames, losses, opened.lose))) {
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

async function openDirectly(options: UpscalerOptions): Promise<LossyDoor> {
  const upscaler = await createUpscaler(options);
  return {
    upscaler,
    pass: (frames) => upscaler.frames(frames, {}),
    lose: () => devices.at(-1)?.destroy(),
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
    if (source.format === null) closed++;
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

async function* stream(count: number, losses: readonly number[], lose: () => void): AsyncGenerator<Frame> {
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
          setTimeout(lose, 0);
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
