/**
 * What 8-bit integers between layers cost in quality: `npm run bench:int8 -- FOLDER [MODEL…] [--shader [--node]]`.
 * Without `--shader` convolutions are computed as `dot4I8Packed` would: weights of 8 bits with a scale for each output
 * channel, inputs of 8 bits with the scale that fits the very picture at hand; sums are exact. With it, the WebGPU engine's
 * own shaders compute: in headless Chromium on its software adapter, or in this process, where `webgpu` is installed.
 */

import { parseArgs } from "node:util";
import type { Node, Tensor } from "@tatami/graph";
import { isOp, opDefinitions, tensor } from "@tatami/graph";
import type { Variant } from "@tatami/runtime";
import type { Enlarge, EvaluationPicture } from "@tatami/train";
import { evaluate, readEvaluationSet } from "@tatami/train";
import { loadModel } from "@tatami/zoo";
import { findChromium, howToGetChromium } from "../support/browser/chromium.ts";
import { openServedPage } from "../support/browser/served-page.ts";
import type { PlainPlane } from "./gpu/enlarge.ts";
import { enlargeOnGpu } from "./gpu/enlarge.ts";
import { openGpuInProcess } from "./gpu/in-process.ts";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { shader: { type: "boolean", default: false }, node: { type: "boolean", default: false } },
});
const [folder, ...named] = positionals;
if (folder === undefined) throw new Error("Name a folder of evaluation pictures.");
const names = named.length > 0 ? named : ["m3-x2", "m5-x2"];

console.log("model     layers                                    PSNR      SSIM      loss   bicubic");
await (flags.shader ? scoreShaders(folder) : scoreArithmetic(folder));

async function scoreArithmetic(from: string): Promise<void> {
  /** Which convolutions take integers, of `count`. */
  const ways: readonly (readonly [string, (index: number, count: number) => boolean])[] = [
    ["float32", () => false],
    ["int8, all but the first and the last", (index, count) => index > 0 && index < count - 1],
    ["int8, all", () => true],
  ];
  for (const name of names) {
    const model = await loadModel(name);
    const pictures = await readEvaluationSet(from, model.scale);
    const score = createScore(name, pictures, model.scale);
    for (const [way, takesIntegers] of ways)
      score(way, ({ width, height, data }) => {
        const low = tensor(
          [1, 1, height, width],
          data.map((level) => level / 255),
        );
        const larger = run(model.output, low, takesIntegers);
        const scaled = { width: width * model.scale, height: height * model.scale };
        return { ...scaled, data: larger.data.map((value) => value * 255) };
      });
  }
}

async function scoreShaders(from: string): Promise<void> {
  const ways: readonly (readonly [string, Partial<Variant>])[] = [
    ["float32, the engine's shaders", { features: "f32" }],
    ["int8, the engine's shaders", { features: "int8" }],
  ];
  if (flags.node) await openGpuInProcess();
  await using served = flags.node ? undefined : await openPage();
  for (const name of names) {
    const { scale } = await loadModel(name);
    const pictures = await readEvaluationSet(from, scale);
    const score = createScore(name, pictures, scale);
    for (const [way, variant] of ways) {
      const planes = pictures.map(({ low }): PlainPlane => ({ ...low, data: [...low.data] }));
      const larger = await (served
        ? served.call<readonly PlainPlane[]>("enlargeOnGpu", name, variant, planes)
        : enlargeOnGpu(name, variant, planes));
      score(way, (low) => {
        const plane = larger[pictures.findIndex((picture) => picture.low === low)]!;
        return { ...plane, data: Float32Array.from(plane.data) };
      });
    }
  }
}

async function openPage() {
  const chromium = findChromium();
  if (chromium === undefined) throw new Error(howToGetChromium);
  const served = await openServedPage(chromium, "webgpu-integers", "enlargeOnGpu", { webgpu: true });
  served.page.setDefaultTimeout(0);
  return served;
}

/** Prints the mean of a folder's scores; the first way is what the others lose against. */
function createScore(name: string, pictures: readonly EvaluationPicture[], scale: number) {
  let whole: number | undefined;
  return (way: string, enlarge: Enlarge): void => {
    const { model: score, bicubic } = evaluate(pictures, enlarge, scale).at(-1)!;
    whole ??= score.psnr;
    const columns = [
      score.psnr.toFixed(3).padStart(8),
      score.ssim.toFixed(4).padStart(10),
      `${(whole - score.psnr).toFixed(3)} dB`.padStart(10),
      bicubic.psnr.toFixed(3).padStart(10),
    ];
    console.log(`${name.padEnd(10)}${way.padEnd(38)}${columns.join("")}`);
  };
}

/** The graph's value, every convolution as `takesIntegers` says. */
function run(
  output: Node,
  picture: Tensor,
  takesIntegers: (index: number, count: number) => boolean,
): Tensor {
  const values = new Map<Node, Tensor>();
  const convolutions: Node[] = [];
  const order: Node[] = [];
  const visit = (node: Node): void => {
    if (order.includes(node)) return;
    for (const source of node.sources) visit(source);
    order.push(node);
    if (isOp(node, "conv2d")) convolutions.push(node);
  };
  visit(output);
  for (const node of order) {
    const sources = isOp(node, "input") ? [picture] : node.sources.map((source) => values.get(source)!);
    const index = convolutions.indexOf(node);
    const given =
      index >= 0 && takesIntegers(index, convolutions.length)
        ? [toBytes(sources[0]!, 1), toBytes(sources[1]!, sources[1]!.shape[0]!), ...sources.slice(2)]
        : sources;
    const { reference } = opDefinitions[node.op] as {
      reference(sources: readonly Tensor[], arg: unknown): Tensor;
    };
    values.set(node, reference(given, node.arg));
  }
  return values.get(output)!;
}

/** Numbers as 8-bit integers with one scale for each of `groups` equal parts can tell them apart. */
function toBytes({ shape, data }: Tensor, groups: number): Tensor {
  const length = data.length / groups;
  const rounded = new Float32Array(data.length);
  for (let group = 0; group < groups; group++) {
    const part = data.subarray(group * length, (group + 1) * length);
    const largest = part.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const step = largest > 0 ? largest / 127 : 1;
    part.forEach((value, i) => (rounded[group * length + i] = Math.round(value / step) * step));
  }
  return tensor([...shape], rounded);
}
