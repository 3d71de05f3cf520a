/** What the shaders of graphs have in common: values in buffers, and the frame around what each computes. */

import { TatamiError } from "@tatami/core";
import type { Node, Shape } from "@tatami/graph";

/** Invocations of a workgroup, one for each pixel. */
export const workgroup = 64;
/** Buffers that a shader binds at most besides its result and its constants: eight is what every device has. */
export const mostSources = 6;

/**
 * A node's value in a buffer of its own: `[n][pixels][groups]` vectors of four channels, those beyond the last zero; of one
 * channel, `[n][pixels]` numbers.
 */
export interface GpuValue {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** One dispatch: its shader, what it binds, and how often it runs. */
export interface GraphStep {
  readonly label: string;
  readonly code: string;
  /** In the order of their bindings; the result's stands behind them, and the constants' behind that. */
  readonly sources: readonly Node[];
  readonly result: Node;
  /** Numbers known beforehand, in vectors; none where the shader has no binding for them. */
  readonly constants: ArrayLike<number>;
  /** Invocations across; those of one item. */
  readonly across: number;
  readonly down: number;
}

/** What a value's shape says. @throws TatamiError `invalid-model` for what is no picture */
export function gpuValue(node: Node, shape: Shape): GpuValue {
  if (shape.length !== 4) throw cannotRun(node, `gives [${shape.join(", ")}], which is no picture`);
  const [, channels, height, width] = shape as readonly [number, number, number, number];
  return { channels, height, width };
}

/** Vectors of a pixel. */
export function groupsOf({ channels }: GpuValue): number {
  return Math.ceil(channels / 4);
}

/** Pixels of one item. */
export function pixelsOf({ height, width }: GpuValue): number {
  return height * width;
}

/** Bytes of a value of so many items. */
export function bytesOf(value: GpuValue, batch: number): number {
  const pixel = value.channels === 1 ? 4 : groupsOf(value) * 16;
  return Math.max(16, batch * pixelsOf(value) * pixel);
}

/** An expression for group `group` of pixel `pixel` of the present item, a vector; a single channel in all four. */
export function vectorAt(name: string, value: GpuValue, pixel: string, group: string): string {
  const at = `item * ${pixelsOf(value)}u + ${pixel}`;
  if (value.channels === 1) return `vec4f(${name}[${at}])`;
  const groups = groupsOf(value);
  return groups === 1 ? `${name}[${at}]` : `${name}[(${at}) * ${groups}u + ${group}]`;
}

/** An expression for one channel of pixel `pixel` of the present item, a number. */
export function numberAt(name: string, value: GpuValue, pixel: string, channel: string): string {
  const at = `item * ${pixelsOf(value)}u + ${pixel}`;
  if (value.channels === 1) return `${name}[${at}]`;
  return `${name}[(${at}) * ${groupsOf(value)}u + (${channel}) / 4u][(${channel}) % 4u]`;
}

/** A number as WGSL has it. */
export function literal(value: number): string {
  // what has no literal: the largest float's bits say the rest
  if (value === Infinity) return "bitcast<f32>(0x7f7fffffu)";
  if (value === -Infinity) return "bitcast<f32>(0xff7fffffu)";
  return `f32(${Math.fround(value)})`;
}

/** What a shader is put together from. */
export interface ShaderParts {
  readonly sources: readonly GpuValue[];
  readonly result: GpuValue;
  readonly constants?: boolean;
  /** Functions before `main`. @defaultValue none */
  readonly functions?: string;
  /** The statements of `main`: `item`, `group` and `pixel` are there, `pixel` of as many as go across. */
  readonly body: string;
  readonly across: number;
}

/** The whole text: sources as `s0`, `s1`…, the result as `result`, constants as `constants`. */
export function shaderText({
  sources,
  result,
  constants,
  functions = "",
  body,
  across,
}: ShaderParts): string {
  const type = ({ channels }: GpuValue): string => (channels === 1 ? "array<f32>" : "array<vec4f>");
  const bindings = [
    ...sources.map((value, at) => `@group(0) @binding(${at}) var<storage, read> s${at}: ${type(value)};`),
    `@group(0) @binding(${sources.length}) var<storage, read_write> result: ${type(result)};`,
    ...(constants
      ? [`@group(0) @binding(${sources.length + 1}) var<storage, read> constants: array<vec4f>;`]
      : []),
  ];
  return `${bindings.join("\n")}
${functions}
@compute @workgroup_size(${workgroup})
fn main(@builtin(global_invocation_id) at: vec3u) {
  let pixel = at.x;
  let group = at.y;
  let item = at.z;
  if (pixel >= ${across}u) { return; }
${body}
}
`;
}

/** A statement that stores a vector of the result; channels beyond the last become zeros, whatever they were. */
export function storeVector(result: GpuValue, pixel: string, group: string, vector: string): string {
  const at = `item * ${pixelsOf(result)}u + ${pixel}`;
  if (result.channels === 1) return `  result[${at}] = (${vector}).x;`;
  const [groups, rest] = [groupsOf(result), result.channels % 4];
  const place = groups === 1 ? at : `(${at}) * ${groups}u + ${group}`;
  if (rest === 0) return `  result[${place}] = ${vector};`;
  const lanes = `vec4<bool>(${[0, 1, 2, 3].map((lane) => lane < rest).join(", ")})`;
  return `  let whole = ${vector};
  result[${place}] = select(whole, select(vec4f(0), whole, ${lanes}), ${group} == ${groups - 1}u);`;
}

/** A refusal, which has the next engine take over. */
export function cannotRun(node: Node, why: string): TatamiError<"invalid-model"> {
  return new TatamiError({
    code: "invalid-model",
    message: `The WebGPU engine does not run this graph: a ${node.op} ${why}.`,
    fix: "Use an engine that takes any graph: wasm, onnx-wasm or cpu (options.backends).",
    detail: { op: node.op },
  });
}
