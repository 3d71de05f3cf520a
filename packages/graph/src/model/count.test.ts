/** Counts of graphs that share weights. */

import { expect, test } from "vitest";
import { add, conv2d, input } from "../build.ts";
import { tensor } from "../tensor.ts";
import { countParameters } from "./count.ts";

test("counts a kernel used twice once", () => {
  const first = conv2d(input(1), tensor([1, 1, 3, 3]));
  const second = { ...first, sources: [first, ...first.sources.slice(1)] };
  const model = { name: "shared", scale: 1, halo: 2, output: add(second, first) };
  expect(countParameters(model)).toBe(9);
});
