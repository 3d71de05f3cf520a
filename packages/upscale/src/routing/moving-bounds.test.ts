import type { Frame } from "@tatami/core";
import { createFrame, createPlane, frameLedger } from "@tatami/core";
import { beforeEach, describe, expect, it } from "vitest";
import { seededSesr } from "../testing/models.ts";
import { createUpscaler } from "../upscaler.ts";

const model = seededSesr();

/** The same picture, every pixel a level brighter in odd frames. */
function frameOf(index: number): Frame {
  const luma = createPlane({ width: 90, height: 70 });
  luma.data.forEach((_, i) => (luma.data[i] = 80 + (index % 2) + ((i * 2654435761) >>> 27)));
  const chroma = createPlane({ width: 45, height: 35 });
  return createFrame(
    { luma, chroma: [chroma, { ...chroma, data: chroma.data.slice() }] },
    { timestamp: index },
  );
}

describe("what may be moved while an upscaler runs", () => {
  beforeEach(() => frameLedger.reset());

  it("decides about the frames behind it, and forgets nothing that was kept", async () => {
    await using upscaler = await createUpscaler({
      model,
      backends: ["wasm"],
      threads: 1,
      patchSize: 40,
      reuse: "bounded",
    });
    const computed: number[] = [];
    const next = async (index: number): Promise<void> => {
      const onPatches = (count: number): void => void computed.push(count);
      (await upscaler.frame(frameOf(index), { onPatches })).close();
    };
    await next(0);
    await next(1);
    upscaler.setReuseBounds({ maxDifference: 0 });
    expect(upscaler.reuseBounds).toEqual({ maxDifference: 0, meanDifference: 2, maxAge: 50 });
    // the same as what was kept
    await next(0);
    await next(1);
    upscaler.setReuseBounds({ maxDifference: 24 });
    await next(0);
    expect(computed).toEqual([computed[0], 0, 0, computed[0], 0]);
    expect(computed[0]).toBeGreaterThan(1);
    expect(frameLedger.open).toBe(0);
  });

  it("has limits", async () => {
    await using upscaler = await createUpscaler({ model, backends: ["cpu"], routingLoss: 0.1 });
    expect(upscaler.routingLoss).toBe(0.1);
    upscaler.setRoutingLoss(Infinity);
    expect(upscaler.routingLoss).toBe(Infinity);
    expect(() => upscaler.setRoutingLoss(-1)).toThrow(/decibels must be/);
    expect(() => upscaler.setReuseBounds({ maxAge: 0 })).toThrow(/bounds\.maxAge must be/);
    await expect(createUpscaler({ model, routingLoss: NaN })).rejects.toThrow(/options\.routingLoss must be/);
  });
});
