/** A small compiler: from a program to kernel calls over memory that is used again and again. */

import type { Node, Program } from "@tatami/graph";
import { isOp, parametersOf, shapesOf, topologicalOrder } from "@tatami/graph";
import { createAddresses } from "./allocate.ts";
import type { Argument, Instruction, Reference } from "./instruction.ts";
import { data, instruction, plane } from "./instruction.ts";
import type { Lowering, Pattern } from "./lowering.ts";
import { emitStrided, toFlat, toPlane } from "./lowering.ts";
import { lowerNode } from "./lower/index.ts";
import { findPattern } from "./lower/patterns.ts";
import type { Plan } from "./plan.ts";
import { countOf } from "./plan.ts";
import type { FlatValue, NativeValue, Storage, Value } from "./storage.ts";
import { flatStorage, flatValue, isPicture } from "./storage.ts";
import { listFields, scratchLayout, unaryCodes } from "@tatami/kernels";
import { viewOf } from "./view.ts";

/** How a program is compiled. */
export interface CompileOptions {
  /** Parameters given seldom; the others are given at every run. @defaultValue none */
  readonly weights?: readonly string[];
  /** Where its memory begins, in bytes. */
  readonly base: number;
}

/** Tiles that Winograd passes work on in one go: their products stay in the second-level cache. */
const tilesAtOnce = 24;

/**
 * Compiles a program whose pictures are of one item each.
 *
 * @throws TatamiError `invalid-model` for what the kernels cannot run.
 */
export function compileProgram(program: Program, { weights = [], base }: CompileOptions): Plan {
  const parameters = parametersOf(program);
  const outputs = Object.entries(program.outputs);
  const found = findNodes(outputs.map(([, node]) => node));
  const lowering = createLowering(found);
  const given = (still: boolean) => parameters.filter(({ arg }) => weights.includes(arg.name) === still);
  const inputsOf = (still: boolean): FlatValue[] =>
    given(still).map((node) => {
      const { name, shape } = node.arg;
      const storage = flatStorage(countOf(shape), still ? "weights" : "inputs", name);
      const value = flatValue(shape, storage);
      lowering.values.set(node, value);
      if (!still && isPicture(shape)) lowering.values.set(node, toPlane(lowering, value));
      return value;
    });
  const [still, moving] = [inputsOf(true), inputsOf(false)];
  for (const node of found.order) {
    if (!found.needed.has(node) || lowering.values.has(node)) continue;
    lowering.values.set(node, lowerAny(lowering, node, found.patterns.get(node)));
  }
  const results = outputs.map(([name, node]) => resultOf(lowering, name, lowering.values.get(node)!));
  const finishing = results.map(({ value }) => finish(lowering, value));

  const addresses = createAddresses(base, lowering.radius);
  const regionOf = (values: readonly FlatValue[]) =>
    addresses.region(
      values.map(({ storage }) => storage),
      values.map(({ shape }) => shape),
    );
  const weightsRegion = regionOf(still);
  const inputsRegion = regionOf(moving);
  const stored = new Map(results.map(({ value }) => [value.storage, value]));
  const resultsRegion = addresses.region(
    [...stored.keys()],
    [...stored.values()].map(({ storage }) => [storage.form.kind === "flat" ? storage.form.count : 0]),
  );
  for (const [storage, numbers] of lowering.constants) {
    addresses.place(storage);
    addresses.writeAt(addresses.addressOf(storage), numbers);
  }
  const onWeights = addresses.assign(lowering.onWeights);
  const onRun = addresses.assign(lowering.onRun);
  const onResults = addresses.assign(finishing.flatMap(({ call }) => (call ? [call] : [])));
  const spans = results.map(({ name }, at) => {
    const { shape, storage } = finishing[at]!.target;
    return { name, shape, start: addresses.addressOf(storage) / 4, count: countOf(shape) };
  });
  return {
    base,
    end: addresses.end(),
    image: addresses.image,
    weights: weightsRegion,
    inputs: inputsRegion,
    results: resultsRegion,
    outputs: { start: 0, layout: { spans, count: addresses.end() / 4 } },
    onWeights,
    onRun,
    onResults,
  };
}

function lowerAny(lowering: Lowering, node: Node, pattern: Pattern | undefined): Value {
  if (pattern) return pattern.lower(lowering);
  if (!isOp(node, "constant")) return lowerNode(lowering, node);
  const storage = flatStorage(node.arg.data.length, "static");
  lowering.constants.set(storage, node.arg.data);
  return flatValue(node.arg.shape, storage);
}

/** What is to be lowered, how, and in which order. */
function findNodes(outputs: readonly Node[]) {
  const order = topologicalOrder(...outputs);
  const users = new Map<Node, Node[]>();
  for (const node of order) {
    for (const source of new Set(node.sources)) {
      const list = users.get(source) ?? [];
      list.push(node);
      users.set(source, list);
    }
  }
  // an output is used by whoever asked for it
  for (const output of outputs) users.set(output, [...(users.get(output) ?? []), output]);
  const shapes = new Map<Node, readonly number[]>();
  for (const output of outputs) for (const [node, shape] of shapesOf(output, [])) shapes.set(node, shape);
  const graph = {
    usersOf: (node: Node) => users.get(node) ?? [],
    shapeOf: (node: Node) => shapes.get(node)!,
  };
  const patterns = new Map<Node, Pattern>();
  const needed = new Set<Node>(outputs);
  for (const node of order.toReversed()) {
    if (!needed.has(node)) continue;
    const pattern = findPattern(graph, node);
    if (pattern) patterns.set(node, pattern);
    for (const source of pattern?.inputs ?? node.sources) needed.add(source);
  }
  return { ...graph, order, patterns, needed };
}

function createLowering({ order, needed, usersOf, shapeOf }: ReturnType<typeof findNodes>): Lowering {
  let radius = 2;
  for (const node of order) {
    const hasWeight =
      isOp(node, "conv2d") ||
      isOp(node, "depthwiseConv2d") ||
      isOp(node, "conv2dInputGradient") ||
      isOp(node, "depthwiseInputGradient");
    if (hasWeight) {
      const [, , height, width] = shapeOf(node.sources[1]!);
      radius = Math.max(radius, (Math.max(height!, width!) - 1) / 2);
    }
    if (isOp(node, "conv2dWeightGradient") || isOp(node, "depthwiseWeightGradient"))
      radius = Math.max(radius, (Math.max(node.arg.height, node.arg.width) - 1) / 2);
  }
  const scratches = new Map<number, Argument>();
  return {
    radius,
    onRun: [],
    onWeights: [],
    values: new Map(),
    constants: new Map(),
    converted: new Map(),
    usersOf: (node) => usersOf(node).filter((user) => needed.has(user)),
    shapeOf,
    scratchFor(lanes) {
      const known = scratches.get(lanes);
      if (known) return known;
      const room = (count: number): Reference => data(flatStorage(count, "static"));
      const columns = room(6 * (tilesAtOnce * 4 + 2) * lanes);
      const [v, m] = [room(36 * tilesAtOnce * lanes), room(36 * tilesAtOnce * lanes)];
      const made = {
        table: listFields<typeof scratchLayout, number | Reference>(scratchLayout, {
          tiles: tilesAtOnce,
          columns,
          v,
          m,
          table: room(128),
        }),
      };
      scratches.set(lanes, made);
      return made;
    },
  };
}

/** An output's value in a storage of its own, which is set to zero before a run. */
function resultOf(
  lowering: Lowering,
  name: string,
  value: Value,
): { readonly name: string; readonly value: FlatValue | NativeValue } {
  if (value.layout === "native" && value.storage.lifetime === "temporary") {
    value.storage.lifetime = "results";
    value.storage.name ??= name;
    return { name, value };
  }
  const flat = toFlat(lowering, value);
  if (flat.storage.lifetime === "temporary" && flat.storage.form.kind === "flat") {
    flat.storage.lifetime = "results";
    flat.storage.name ??= name;
    return { name, value: flat };
  }
  const own = flatValue(flat.shape, flatStorage(countOf(flat.shape), "results", name));
  copyFlat(lowering, flat.storage, own.storage);
  return { name, value: own };
}

function copyFlat(lowering: Lowering, source: Storage, target: Storage): void {
  lowering.onRun.push(instruction("unary", [unaryCodes.copy, plane(source), plane(target), 0, 0], target));
}

/** A result row-major: as it is, or behind the call that makes it so. */
function finish(
  lowering: Lowering,
  value: FlatValue | NativeValue,
): { target: FlatValue; call?: Instruction } {
  if (value.layout === "flat") return { target: value };
  const target = flatValue(value.shape, flatStorage(countOf(value.shape), "static"));
  const before = lowering.onRun.length;
  emitStrided(
    lowering,
    "copyStrided",
    value.shape,
    viewOf(value, lowering.radius),
    viewOf(target, lowering.radius),
  );
  const [call] = lowering.onRun.splice(before);
  return { target, call: call! };
}
