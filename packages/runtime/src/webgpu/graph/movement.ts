/** Ops that move numbers, and sums over channels: each number of the result is looked up where it lies. */

import type { Node } from "@tatami/graph";
import { isOp, placesOf, windowsAlong } from "@tatami/graph";
import type { WindowArgument } from "@tatami/graph";
import type { GpuValue, GraphStep } from "./shader.ts";
import {
  cannotRun,
  groupsOf,
  literal,
  mostSources,
  numberAt,
  pixelsOf,
  shaderText,
  storeVector,
  vectorAt,
} from "./shader.ts";

/** The statements of a function that returns channel `channel` of the present pixel. */
type Lookup = (node: Node, values: readonly GpuValue[], result: GpuValue) => string;

const lookups: Readonly<Record<string, Lookup>> = {
  slice(node, [source]) {
    const { axis, start } = (node as Node<"slice">).arg;
    if (axis !== 1) throw cannotRun(node, "cuts pixels");
    return `return ${numberAt("s0", source!, "pixel", `channel + ${start}u`)};`;
  },
  concat(node, values) {
    if ((node as Node<"concat">).arg.axis !== 1) throw cannotRun(node, "joins pixels");
    // no constants are bound beside them
    if (values.length > mostSources + 1) throw cannotRun(node, `joins ${values.length} pictures at once`);
    let end = 0;
    return values
      .map((value, at) => {
        const start = end;
        end += value.channels;
        const place = start === 0 ? "channel" : `channel - ${start}u`;
        return `if (channel < ${end}u) { return ${numberAt(`s${at}`, value, "pixel", place)}; }`;
      })
      .concat("return 0;")
      .join("\n  ");
  },
  depthToSpace(node, [source], result) {
    const { block } = (node as Node<"depthToSpace">).arg;
    return `let x = pixel % ${result.width}u;
  let y = pixel / ${result.width}u;
  let origin = (y / ${block}u) * ${source!.width}u + x / ${block}u;
  let place = (y % ${block}u) * ${block}u + x % ${block}u;
  return ${numberAt("s0", source!, "origin", `place * ${result.channels}u + channel`)};`;
  },
  spaceToDepth(node, [source], result) {
    const { block } = (node as Node<"spaceToDepth">).arg;
    return `let place = channel / ${source!.channels}u;
  let x = (pixel % ${result.width}u) * ${block}u + place % ${block}u;
  let y = (pixel / ${result.width}u) * ${block}u + place / ${block}u;
  return ${numberAt("s0", source!, `(y * ${source!.width}u + x)`, `channel % ${source!.channels}u`)};`;
  },
};

/** The shader of an op that looks numbers up one by one. */
export function movementStep(node: Node, valueOf: (node: Node) => GpuValue): GraphStep {
  const lookup = lookups[node.op];
  if (!lookup) throw cannotRun(node, "is nothing that it has a shader for");
  const values = node.sources.map(valueOf);
  const result = valueOf(node);
  const functions = `fn number(item: u32, pixel: u32, channel: u32) -> f32 {
  ${lookup(node, values, result)}
}
`;
  const lanes = [0, 1, 2, 3].map(
    (lane) => `number(item, pixel, min(4u * group + ${lane}u, ${result.channels - 1}u))`,
  );
  return stepOf(node, node.sources, values, result, functions, `vec4f(${lanes.join(", ")})`);
}

/** The shader of a sum or a mean over channels. */
export function reductionStep(node: Node, valueOf: (node: Node) => GpuValue): GraphStep {
  if (!(isOp(node, "mean") || isOp(node, "sum")) || node.arg.axes.join() !== "1")
    throw cannotRun(node, "works along other axes than channels");
  const source = valueOf(node.sources[0]!);
  const result = valueOf(node);
  const factor = isOp(node, "mean") ? 1 / source.channels : 1;
  // all four lanes of a single channel are that channel
  const least = source.channels === 1 ? "sum.x" : "sum.x + sum.y + sum.z + sum.w";
  const functions = `fn total(item: u32, pixel: u32) -> f32 {
  var sum = vec4f(0);
  for (var group = 0u; group < ${groupsOf(source)}u; group++) { sum += ${vectorAt("s0", source, "pixel", "group")}; }
  return (${least}) * ${literal(factor)};
}
`;
  return stepOf(node, node.sources, [source], result, functions, "vec4f(total(item, pixel))");
}

/** The shader of windows, or of the way back. */
export function windowStep(
  node: Node<"window"> | Node<"unwindow">,
  valueOf: (node: Node) => GpuValue,
): GraphStep {
  const source = valueOf(node.sources[0]!);
  const result = valueOf(node);
  const gather = isOp(node, "window");
  const picture = gather ? source : result;
  const { size, shift } = node.arg;
  const columns = windowsAlong(picture.width, node.arg);
  const area = size ** 2;
  const found = gather
    ? `let place = places[pixel % ${area}u];
  let window = pixel / ${area}u;
  let y = i32((window / ${columns}u) * ${size}u + place / ${size}u) - ${shift};
  let x = i32((window % ${columns}u) * ${size}u + place % ${size}u) - ${shift};
  if (y < 0 || x < 0 || y >= ${picture.height} || x >= ${picture.width}) { return vec4f(0); }
  let origin = u32(y * ${picture.width} + x);`
    : `let y = pixel / ${picture.width}u + ${shift}u;
  let x = pixel % ${picture.width}u + ${shift}u;
  let window = (y / ${size}u) * ${columns}u + x / ${size}u;
  let origin = window * ${area}u + places[(y % ${size}u) * ${size}u + x % ${size}u];`;
  const functions = `${placesText(node.arg, gather)}
fn vector(item: u32, pixel: u32, group: u32) -> vec4f {
  ${found}
  return ${vectorAt("s0", source, "origin", "group")};
}
`;
  const sources = node.sources.slice(0, 1);
  return stepOf(node, sources, [source], result, functions, "vector(item, pixel, group)");
}

/** Each token's place in its window, or each place's token. */
function placesText(argument: WindowArgument, byToken: boolean): string {
  const places = placesOf(argument.size, argument.order);
  const table = byToken ? places : places.map((_, place) => places.indexOf(place));
  return `const places = array<u32, ${table.length}>(${[...table].map((each) => `${each}u`).join(", ")});`;
}

function stepOf(
  node: Node,
  sources: readonly Node[],
  values: readonly GpuValue[],
  result: GpuValue,
  functions: string,
  vector: string,
): GraphStep {
  const across = pixelsOf(result);
  const body = storeVector(result, "pixel", "group", vector);
  const code = shaderText({ sources: values, result, functions, body, across });
  return { label: node.op, code, sources, result: node, constants: [], across, down: groupsOf(result) };
}
