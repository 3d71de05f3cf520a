import { expect, test } from "vitest";
import { clip, constant, multiply } from "../build.ts";
import { printModel } from "./print.ts";
import { seededSesr } from "../random/seeded-models.ts";
import { tensor } from "../tensor.ts";

const model = seededSesr("m3", 4);

test("prints a network so that it can be read", () => {
  expect(printModel(model)).toBe(`sesr-m3-x4: ×4, halo 7, 13712 parameters
%0 = input → [n, 1, h, w]
%1 = subtract(%0, 0.5) → [n, 1, h, w]
%2 = conv2d(%1, [16, 1, 5, 5], [16]) → [n, 16, h, w]
%3 = conv2d(%2, [16, 16, 3, 3], [16]) → [n, 16, h, w]
%4 = prelu(%3, [16]) → [n, 16, h, w]
%5 = conv2d(%4, [16, 16, 3, 3], [16]) → [n, 16, h, w]
%6 = prelu(%5, [16]) → [n, 16, h, w]
%7 = conv2d(%6, [16, 16, 3, 3], [16]) → [n, 16, h, w]
%8 = prelu(%7, [16]) → [n, 16, h, w]
%9 = add(%8, %2) → [n, 16, h, w]
%10 = conv2d(%9, [16, 16, 5, 5], [16]) → [n, 16, h, w]
%11 = add(%10, %0) → [n, 16, h, w]
%12 = depthToSpace(%11, block: 4) → [n, 1, 4h, 4w]
`);
});

test("prints arguments in order, and constants by their shape or number", () => {
  const output = clip(multiply(model.output, constant(tensor([1, 1, 1, 1], Float32Array.of(0.1)))), 0.25, 1);
  const lines = printModel({ ...model, output })
    .trimEnd()
    .split("\n")
    .slice(-2);
  expect(lines).toEqual([
    "%13 = multiply(%12, 0.1) → [n, 1, 4h, 4w]",
    "%14 = clip(%13, minimum: 0.25, maximum: 1) → [n, 1, 4h, 4w]",
  ]);
});
