import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { createFrame, planesOf, restateFrame } from "./frame.ts";
import { frameLedger } from "./frame-ledger.ts";
import {
  areDeepPlanes,
  bitsOf,
  createDeepPlane,
  createPlane,
  createPlaneLike,
  roundPlanes,
  rowsOf,
} from "./planes.ts";

const deepPlanes = (bits: number, fill: number) => {
  const plane = (width: number, height: number) => {
    const made = createDeepPlane({ width, height }, bits);
    made.data.fill(fill);
    return made;
  };
  return { luma: plane(4, 2), chroma: [plane(2, 1), plane(2, 1)] as const };
};

describe("deep planes", () => {
  beforeEach(() => frameLedger.reset());

  it("are given whole by a frame, and rounded half up to 8 bits", async () => {
    const frame = createFrame(deepPlanes(10, 514), { timestamp: 3 });
    expect((await frame.deepPlanes!()).luma.data[0]).toBe(514);
    const { luma, chroma } = await frame.planes();
    expect([luma.data[0], chroma[1].data[0], luma.data.length]).toEqual([129, 129, 8]);
    expect(areDeepPlanes(await planesOf(frame))).toBe(true);
    const restated = restateFrame(frame, { timestamp: 4 });
    expect((await restated.deepPlanes!()).luma.bits).toBe(10);
    frame.close();
    await expect(restated.deepPlanes!()).rejects.toMatchObject({ code: "internal" });
    expect(frameLedger.open).toBe(0);
  });

  it("are absent from frames of 8 bits", async () => {
    const plane = createPlane({ width: 2, height: 2 });
    const frame = createFrame({ luma: plane, chroma: [plane, plane] }, { timestamp: 0 });
    expect(frame.deepPlanes).toBeUndefined();
    expect(await planesOf(frame)).toBe(await frame.planes());
    frame.close();
  });

  it("round to the nearest of 8 bits, and no further than 255", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 9, max: 16 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (bits, share) => {
          const value = Math.floor(share * (2 ** bits - 1));
          const [rounded] = roundPlanes(deepPlanes(bits, value)).luma.data;
          expect(rounded).toBe(Math.min(255, Math.floor(value / 2 ** (bits - 8) + 0.5)));
        },
      ),
    );
  });

  it("have others made like them, and rows of bytes", () => {
    const deep = createPlaneLike(createDeepPlane({ width: 3, height: 2 }, 12), { width: 5, height: 1 });
    expect([bitsOf(deep), deep.data.length, rowsOf(deep).stride]).toEqual([12, 5, 10]);
    const plain = createPlaneLike(createPlane({ width: 3, height: 2 }), { width: 5, height: 1 });
    expect([bitsOf(plain), rowsOf(plain).stride]).toEqual([8, 5]);
  });
});
