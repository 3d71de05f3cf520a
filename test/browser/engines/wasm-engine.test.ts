/** The WebAssembly engine in Chromium: both builds, with threads and without. */

import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { recordGaps } from "../../support/browser/main-thread.ts";
import type { ServedPage } from "../../support/browser/served-page.ts";
import { openServedPage } from "../../support/browser/served-page.ts";
import type { WasmOutcome } from "../pages/wasm-engine/main.ts";

const chromium = inject("chromium");
const open = (isolated: boolean): Promise<ServedPage> =>
  openServedPage(chromium, "wasm-engine", "compareWithReference", { isolated });

describe.skipIf(chromium === "")("the WebAssembly engine in a cross-origin isolated page", () => {
  let served: ServedPage;
  beforeAll(async () => {
    served = await open(true);
  });
  afterAll(() => served[Symbol.asyncDispose]());

  it.each([
    ["m5-x2", 33, 21, "relaxed"],
    ["m5-x2", 33, 21, "simd"],
    ["m5-x4", 17, 13, "relaxed"],
  ] as const)("agrees with the reference on several threads: %s at %i×%i, %s", async (...args) => {
    const seen = await served.call<WasmOutcome>("compareWithReference", ...args, 3);
    expect(seen.worst).toBeLessThan(1e-4);
    expect(seen.description).toMatch(
      args[3] === "relaxed" ? /relaxed SIMD, 3 threads$/ : /, SIMD, 3 threads$/,
    );
  });

  it("takes relaxed SIMD and every core when nothing is said", async () => {
    const seen = await served.call<WasmOutcome>("compareWithReference", "m5-x2", 12, 10);
    expect(seen.description).toMatch(/relaxed SIMD, \d+ thread/);
  });

  it("leaves the main thread free while it works", async () => {
    const end = await recordGaps(served.page);
    const spent = await served.call<number>("work", 20);
    const { longestTaskMs, ticks, idleTicks } = await end();
    expect(spent).toBeGreaterThan(100);
    // a thread that is busy for a frame shows it in its processor's time, one that only waits in what it misses
    expect(longestTaskMs).toBeLessThan(Math.max(50, spent / 20));
    expect(ticks).toBeGreaterThan(idleTicks / 2);
  });
});

describe.skipIf(chromium === "")("the WebAssembly engine in a page that is not isolated", () => {
  it("runs on one thread when nothing is said, and says why when more are wanted", async () => {
    await using served = await open(false);
    expect(await served.page.evaluate(() => crossOriginIsolated)).toBe(false);
    const one = await served.call<WasmOutcome>("compareWithReference", "m5-x2", 33, 21);
    expect(one.description).toMatch(/, 1 thread$/);
    expect(one.worst).toBeLessThan(1e-4);
    const refused = await served.call<WasmOutcome>("compareWithReference", "m5-x2", 12, 10, "simd", 4);
    expect(refused.description).toMatch(/1 thread \(not 4: Threads that share memory cannot be started/);
    expect(refused.worst).toBeLessThan(1e-4);
  });
});
