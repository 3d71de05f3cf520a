/** Upscales WebCodecs frames in the page, beside the same pixels as a frame of Tatami's own. */

import { createFrame, frameLedger } from "@tatami/core";
import type { Plane } from "@tatami/core";
import { createUpscaler } from "@tatami/upscale";
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

Object.assign(globalThis, { upscaleVideoFrame, upscaleColour });
