/** Convolutions, of all channels or of each by itself. */

import type { Node, Tensor } from "@tatami/graph";
import { isOp } from "@tatami/graph";
import type { GpuValue, GraphStep } from "./shader.ts";
import { cannotRun, groupsOf, pixelsOf, shaderText, storeVector, vectorAt } from "./shader.ts";

/** Groups of outputs that an invocation computes: what it has loaded serves as many. */
const together = 4;

/** A convolution's shader: taps beyond the picture are left out. */
export function convolutionStep(node: Node, valueOf: (node: Node) => GpuValue): GraphStep {
  const [picture, kernel, bias] = node.sources as readonly [Node, Node, Node];
  const [source, result] = [valueOf(picture), valueOf(node)];
  const [weights, added] = [numbersOf(kernel), numbersOf(bias)];
  const [, , tall, wide] = weights.shape as readonly [number, number, number, number];
  const single = isOp(node, "depthwiseConv2d");
  const groups = groupsOf(result);
  const block = single ? 1 : Math.min(together, groups);
  const constants = single ? packDepthwise(weights, added) : packDense(weights, added);
  const [inputs, taps] = [source.channels === 1 ? 1 : groupsOf(source), tall * wide];
  // vectors of one tap: a column for each input of each group of outputs
  const perGroup = source.channels === 1 ? 1 : 4;
  const biases = single ? taps * groups : taps * inputs * groups * perGroup;
  const each = (text: (at: number) => string): string =>
    Array.from({ length: block }, (_, at) => text(at)).join("\n");
  const sums = each((at) => `  var sum${at} = constants[${biases}u + first + ${at}u];`);
  const tap = "u32(dy * " + wide + " + dx)";
  const multiply = single
    ? `      sum0 += ${vectorAt("s0", source, "near", "group")} * constants[${tap} * ${groups}u + group];`
    : `      for (var input = 0u; input < ${inputs}u; input++) {
        let x = ${vectorAt("s0", source, "near", "input")};
        let w = ((${tap} * ${inputs}u + input) * ${groups}u + first) * ${perGroup}u;
${each((at) =>
  perGroup === 1
    ? `        sum${at} += x * constants[w + ${at}u];`
    : `        sum${at} += x.x * constants[w + ${4 * at}u] + x.y * constants[w + ${4 * at + 1}u] + x.z * constants[w + ${4 * at + 2}u] + x.w * constants[w + ${4 * at + 3}u];`,
)}
      }`;
  const { width, height } = source;
  const body = `  let first = group * ${block}u;
${sums}
  let x0 = i32(pixel % ${width}u) - ${(wide - 1) / 2};
  let y0 = i32(pixel / ${width}u) - ${(tall - 1) / 2};
  for (var dy = 0; dy < ${tall}; dy++) {
    let y = y0 + dy;
    if (y < 0 || y >= ${height}) { continue; }
    for (var dx = 0; dx < ${wide}; dx++) {
      let x1 = x0 + dx;
      if (x1 < 0 || x1 >= ${width}) { continue; }
      let near = u32(y * ${width} + x1);
${multiply}
    }
  }
${storeSums(result, block)}`;
  const across = pixelsOf(result);
  const code = shaderText({ sources: [source], result, constants: true, body, across });
  const down = Math.ceil(groups / block);
  return { label: node.op, code, sources: [picture], result: node, constants, across, down };
}

function storeSums(result: GpuValue, block: number): string {
  const groups = groupsOf(result);
  return Array.from({ length: block }, (_, at) => {
    const store = storeVector(result, "pixel", `(first + ${at}u)`, `sum${at}`);
    // the last invocation may have fewer groups than others
    return groups % block === 0
      ? `  {\n${store}\n  }`
      : `  if (first + ${at}u < ${groups}u) {\n${store}\n  }`;
  }).join("\n");
}

/** `[tap][input group][output group][input]` vectors of four outputs, then biases; one input is a group of its own. */
function packDense({ shape, data }: Tensor, { data: bias }: Tensor): Float32Array {
  const [outputs, inputs, tall, wide] = shape as readonly [number, number, number, number];
  const padded = inputs === 1 ? 1 : Math.ceil(inputs / 4) * 4;
  const lanes = Math.ceil(outputs / 4) * 4;
  const taps = tall * wide;
  const per = Math.min(padded, 4);
  const packed = new Float32Array(taps * padded * lanes + lanes * 2);
  for (let o = 0; o < outputs; o++)
    for (let i = 0; i < inputs; i++)
      for (let tap = 0; tap < taps; tap++) {
        const group = (tap * (padded / per) + Math.floor(i / per)) * (lanes / 4) + Math.floor(o / 4);
        packed[(group * per + (i % per)) * 4 + (o % 4)] = data[(o * inputs + i) * taps + tap]!;
      }
  bias.forEach((value, o) => (packed[taps * padded * lanes + o] = value));
  return packed;
}

/** `[tap][group]` vectors, then biases. */
function packDepthwise({ shape, data }: Tensor, { data: bias }: Tensor): Float32Array {
  const [channels, , tall, wide] = shape as readonly [number, number, number, number];
  const [lanes, taps] = [Math.ceil(channels / 4) * 4, tall * wide];
  const packed = new Float32Array((taps + 1) * lanes);
  for (let c = 0; c < channels; c++) {
    for (let tap = 0; tap < taps; tap++) packed[tap * lanes + c] = data[c * taps + tap]!;
    packed[taps * lanes + c] = bias[c]!;
  }
  return packed;
}

function numbersOf(node: Node): Tensor {
  if (isOp(node, "constant")) return node.arg;
  throw cannotRun(node, "computes a convolution's kernel or bias");
}
