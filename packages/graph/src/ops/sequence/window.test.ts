/** Windows: where their tokens lie, and the way back. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { constant, unwindow, window } from "../../build.ts";
import { runProgram } from "../../reference.ts";
import { elementCount, tensor } from "../../tensor.ts";
import type { Tensor } from "../../tensor.ts";
import type { Node } from "../../node.ts";
import { placesOf, windowOrders } from "./window-order.ts";

const run = (output: Node): Tensor => runProgram({ name: "windows", outputs: { output } }, {})["output"]!;
const counted = (...shape: readonly number[]): Tensor =>
  tensor(
    shape,
    Float32Array.from({ length: elementCount(shape) }, (_, i) => i + 1),
  );

describe("windows", () => {
  it.each([
    ["rows", [1, 2, 5, 6], [3, 4, 7, 8]],
    ["columns", [1, 5, 2, 6], [3, 7, 4, 8]],
    ["rows-reversed", [6, 5, 2, 1], [8, 7, 4, 3]],
    ["columns-reversed", [6, 2, 5, 1], [8, 4, 7, 3]],
  ] as const)("have their tokens by %s", (order, first, second) => {
    const cut = run(window(constant(counted(1, 1, 2, 4)), { size: 2, order, shift: 0 }));
    expect(cut.shape).toEqual([1, 1, 2, 4]);
    expect([...cut.data]).toEqual([...first, ...second]);
    expect([...placesOf(2, order)].toSorted()).toEqual([0, 1, 2, 3]);
  });

  it("that are shifted are zero beyond the picture, and one more each way", () => {
    const cut = run(window(constant(counted(1, 1, 2, 2)), { size: 2, order: "rows", shift: 1 }));
    expect(cut.shape).toEqual([1, 1, 4, 4]);
    expect([...cut.data]).toEqual([0, 0, 0, 1, 0, 0, 2, 0, 0, 3, 0, 0, 4, 0, 0, 0]);
  });

  it("become the picture again, of however many channels and items", () => {
    const some = fc.integer({ min: 1, max: 3 });
    fc.assert(
      fc.property(
        some,
        some,
        some,
        some,
        some,
        fc.nat(2),
        fc.constantFrom(...windowOrders),
        (n, c, h, w, size, s, order) => {
          const picture = counted(n, c, h * size, w * size);
          const cut = { size, order, shift: s % size };
          const whole = unwindow(
            window(constant(picture), cut),
            constant(tensor([n, 1, h * size, w * size])),
            cut,
          );
          expect(run(whole)).toEqual(picture);
        },
      ),
    );
  });

  it.each([
    [
      "sides that they do not divide",
      [1, 1, 4, 6],
      { size: 4, order: "rows", shift: 0 },
      /cut 6×4 pixels into windows of 4×4/,
    ],
    [
      "a shift of a whole window",
      [1, 1, 4, 4],
      { size: 2, order: "rows", shift: 2 },
      /2 pixels from the corner/,
    ],
    [
      "an order there is not",
      [1, 1, 4, 4],
      { size: 2, order: "spiral" as "rows", shift: 0 },
      /in the order spiral/,
    ],
  ] as const)("refuse %s", (_what, shape, cut, message) => {
    expect(() => window(constant(tensor(shape)), cut)).toThrowError(
      expect.objectContaining({ code: "invalid-model", message: expect.stringMatching(message) }),
    );
  });

  it("are not put together as a picture of another size", () => {
    const cut = { size: 2, order: "rows", shift: 0 } as const;
    const windows = window(constant(tensor([1, 3, 4, 4])), cut);
    expect(() => unwindow(windows, constant(tensor([1, 3, 4, 6])), cut)).toThrowError(
      /are not the windows of 2×2 that \[1, 3, 4, 6\] is cut into/,
    );
  });
});
