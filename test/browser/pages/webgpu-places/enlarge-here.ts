/** The engine and the frame processor wherever this runs: in a window or in a worker. */

import { createSeededRandom, randomTensor, runReference } from "@tatami/graph";
import { createFrameProcessor, createWebGpuBackend, selfTest } from "@tatami/runtime";
import { loadModel } from "@tatami/zoo";
import { readTexture } from "../read-texture.ts";

/** What one place gave. */
export interface PlaceOutcome {
  /** The kind of global object, and of those that started it: the innermost first. */
  readonly place: readonly string[];
  /** What the network gave, luma in 0..1. */
  readonly luma: Float32Array;
  /** Largest difference of it from the reference. */
  readonly worst: number;
  /** What the frame processor drew, as RGBA: into its own texture, and into a canvas. */
  readonly frames: readonly Uint8Array[];
  /** Why each device ended that was opened: known only once all have. */
  readonly ends: readonly string[];
}

const size = { width: 33, height: 20 };
const acceptSoftwareAdapter = true;

/** Enlarges the same picture by both, and waits until what they opened is gone. */
export async function enlargeHere(): Promise<PlaceOutcome> {
  const devices: GPUDevice[] = [];
  const { requestDevice } = GPUAdapter.prototype;
  GPUAdapter.prototype.requestDevice = async function (...args) {
    const device = await requestDevice.apply(this, args);
    devices.push(device);
    return device;
  };
  try {
    const outcome = { ...(await runEngine()), frames: await drawFrames() };
    const ends = await Promise.all(devices.map(async ({ lost }) => (await lost).reason));
    return { ...outcome, place: [globalThis.constructor.name], ends };
  } finally {
    GPUAdapter.prototype.requestDevice = requestDevice;
  }
}

async function runEngine(): Promise<Pick<PlaceOutcome, "luma" | "worst">> {
  const model = await loadModel("m3-x2");
  await using backend = await createWebGpuBackend({ acceptSoftwareAdapter });
  await using executable = await backend.prepare(model, { batch: 1, ...size });
  await selfTest(model, executable, backend.name);
  const input = randomTensor([1, 1, size.height, size.width], 0, 1, createSeededRandom(11));
  const [{ data: luma }, expected] = [await executable.infer(input), runReference(model, input)];
  const worst = Math.max(...expected.data.map((right, i) => Math.abs(luma[i]! - right)));
  return { luma, worst };
}

async function drawFrames(): Promise<readonly Uint8Array[]> {
  await using processor = await createFrameProcessor({
    model: await loadModel("m3-x2"),
    acceptSoftwareAdapter,
  });
  const { device } = processor;
  const context = new OffscreenCanvas(2 * size.width, 2 * size.height).getContext("webgpu");
  const target = context as unknown as GPUCanvasContext;
  // RENDER_ATTACHMENT, COPY_SRC
  target.configure({ device, format: "rgba8unorm", usage: 16 | 1 });
  const frames = [await readTexture(device, await processor.process(picture()))];
  const source = new OffscreenCanvas(size.width, size.height);
  source.getContext("2d")!.putImageData(picture(), 0, 0);
  const drawn = await processor.process(source, target);
  frames.push(await readTexture(device, drawn));
  return frames;
}

function picture(): ImageData {
  const { width, height } = size;
  const levels = randomTensor([height * width * 4], 0, 255.99, createSeededRandom(12)).data;
  levels.forEach((_, i) => i % 4 === 3 && (levels[i] = 255));
  return new ImageData(Uint8ClampedArray.from(levels, Math.floor), width, height);
}
