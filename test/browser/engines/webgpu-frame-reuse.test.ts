/** Patches reused on the GPU, on a software adapter. */

import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { ReuseOutcome, RoutingOutcome } from "../pages/frame-reuse/main.ts";
import type { ServedPage } from "../../support/browser/served-page.ts";
import { openServedPage } from "../../support/browser/served-page.ts";

const chromium = inject("chromium");
const pictures = fileURLToPath(new URL("../../.output/frame-reuse/", import.meta.url));

describe.skipIf(chromium === "")("the frame processor that reuses patches", () => {
  let served: ServedPage;
  beforeAll(async () => {
    served = await openServedPage(chromium, "frame-reuse", "reuse", { webgpu: true, isolated: true });
    served.page.setDefaultTimeout(0);
  });
  afterAll(() => served[Symbol.asyncDispose]());
  const run = async (name: string, ...args: readonly unknown[]): Promise<ReuseOutcome> => {
    const seen = await served.call<ReuseOutcome>("reuse", ...args);
    await mkdir(pictures, { recursive: true });
    await writeFile(`${pictures}${name}.png`, Buffer.from(seen.picture, "base64"));
    return seen;
  };

  // the second device has so small buffers that frames are cut into bands, and only two patches are computed at once
  it.each([
    [{}, 5],
    [{ mostBufferBytes: 600_000 }, 2],
  ])(
    "gives bit for bit what computing everything gives, and computes what changed: %j",
    async (options, most) => {
      const seen = await run("exact", "changes", 8, { reuse: "exact", ...options }, 6);
      expect(seen.psnr).toEqual(seen.psnr.map(() => 999));
      // the first frame, the cut and the frame behind the seek are computed as a whole
      for (const whole of [0, 4, 6]) expect(seen.computed[whole]).toBe(seen.patches);
      expect(seen.computed).toEqual(seen.changed.map((count) => (count > most ? seen.patches : count)));
      expect(seen.computed.some((count) => count > 0 && count < seen.patches)).toBe(true);
      for (const still of [2, 5]) expect(seen.computed[still]).toBe(0);
      expect(seen.submits).toBe(8);
      expect(seen.readbacks).toBe(0);
    },
  );

  it("carries a slow drift over, and computes a patch again once it is old", async () => {
    const seen = await run("bounded", "drift", 10, { reuse: "bounded", maxAge: 4 });
    expect(seen.psnr[0]).toBe(999);
    expect(Math.min(...seen.psnr)).toBeGreaterThan(45);
    const [first, ...others] = seen.computed;
    expect(first).toBe(seen.patches);
    expect(others.reduce((sum, each) => sum + each)).toBeGreaterThan(0);
    // without the limit of age nothing is computed after the first frame
    const ageless = await run("bounded", "drift", 10, { reuse: "bounded", maxAge: 1000 });
    expect(ageless.computed.slice(1)).toEqual(others.map(() => 0));
    expect(Math.min(...ageless.psnr)).toBeGreaterThan(45);
  });

  it("keeps nothing of another strength, whichever way it is changed, and goes on reusing", async () => {
    const strengths = { 2: 0.35, 3: 0.35, 5: 1.5, 6: 1 };
    const seen = await run("strength", "changes", 8, { reuse: "exact", strength: 0.6 }, -1, strengths);
    expect(seen.psnr).toEqual(seen.psnr.map(() => 999));
    // the first frame, the cut, and those whose strength is another
    for (const whole of [0, 2, 4, 5, 6]) expect(seen.computed[whole]).toBe(seen.patches);
    for (const some of [1, 3, 7]) expect(seen.computed[some]).toBeLessThan(seen.patches);
  });

  it("carries the same drift over at any strength", async () => {
    const carried = { reuse: "bounded", maxAge: 1000, strength: 0.35 };
    const seen = await run("bounded-strength", "drift", 10, carried);
    expect(seen.computed.slice(1)).toEqual(seen.computed.slice(1).map(() => 0));
    expect(Math.min(...seen.psnr)).toBeGreaterThan(45);
  });

  it("shows what was reused", async () => {
    const seen = await run("tinted", "changes", 4, { reuse: "exact", debugView: "reuse" });
    expect(seen.psnr[0]).toBe(999);
    expect(seen.psnr[3]).toBeLessThan(40);
  });

  describe("and shares frames among networks", () => {
    const share = (
      factors: readonly number[],
      reuse: string,
      inLittleRoom = false,
    ): Promise<RoutingOutcome> => served.call<RoutingOutcome>("route", factors, { reuse }, inLittleRoom);
    let small: RoutingOutcome;
    beforeAll(async () => {
      small = await share([Infinity], "exact");
    });

    it("gives each alone where it gets everything", async () => {
      const large = await share([0], "exact");
      expect([small.toSmall, large.toLarge]).toEqual([999, 999]);
      expect(small.toLarge).toBeLessThan(60);
    });

    it.each([
      [[1], "off"],
      [[1], "exact"],
      [[1], "bounded"],
      [[0.5, 2], "exact"],
    ] as const)(
      "gives hard cells alone to larger networks, without a read-back: %j, reuse %s",
      async (factors, reuse) => {
        const seen = await share(factors, reuse, true);
        expect(seen.flatIsSmall).toBe(true);
        expect(seen.toSmall).toBeLessThan(90);
        expect(seen.toLarge).toBeGreaterThan(small.toLarge + (factors.length === 1 ? 3 : 0.5));
        expect([seen.again, seen.inLittleRoom]).toEqual([999, 999]);
        expect([seen.submits, seen.readbacks]).toEqual([1, 0]);
      },
    );
  });
});
