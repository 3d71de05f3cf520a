/** LPIPS (Zhang, Isola, Efros, Shechtman and Wang, 2018), squeeze v0.1, by onnxruntime-web on WebAssembly. */

import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { TatamiError } from "@tatami/core";
import type { RgbPicture } from "../pictures/to-rgb.ts";

/** The network that this package brings, with its licences beside it. */
export const shippedLpips: string = fileURLToPath(
  new URL("../../models/lpips-squeeze.onnx", import.meta.url),
);

/** Sides below this are more than the network's last pooling can take. */
export const leastLpipsSide = 17;

/** Measures the distance of two pictures of one size. Dispose of it. */
export interface LpipsMeter extends AsyncDisposable {
  /** From 0, the same; symmetrical. @throws TatamiError `out-of-memory` where the pictures are too large for it. */
  measure(a: RgbPicture, b: RgbPicture): Promise<number>;
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
  return {
    async measure(a, b) {
      const [inputA, inputB] = [a, b].map(
        (picture) => new Tensor("float32", toPlanes(picture), [1, 3, picture.height, picture.width]),
      );
      try {
        const { distance } = await session.run({ a: inputA!, b: inputB! });
        return (distance!.data as Float32Array)[0]!;
      } catch (cause) {
        throw new TatamiError({
          code: "out-of-memory",
          message: `LPIPS could not be measured at ${a.width}×${a.height}: ${String(cause)}.`,
          fix: "Free some memory, or leave LPIPS out: --lpips off.",
          cause,
        });
      }
    },
    [Symbol.asyncDispose]: () => session.release(),
  };
}

/** Interleaved bytes as planes of 0..1. */
function toPlanes({ width, height, data }: RgbPicture): Float32Array {
  const area = width * height;
  const planes = new Float32Array(3 * area);
  for (let pixel = 0, at = 0; pixel < area; pixel++, at += 3) {
    planes[pixel] = data[at]! / 255;
    planes[area + pixel] = data[at + 1]! / 255;
    planes[2 * area + pixel] = data[at + 2]! / 255;
  }
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
