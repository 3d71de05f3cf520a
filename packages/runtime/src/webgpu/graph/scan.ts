/** Selective scans: an invocation for each row of tokens and four values, its states in registers. */

import type { Node } from "@tatami/graph";
import type { GpuValue, GraphStep } from "./shader.ts";
import { cannotRun, groupsOf, numberAt, pixelsOf, shaderText, storeVector } from "./shader.ts";

/** States beyond which registers would not do. */
const mostStates = 64;

/** A scan's shader. Its rows go across, its vectors of values down. */
export function scanStep(node: Node<"selectiveScan">, valueOf: (node: Node) => GpuValue): GraphStep {
  const [q, k, v, g] = node.sources.map(valueOf) as [GpuValue, GpuValue, GpuValue, GpuValue];
  const result = valueOf(node);
  const { states, values, reversed } = node.arg;
  if (states > mostStates) throw cannotRun(node, `has ${states} states, more than ${mostStates}`);
  const heads = g.channels;
  const tokens = result.width;
  // where heads' values are no multiples of four, the lanes of a vector are of several heads
  const lanes = Array.from({ length: Math.min(4, result.channels) }, (_, lane) => lane);
  const own = (value: GpuValue, each: number): boolean => value.channels === heads * each;
  const channelOf = (value: GpuValue, each: number, inner: string): string =>
    own(value, each) ? `head * ${each}u + ${inner}` : inner;
  const step = (lane: number): string => `      {
        let channel = min(4u * group + ${lane}u, ${result.channels - 1}u);
        let head = channel / ${values}u;
        let decay = exp(${numberAt("s3", g, "passed", "head")});
        let value = ${numberAt("s2", v, "token", channelOf(v, values, `(channel % ${values}u)`))};
        var sum = 0.0;
        for (var s = 0u; s < ${states}u; s++) {
          let next = select(state${lane}[s] * decay, 0.0, step == 0u) + ${numberAt("s1", k, "token", channelOf(k, states, "s"))} * value;
          state${lane}[s] = next;
          sum += ${numberAt("s0", q, "token", channelOf(q, states, "s"))} * next;
        }
        y[${lane}] = sum;
      }`;
  const body = `${lanes.map((lane) => `  var state${lane} = array<f32, ${states}>();`).join("\n")}
  for (var step = 0u; step < ${tokens}u; step++) {
      let token = pixel * ${tokens}u + ${reversed ? `${tokens - 1}u - step` : "step"};
      let passed = ${reversed ? `min(token + 1u, pixel * ${tokens}u + ${tokens - 1}u)` : "token"};
      var y = vec4f(0);
${lanes.map(step).join("\n")}
    ${storeVector(result, "token", "group", "y")}
  }`;
  const across = pixelsOf(result) / tokens;
  const code = shaderText({ sources: [q, k, v, g], result, body, across });
  return {
    label: node.op,
    code,
    sources: node.sources,
    result: node,
    constants: [],
    across,
    down: groupsOf(result),
  };
}
