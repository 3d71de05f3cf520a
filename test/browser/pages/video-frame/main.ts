/** Upscales WebCodecs frames in the page, beside the same pixels as a frame of Tatami's own. */

import { createFrame, frameLedger } from "@tatami/core";
import type { Plane } from "@tatami/core";
import { createUpscaler } from "@tatami/upscale";
import { watchDevices } from "../device-loss/watch-devices.ts";
import { tinyModel } from "../../../support/tiny-model.ts";

/** What became of one VideoFrame. */
export interface VideoFrameOutcome {
  readonly width: number;
  readonly height: number;
  readonly format: string | null;
  readonly timestamp: number;
  readonly inputIsClosed: boolean;
  readonly sameLuma: boolean;
  readonly sameChroma: boolean;
  readonly framesOpen: number;
}

const upscaler = await createUpscaler({ model: tinyModel(), backends: ["onnx-wasm"], threads: 1 });

/** Runs one frame of a size and pixel format; an error's code where it is refused. */
async function upscaleVideoFrame(format: "I420" | "NV12" | "I420P10", width: number, height: number) {
  frameLedger.reset();
  const chroma = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
  const [luma, u, v] = [
    fill(width, height, 7),
    fill(chroma.width, chroma.height, 3),
    fill(chroma.width, chroma.height, 5),
  ];
  const frame = new VideoFrame(pack(format, luma, u, v), {
    format: format as VideoPixelFormat,
    codedWidth: width,
    codedHeight: height,
    timestamp: 1_234_567,
    duration: 40_000,
  });
  try {
    const large = await upscaler.frame(frame);
    const expected = await upscaler.frame(createFrame({ luma, chroma: [u, v] }, { timestamp: 1.234567 }));
    const planes = await expected.planes();
    const bytes = new Uint8Array(large.allocationSize());
    const layout = await large.copyTo(bytes);
    const same = (plane: Plane, index: number): boolean =>
      plane.data.every((value, at) => {
        const { offset, stride } = layout[index]!;
        return bytes[offset + Math.floor(at / plane.width) * stride + (at % plane.width)] === value;
      });
    const outcome: VideoFrameOutcome = {
      width: large.codedWidth,
      height: large.codedHeight,
      format: large.format,
      timestamp: large.timestamp,
      inputIsClosed: frame.format === null,
      sameLuma: same(planes.luma, 0),
      sameChroma: same(planes.chroma[0], 1) && same(planes.chroma[1], 2),
      framesOpen: frameLedger.open - 1,
    };
    large.close();
    expected.close();
    return outcome;
  } catch (error) {
    return { code: (error as { code?: string }).code, inputIsClosed: frame.format === null };
  }
}

function fill(width: number, height: number, step: number): Plane {
  const data = Uint8Array.from({ length: width * height }, (_, i) => 16 + ((i * step + (i >> 3)) % 220));
  return { width, height, stride: width, data };
}

function pack(format: string, luma: Plane, u: Plane, v: Plane): Uint8Array<ArrayBuffer> {
  if (format === "I420P10") return new Uint8Array(luma.data.length * 3);
  const both =
    format === "NV12" ? [...u.data].flatMap((value, i) => [value, v.data[i]!]) : [...u.data, ...v.data];
  return Uint8Array.from([...luma.data, ...both]);
}

/** A picture of one colour in R′G′B′: the larger one's format, and its Y′, C′b and C′r in the middle. */
async function upscaleColour(format: "RGBX" | "BGRA", [red, green, blue]: readonly [number, number, number]) {
  const side = 16;
  const [first, third] = format === "RGBX" ? [red, blue] : [blue, red];
  const pixels = Uint8Array.from({ length: side * side * 4 }, (_, at) => [first, green, third, 255][at % 4]!);
  const frame = new VideoFrame(pixels, { format, codedWidth: side, codedHeight: side, timestamp: 0 });
  const large = await upscaler.frame(frame);
  const bytes = new Uint8Array(large.allocationSize());
  const layout = await large.copyTo(bytes);
  const middle = layout.slice(0, 3).map(({ offset, stride }, index) => {
    const at = index === 0 ? side : side / 2;
    return bytes[offset + at * stride + at]!;
  });
  const outcome = { format: large.format, middle, inputIsClosed: frame.format === null };
  large.close();
  return outcome;
}

/** Frames of a camera that stands still, each with other noise: by how much what is shown changes from one to the next in the end. */
async function fuseVideoFrames(backend: "webgpu" | "wasm", fuse: "static" | "off") {
  frameLedger.reset();
  // an adapter that is emulated will do here
  if (backend === "webgpu") watchDevices();
  const [width, height] = [64, 48];
  await using engine = await createUpscaler({ model: tinyModel(), backends: [backend], threads: 1, fuse });
  let state = 1;
  const noise = (): number => ((state = (state * 1103515245 + 12345) % 2 ** 31) >>> 16) % 9;
  let before: Uint8Array | undefined;
  let flicker = 0;
  for (let index = 0; index < 40; index++) {
    const luma = fill(width, height, 0);
    luma.data.forEach((_, i) => (luma.data[i] = 100 + (i % width) + noise()));
    const grey = { ...fill(width / 2, height / 2, 0), data: new Uint8Array((width * height) / 4).fill(128) };
    const frame = new VideoFrame(pack("I420", luma, grey, grey), {
      format: "I420",
      codedWidth: width,
      codedHeight: height,
      timestamp: 40_000 * index,
    });
    const large = await engine.frame(frame);
    const shown = await createImageBitmap(large);
    large.close();
    const canvas = new OffscreenCanvas(shown.width, shown.height);
    const context = canvas.getContext("2d")!;
    context.drawImage(shown, 0, 0);
    shown.close();
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    const green = Uint8Array.from({ length: data.length / 4 }, (_, i) => data[4 * i + 1]!);
    if (before)
      flicker = green.reduce((sum, value, i) => sum + Math.abs(value - before![i]!), 0) / green.length;
    before = green;
  }
  const { backend: used, fusion } = engine;
  return { used, flicker, fusion, framesOpen: frameLedger.open };
}

Object.assign(globalThis, { upscaleVideoFrame, upscaleColour, fuseVideoFrames });
