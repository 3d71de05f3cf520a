/** Ops that look at one number at a time, any number of them one behind the other in one shader. */

import type { Node, Tensor } from "@tatami/graph";
import { isOp } from "@tatami/graph";
import type { GpuValue, GraphStep } from "./shader.ts";
import {
  cannotRun,
  groupsOf,
  literal,
  mostSources,
  pixelsOf,
  shaderText,
  storeVector,
  vectorAt,
} from "./shader.ts";

/** Whether a node is one of these. */
export function isElementwise({ op }: Node): boolean {
  return op in unary || op in binary || op === "clip" || op === "prelu";
}

const unary: Readonly<Record<string, (x: string) => string>> = {
  relu: (x) => `max(${x}, vec4f(0))`,
  absolute: (x) => `abs(${x})`,
  squareRoot: (x) => `sqrt(${x})`,
  exponential: (x) => `exp(${x})`,
  logarithm: (x) => `log(${x})`,
  sigmoid: (x) => `(1 / (1 + exp(min(-(${x}), vec4f(88)))))`,
};

const binary: Readonly<Record<string, string>> = { add: "+", subtract: "-", multiply: "*", divide: "/" };

/** What decides which nodes are computed inside others. */
export interface FusionGraph {
  usersOf(node: Node): readonly Node[];
  shapeOf(node: Node): readonly number[];
}

/**
 * The nodes that are computed inside the shader of their only user: elementwise ones of its shape, as long as the shader
 * binds no more than a device has.
 */
export function fusedNodes(order: readonly Node[], graph: FusionGraph): ReadonlySet<Node> {
  const fused = new Set<Node>();
  const leaves = new Map<Node, ReadonlySet<Node>>();
  for (const node of order) {
    if (!isElementwise(node)) continue;
    const bound = new Set<Node>();
    const parts = node.sources.filter((source) => !isOp(source, "constant"));
    for (const source of parts) {
      const own = leaves.get(source);
      const alone = graph.usersOf(source).length === 1;
      const alike = graph.shapeOf(source).join() === graph.shapeOf(node).join();
      const joined = new Set([...bound, ...(own ?? [])]);
      // room for the other source, which may have to be bound itself
      if (own && alone && alike && joined.size < mostSources) {
        fused.add(source);
        for (const leaf of own) bound.add(leaf);
      } else bound.add(source);
    }
    leaves.set(node, bound);
  }
  return fused;
}

/** The shader of a node and of all that is fused into it. */
export function elementwiseStep(
  node: Node,
  valueOf: (node: Node) => GpuValue,
  fused: ReadonlySet<Node>,
): GraphStep {
  const result = valueOf(node);
  const sources: Node[] = [];
  const constants: number[] = [];
  const lines: string[] = [];
  const known = new Map<Node, string>();
  const bind = (source: Node): string => {
    if (!sources.includes(source)) sources.push(source);
    const value = valueOf(source);
    if (pixelsOf(value) !== pixelsOf(result) || ![1, result.channels].includes(value.channels))
      throw cannotRun(source, "is repeated over pixels");
    return vectorAt(`s${sources.indexOf(source)}`, value, "pixel", "group");
  };
  const name = (source: Node): string => {
    const found = known.get(source);
    if (found !== undefined) return found;
    const text = isOp(source, "constant")
      ? constantText(source, result, constants)
      : source === node || fused.has(source)
        ? compute(source)
        : bind(source);
    const called = `v${known.size}`;
    known.set(source, called);
    lines.push(`  let ${called} = ${text};`);
    return called;
  };
  const compute = (each: Node): string => {
    const [first, second] = each.sources.map(name) as [string, string];
    const one = unary[each.op];
    if (one) return one(first);
    if (isOp(each, "clip")) {
      const { minimum, maximum } = each.arg;
      return `clamp(${first}, vec4f(${literal(minimum)}), vec4f(${literal(maximum)}))`;
    }
    if (isOp(each, "prelu")) return `select(${second} * ${first}, ${first}, ${first} > vec4f(0))`;
    return `(${first} ${binary[each.op]} ${second})`;
  };
  const vector = name(node);
  const across = pixelsOf(result);
  const body = `${lines.join("\n")}\n${storeVector(result, "pixel", "group", vector)}`;
  const used = constants.length > 0;
  const code = shaderText({ sources: sources.map(valueOf), result, constants: used, body, across });
  return { label: node.op, code, sources, result: node, constants, across, down: groupsOf(result) };
}

/** A number, or one for each channel, in vectors of the shader's constants. */
function constantText(node: Node<"constant">, result: GpuValue, constants: number[]): string {
  const { shape, data } = node.arg;
  if (data.length === 1) return `vec4f(${literal(data[0]!)})`;
  if (data.length !== result.channels || !isChannels(node.arg)) {
    throw cannotRun(node, `of [${shape.join(", ")}] is neither one number nor one a channel`);
  }
  const start = constants.length / 4;
  constants.push(...data, ...Array.from({ length: groupsOf(result) * 4 - data.length }, () => 0));
  return `constants[${start}u + group]`;
}

function isChannels({ shape, data }: Tensor): boolean {
  return shape.length === 1 || shape[1] === data.length;
}
