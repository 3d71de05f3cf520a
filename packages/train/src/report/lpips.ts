/** LPIPS (Zhang, Isola, Efros, Shechtman and Wang, 2018), squeeze v0.1, by onnxruntime-web on WebAssembly. */

import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import type { Size } from "@tatami/core";
import { TatamiError } from "@tatami/core";
import type { LumaPlane } from "../data/luma.ts";

/** A picture as bytes, red, green and blue of a pixel after one another. */
export interface RgbBytes {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Sides below this are more than the network's last pooling can take. */
export const leastLpipsSide = 17;

/** Measures the distance of two pictures of one size. Dispose of it. */
export interface LpipsMeter extends AsyncDisposable {
  /** From 0, the same; symmetrical. @throws TatamiError `out-of-memory` where the pictures are too large for it. */
  measure(a: RgbBytes, b: RgbBytes): Promise<number>;
  /** The same of luma, as grey pictures: Y′ of 16..235. */
  measureLuma(a: LumaPlane, b: LumaPlane): Promise<number>;
}

/**
 * Opens a network that takes `a` and `b`, float32 [n, 3, h, w] in 0..1, and gives `distance`, float32 [n].
 *
 * @throws TatamiError `input-not-found`, `invalid-model`.
 */
export async function openLpips(path: string): Promise<LpipsMeter> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new TatamiError({
      code: "input-not-found",
      message: `The LPIPS network ${path} could not be read: ${(cause as Error).message}.`,
      fix: "Check the path after --lpips, or leave it out: the network that ships is taken then.",
      cause,
    });
  });
  const { InferenceSession, Tensor, env } = await import("onnxruntime-web");
  env.logLevel = "error";
  env.wasm.numThreads = Math.min(availableParallelism(), 8);
  const session = await InferenceSession.create(new Uint8Array(bytes), {
    executionProviders: ["wasm"],
    logSeverityLevel: 3,
  }).catch((cause: unknown) => {
    throw notLpips(path, String(cause), cause);
  });
  const names = session.inputNames;
  if (!names.includes("a") || !names.includes("b") || !session.outputNames.includes("distance")) {
    await session.release();
    throw notLpips(path, `its inputs are ${names.join(", ")}, its outputs ${session.outputNames.join(", ")}`);
  }
  const measured = async ({ width, height }: Size, a: Float32Array, b: Float32Array): Promise<number> => {
    const [inputA, inputB] = [a, b].map((planes) => new Tensor("float32", planes, [1, 3, height, width]));
    try {
      const { distance } = await session.run({ a: inputA!, b: inputB! });
      return (distance!.data as Float32Array)[0]!;
    } catch (cause) {
      throw new TatamiError({
        code: "out-of-memory",
        message: `LPIPS could not be measured at ${width}×${height}: ${String(cause)}.`,
        fix: "Free some memory, or leave LPIPS out: --lpips off.",
        cause,
      });
    }
  };
  return {
    measure: (a, b) => measured(a, toPlanes(a), toPlanes(b)),
    measureLuma: (a, b) => measured(a, greyPlanes(a), greyPlanes(b)),
    [Symbol.asyncDispose]: () => session.release(),
  };
}

/** Interleaved bytes as planes of 0..1. */
function toPlanes({ width, height, data }: RgbBytes): Float32Array {
  const area = width * height;
  const planes = new Float32Array(3 * area);
  for (let pixel = 0, at = 0; pixel < area; pixel++, at += 3) {
    planes[pixel] = data[at]! / 255;
    planes[area + pixel] = data[at + 1]! / 255;
    planes[2 * area + pixel] = data[at + 2]! / 255;
  }
  return planes;
}

/** Luma three times. */
function greyPlanes({ data }: LumaPlane): Float32Array {
  const planes = new Float32Array(3 * data.length);
  const grey = data.map((level) => Math.min(1, Math.max(0, (level - 16) / 219)));
  for (let plane = 0; plane < 3; plane++) planes.set(grey, plane * grey.length);
  return planes;
}

function notLpips(path: string, why: string, cause?: unknown): TatamiError<"invalid-model"> {
  return new TatamiError({
    code: "invalid-model",
    message: `${path} is not an LPIPS network: ${why}.`,
    fix: "Give --lpips an ONNX file with the inputs a and b and the output distance, or leave it out.",
    cause,
  });
}
