import type { Span } from "@tatami/graph";
import { networkOf, widen } from "@tatami/graph";
import { expect, test } from "vitest";
import { noise } from "../data/test-support.ts";
import { layOutSpecs } from "../run/task.ts";
import { createSpanMatrix } from "./span-matrix.ts";

const sesr = networkOf("sesr");

test.each([
  ["SESR ×2", layOutSpecs(sesr.weights(sesr.check({ blocks: 2, features: 8, width: 8, scale: 2 })))],
  ["SESR ×4", layOutSpecs(sesr.weights(sesr.check({ blocks: 1, features: 8, width: 8, scale: 4 })))],
  ["odd widths", layOutSpecs(sesr.weights(sesr.check({ features: [5, 3, 7, 5], scale: 3 })))],
  ["wide", layOutSpecs(widen(sesr.weights(sesr.check({ blocks: 1, features: 6, width: 30, scale: 2 }))))],
])("every weight has its place, whichever way it is turned: %s", (_, { spans, count }) => {
  let matrices = 0;
  for (const span of spans) {
    const found = createSpanMatrix(span);
    // biases and slopes are no matrices
    expect([span.name, found !== undefined]).toEqual([span.name, span.shape.length > 1]);
    if (!found) continue;
    matrices++;
    const { rows, columns, gather, addTo } = found;
    const vector = noise(count, 1);
    const matrix = new Float32Array(rows * columns);
    gather(vector, 2, matrix);
    const back = new Float32Array(count);
    addTo(back, matrix);
    const expected = new Float32Array(count);
    expected.set(
      partOf(vector, span).map((value) => 2 * value),
      span.start,
    );
    expect(back).toEqual(expected);
    expect([rows % 4, columns % 4]).toEqual([0, 0]);
    const [outputs = 0, inputs = 0] = span.shape;
    expect(columns - Math.max(outputs, inputs)).toBeLessThan(4);
    expect(columns).toBeGreaterThanOrEqual(Math.max(outputs, inputs));
    expect(matrix.filter((value) => value !== 0).length).toBe(span.count);
  }
  expect(matrices).toBeGreaterThan(2);
});

test("what is too long to be turned is left alone", () => {
  const span = (shape: readonly number[]): Span => ({
    name: "kernel",
    shape,
    start: 0,
    count: shape.reduce((product, size) => product * size, 1),
  });
  expect(createSpanMatrix(span([64, 64, 3, 3]))).toMatchObject({ rows: 576, columns: 64 });
  expect(createSpanMatrix(span([128, 128, 3, 3]))).toBeUndefined();
  expect(createSpanMatrix(span([1025, 4]))).toBeUndefined();
  expect(createSpanMatrix(span([2, 3, 4]))).toBeUndefined();
});

function partOf(vector: Float32Array, { start: from, count }: Span): Float32Array {
  return vector.subarray(from, from + count);
}
