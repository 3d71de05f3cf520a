/** ONNX files of anybody's that enlarge pictures: what they take and give is found out by running them once. */

import { TatamiError } from "@tatami/core";
import type { InferenceSession } from "onnxruntime-web";
import type { LumaPlane } from "../data/luma.ts";
import { lumaWeights } from "../data/luma.ts";

/** A network in onnxruntime. Release it. */
export interface OnnxNetwork {
  readonly scale: number;
  /** 1: luma. 3: RGB, and is given grey. */
  readonly channels: 1 | 3;
  /** Outputs of the small picture's size, in the file's order. */
  readonly features: readonly OnnxFeature[];
  /** What runs it: "onnxruntime-node 1.30.0". */
  readonly runtime: string;
  /** Enlarges luma of 0..255; not clipped. */
  enlarge(low: LumaPlane): Promise<LumaPlane>;
  /** The features of square pictures `[n, 1, side, side]` of Y′/255, `[n, channels, side, side]` each. */
  look(pictures: Float32Array, side: number): Promise<readonly Float32Array[]>;
  release(): Promise<void>;
}

/** An output of a network besides the picture. */
export interface OnnxFeature {
  readonly name: string;
  readonly channels: number;
}

type Runtime = Pick<typeof import("onnxruntime-web"), "InferenceSession" | "Tensor" | "env">;

/** Sides of the picture that tells what a network gives; no scale is their quotient. */
const probeSize = { width: 24, height: 16 };

/**
 * Opens a file by onnxruntime-node where that is installed, else by onnxruntime-web; on one thread, so that as many can be
 * opened as there are.
 *
 * @throws TatamiError `invalid-model` when the file is not whole, or enlarges no luma or RGB picture by a whole number.
 */
export async function openOnnxNetwork(file: Uint8Array, name: string): Promise<OnnxNetwork> {
  const { ort, native } = await loadRuntime();
  const refused = (what: string, cause?: unknown): TatamiError<"invalid-model"> =>
    new TatamiError({
      code: "invalid-model",
      message: `${name} is no network to learn from: ${what}.`,
      fix: "Name an ONNX file with one input [n, 1 or 3, h, w] of 0..1 and an output [n, the same, s·h, s·w] for any h and w.",
      detail: { model: name },
      cause,
    });
  const session = await ort.InferenceSession.create(file, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    graphOptimizationLevel: "all",
  }).catch((error: unknown) => {
    throw refused(`onnxruntime refuses it (${(error as Error).message})`, error);
  });
  const [input = "", ...others] = session.inputNames;
  const give = (data: Float32Array, shape: readonly number[]): Promise<InferenceSession.OnnxValueMapType> =>
    session.run({ [input]: new ort.Tensor("float32", data, shape) });
  try {
    if (input === "" || others.length > 0) throw refused(`it has ${session.inputNames.length} inputs`);
    const { channels, outputs } = await probe(give).catch((error: unknown) => {
      throw refused(`it takes neither luma nor RGB (${(error as Error).message})`, error);
    });
    const sizes = session.outputNames.map((output) => ({ name: output, dims: outputs[output]!.dims }));
    const picture = sizes.find(({ dims: [n, c, h = 0, w = 0] }) => {
      const scale = h / probeSize.height;
      return (
        n === 1 && c === channels && Number.isInteger(scale) && scale > 1 && w === scale * probeSize.width
      );
    });
    if (!picture)
      throw refused(`its outputs are ${sizes.map(({ dims }) => `[${dims.join(", ")}]`).join(", ")}`);
    const scale = picture.dims[2]! / probeSize.height;
    const features = sizes.flatMap(({ name: output, dims: [n, c = 0, h, w] }) =>
      n === 1 && h === probeSize.height && w === probeSize.width ? [{ name: output, channels: c }] : [],
    );
    return {
      scale,
      channels,
      features,
      runtime: `${native ? "onnxruntime-node" : "onnxruntime-web"} ${versionOf(ort, native)}`,
      async enlarge({ width, height, data }) {
        const fed = channels === 1 ? data.map((value) => value / 255) : toGrey(data);
        const shape = [1, channels, height, width];
        const result = await session.run({ [input]: new ort.Tensor("float32", fed, shape) }, [picture.name]);
        const made = result[picture.name]!.data as Float32Array;
        const luma = channels === 1 ? made.map((value) => value * 255) : toLuma(made);
        return { width: width * scale, height: height * scale, data: luma };
      },
      async look(pictures, side) {
        const count = pictures.length / side ** 2;
        const fed = channels === 1 ? pictures : eachToGrey(pictures, count);
        const names = features.map((feature) => feature.name);
        const shape = [count, channels, side, side];
        const result = await session.run({ [input]: new ort.Tensor("float32", fed, shape) }, names);
        return names.map((feature) => result[feature]!.data as Float32Array);
      },
      release: () => session.release(),
    };
  } catch (error) {
    await session.release();
    throw error;
  }
}

/** Runs luma, or else RGB: files do not always say which they take. */
async function probe(
  give: (data: Float32Array, shape: readonly number[]) => Promise<InferenceSession.OnnxValueMapType>,
): Promise<{ channels: 1 | 3; outputs: InferenceSession.OnnxValueMapType }> {
  const { width, height } = probeSize;
  const run = (channels: 1 | 3): Promise<InferenceSession.OnnxValueMapType> =>
    give(new Float32Array(channels * width * height).fill(0.5), [1, channels, height, width]);
  try {
    return { channels: 1, outputs: await run(1) };
  } catch {
    return { channels: 3, outputs: await run(3) };
  }
}

let loading: Promise<{ readonly ort: Runtime; readonly native: boolean }> | undefined;

function loadRuntime(): Promise<{ readonly ort: Runtime; readonly native: boolean }> {
  loading ??= (async () => {
    // no dependency: it is used where somebody has installed it, for it is several times as fast
    const native = "onnxruntime-node";
    const found = (await import(native).catch(() => undefined)) as Runtime | undefined;
    if (found) return { ort: found, native: true };
    const ort = await import("onnxruntime-web");
    ort.env.logLevel = "error";
    ort.env.wasm.numThreads = 1;
    return { ort, native: false };
  })();
  return loading;
}

function versionOf({ env }: Runtime, native: boolean): string {
  const { node, web, common } = env.versions;
  return (native ? node : web) ?? common;
}

/** Studio luma of 0..255 as three equal planes of 0..1. */
function toGrey(luma: Float32Array): Float32Array {
  const grey = luma.map((value) => (value - 16) / 219);
  const planes = new Float32Array(3 * luma.length);
  for (let plane = 0; plane < 3; plane++) planes.set(grey, plane * luma.length);
  return planes;
}

function eachToGrey(pictures: Float32Array, count: number): Float32Array {
  const size = pictures.length / count;
  const planes = new Float32Array(3 * pictures.length);
  for (let at = 0; at < count; at++) {
    const luma = pictures.subarray(at * size, (at + 1) * size).map((value) => value * 255);
    planes.set(toGrey(luma), at * 3 * size);
  }
  return planes;
}

/** Three planes of 0..1 as studio luma of 0..255. */
function toLuma(planes: Float32Array): Float32Array {
  const size = planes.length / 3;
  const [red, green, blue] = lumaWeights;
  const luma = new Float32Array(size);
  for (let i = 0; i < size; i++)
    luma[i] = 16 + red * planes[i]! + green * planes[size + i]! + blue * planes[2 * size + i]!;
  return luma;
}
