import { beforeEach, describe, expect, it } from "vitest";
import { createFrame } from "./frame.ts";
import { frameLedger } from "./frame-ledger.ts";
import { createPlane } from "./planes.ts";

const planes = () => ({
  luma: createPlane({ width: 4, height: 2 }),
  chroma: [createPlane({ width: 2, height: 1 }), createPlane({ width: 2, height: 1 })] as const,
});

describe("createFrame", () => {
  beforeEach(() => frameLedger.reset());

  it("is in the ledger until it is closed, under the stage that made it", () => {
    const frame = createFrame(planes(), { timestamp: 1 }, "here");
    const other = createFrame(planes(), { timestamp: 2 }, "here");
    expect(frameLedger.open).toBe(2);
    expect(frameLedger.report()).toEqual(new Map([["here", 2]]));
    frame.close();
    frame.close();
    expect(frameLedger.open).toBe(1);
    other.close();
    expect([frameLedger.open, frameLedger.total, frameLedger.peak]).toEqual([0, 2, 2]);
    expect(frameLedger.report().size).toBe(0);
  });

  it("states nothing that was not stated", () => {
    const frame = createFrame(planes(), { timestamp: 0 });
    expect(frame.color).toEqual({ primaries: null, transfer: null, matrix: null, fullRange: null });
    expect(frame.size).toEqual({ width: 4, height: 2 });
    frame.close();
  });

  it("refuses its pixels once closed, with the fix", async () => {
    const frame = createFrame(planes(), { timestamp: 7 });
    frame.close();
    await expect(frame.planes()).rejects.toMatchObject({
      code: "internal",
      message: "The frame at 7 s was used after it was closed.",
    });
  });
});
