import { describe, expect, it } from "vitest";
import { add, constant, exponential, input, multiply, sum } from "./build.ts";
import { parameter } from "./build-training.ts";
import { gradient, pullback } from "./gradient.ts";
import type { Node } from "./node.ts";
import { runProgram } from "./reference.ts";
import { tensor } from "./tensor.ts";
import type { Tensor } from "./tensor.ts";

const x = parameter("x", [2]);
const given = { x: tensor([2], Float32Array.of(0.5, -1)) };
const numbers = (...values: readonly number[]): Tensor => tensor([values.length], Float32Array.from(values));

function run(outputs: readonly Node[], bindings: Readonly<Record<string, Tensor>>): readonly Tensor[] {
  const named = Object.fromEntries(outputs.map((each, at) => [`${at}`, each]));
  return Object.values(runProgram({ name: "gradients", outputs: named }, bindings));
}

describe("pullback", () => {
  it("is the gradient of what the seeds' values come to, weighted by their gradients", () => {
    const [first, second] = [exponential(x), multiply(x, x)];
    const seeds = new Map<Node, Node>([
      [first, parameter("∂first", [2])],
      [second, constant(numbers(3, 4))],
    ]);
    const [seen] = run(pullback(seeds, [x]), { ...given, "∂first": numbers(-1, 2) });
    const loss = sum(
      add(multiply(first, constant(numbers(-1, 2))), multiply(second, constant(numbers(3, 4)))),
      [0],
    );
    expect(seen).toEqual(run(gradient(loss, [x]), given)[0]);
  });

  it("adds up where one seed needs another, and where a seed is asked for itself", () => {
    const square = multiply(x, x);
    const fourth = multiply(square, square);
    const seeds = new Map<Node, Node>([
      [x, constant(numbers(100, 200))],
      [square, constant(numbers(10, 20))],
      [fourth, constant(numbers(1, 1))],
    ]);
    const [ofX, ofSquare] = run(pullback(seeds, [x, square]), given);
    // 100 + 10·2x + 4x³, and 10 + 2x².
    expect([...ofX!.data]).toEqual([100 + 10 + 0.5, 200 - 40 - 4]);
    expect([...ofSquare!.data]).toEqual([10.5, 22]);
  });

  it("refuses a gradient of another shape, and a picture of unknown shape", () => {
    expect(() => pullback(new Map([[x, constant(numbers(1))]]), [x])).toThrowError(
      /\[1\] is not that of a value of \[2\]/,
    );
    const picture = input();
    expect(() => pullback(new Map([[picture, picture]]), [picture])).toThrowError(/depends on an input/);
  });
});
