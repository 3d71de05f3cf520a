import fc from "fast-check";
import { expect, test } from "vitest";
import { copyRows } from "./copy-rows.ts";

test("copies the rows and nothing between them, whatever the strides", () => {
  const sizes = fc.record({
    width: fc.integer({ min: 1, max: 9 }),
    height: fc.integer({ min: 1, max: 5 }),
    gapFrom: fc.integer({ min: 0, max: 3 }),
    gapTo: fc.integer({ min: 0, max: 3 }),
  });
  fc.assert(
    fc.property(sizes, ({ width, height, gapFrom, gapTo }) => {
      const from = { data: new Uint8Array((width + gapFrom) * height), stride: width + gapFrom };
      from.data.forEach((_, i) => (from.data[i] = 1 + (i % 200)));
      const to = { data: new Uint8Array((width + gapTo) * height), stride: width + gapTo };
      copyRows(from, to, width, height);
      to.data.forEach((value, i) => {
        const [x, y] = [i % to.stride, Math.floor(i / to.stride)];
        expect(value).toBe(x < width ? from.data[y * from.stride + x] : 0);
      });
    }),
  );
});
