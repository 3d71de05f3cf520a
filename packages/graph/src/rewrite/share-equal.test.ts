import { describe, expect, it } from "vitest";
import { add, clip, constant, exponential, input, multiply, relu, scalar } from "../build.ts";
import { parameter } from "../build-training.ts";
import type { Node } from "../node.ts";
import { shareEqual } from "./share-equal.ts";
import { tensor } from "../tensor.ts";
import { topologicalOrder } from "./topological-order.ts";

const x = parameter("x", [1, 1, 2, 2]);
const ops = (...outputs: readonly Node[]): readonly string[] =>
  topologicalOrder(...outputs).map((node) => node.op);

describe("shareEqual", () => {
  it("computes once what is said twice, across outputs too", () => {
    const said = (): Node => exponential(multiply(relu(x), scalar(2)));
    const [first, second] = shareEqual([said(), add(said(), said())]);
    expect(ops(first!, second!)).toEqual(["parameter", "relu", "constant", "multiply", "exponential", "add"]);
    expect(second!.sources).toEqual([first, first]);
    expect(second!.sources[0]).toBe(first);
  });

  it("gives back the same objects where nothing is said twice", () => {
    const output = add(relu(x), clip(x, 0, 1));
    expect(shareEqual([output])[0]).toBe(output);
  });

  it("keeps apart what differs in argument, order or leaf", () => {
    const other = parameter("x", [1, 1, 2, 2]);
    const outputs = [
      clip(x, -Infinity, 1),
      clip(x, 0, Infinity),
      clip(x, 0, 1),
      add(x, relu(x)),
      add(relu(x), x),
      relu(other),
      add(input(), input()),
    ];
    expect(shareEqual(outputs)).toEqual(outputs);
    expect(new Set(shareEqual(outputs)).size).toBe(outputs.length);
    expect(shareEqual(outputs)[6]!.sources[0]).not.toBe(shareEqual(outputs)[6]!.sources[1]);
  });

  it("compares small constants by their numbers and shape, large ones by themselves", () => {
    const of = (shape: readonly number[], value: number): Node =>
      constant(tensor(shape, new Float32Array(shape.reduce((a, b) => a * b)).fill(value)));
    const [a, b, c, d, e] = shareEqual([of([4], 1), of([4], 1), of([2, 2], 1), of([4], 2), of([4], -0)]);
    expect(a).toBe(b);
    expect(new Set([a, c, d, e]).size).toBe(4);
    const data = new Float32Array(65);
    const [f, g, h] = shareEqual([
      constant(tensor([65], data)),
      constant(tensor([65], data.slice())),
      constant(tensor([65], data)),
    ]);
    expect(f).not.toBe(g);
    expect(f).toBe(h);
  });

  it("is linear: a graph that is an exponential tree of equal nodes is walked once", () => {
    let twin: readonly [Node, Node] = [relu(x), relu(x)];
    for (let depth = 0; depth < 2000; depth++) twin = [add(...twin), add(...twin)];
    const [first, second] = shareEqual(twin);
    expect(first).toBe(second);
    expect(ops(first!)).toHaveLength(2002);
  });
});
