/**
 * What 8-bit integers between layers would cost in quality: `npm run bench:int8 -- FOLDER [MODEL…]`. Convolutions are
 * computed as `dot4I8Packed` would: weights of 8 bits with a scale for each output channel, inputs of 8 bits with the
 * scale that fits the very picture at hand, which no calibration beforehand could better. Sums are exact.
 */

import type { Node, Tensor } from "@tatami/graph";
import { isOp, opDefinitions, tensor } from "@tatami/graph";
import type { Enlarge, ScoreRow } from "@tatami/train";
import { evaluate, readEvaluationSet } from "@tatami/train";
import { loadModel } from "@tatami/zoo";

const [folder, ...names] = process.argv.slice(2);
if (folder === undefined) throw new Error("Name a folder of evaluation pictures.");

/** Which convolutions take integers, of `count`. */
const ways: readonly (readonly [string, (index: number, count: number) => boolean])[] = [
  ["float32", () => false],
  ["int8, all but the first and the last", (index, count) => index > 0 && index < count - 1],
  ["int8, all", () => true],
];

console.log("model     layers                                    PSNR      SSIM      loss");
for (const name of names.length > 0 ? names : ["m3-x2", "m5-x2"]) {
  const model = await loadModel(name);
  const pictures = await readEvaluationSet(folder, model.scale);
  let whole: number | undefined;
  for (const [way, takesIntegers] of ways) {
    const enlarge: Enlarge = ({ width, height, data }) => {
      const low = tensor(
        [1, 1, height, width],
        data.map((level) => level / 255),
      );
      const larger = run(model.output, low, takesIntegers);
      const scaled = { width: width * model.scale, height: height * model.scale };
      return { ...scaled, data: larger.data.map((value) => value * 255) };
    };
    const { model: score }: ScoreRow = evaluate(pictures, enlarge, model.scale).at(-1)!;
    whole ??= score.psnr;
    const loss = `${(whole - score.psnr).toFixed(3)} dB`;
    console.log(
      `${name.padEnd(10)}${way.padEnd(38)}${score.psnr.toFixed(3).padStart(8)}${score.ssim.toFixed(4).padStart(10)}${loss.padStart(10)}`,
    );
  }
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
