/** Live tracks in a real page, on Chromium's own fake camera. */

import { describe, expect, inject, it } from "vitest";
import { openServedPage } from "../../support/browser/served-page.ts";
import type { LiveOutcome } from "../pages/live/main.ts";

const chromium = inject("chromium");

describe.skipIf(chromium === "")("live tracks", () => {
  const opened = (): ReturnType<typeof openServedPage> =>
    openServedPage(chromium, "live", "runLive", { camera: "pattern" });

  it("are enlarged by every way of reading and writing, and nothing stays open", async () => {
    await using served = await opened();
    const support = await served.call<Record<"read" | "write", string[]>>("liveSupport");
    expect(support).toEqual({
      read: ["track-processor", "video-element"],
      write: ["track-generator", "canvas"],
    });
    for (const readVia of support.read)
      for (const writeVia of support.write) {
        const outcome = await served.call<LiveOutcome>("runLive", readVia, writeVia);
        expect(outcome).toMatchObject({
          sizes: Array(6).fill("128×96"),
          open: 0,
          sourceState: "live",
          largerState: "ended",
          writeVia,
        });
        expect(outcome.stats.framesOut).toBeGreaterThanOrEqual(6);
        expect(outcome.stats.latencyMs.median).toBeGreaterThan(0);
        expect(outcome.stats.latencyMs.worst).toBeGreaterThanOrEqual(outcome.stats.latencyMs.median);
      }
  });

  it("drop what comes too fast, and say so", async () => {
    await using served = await opened();
    const { stats, open } = await served.call<LiveOutcome>("runLive", "track-processor", "canvas", 200);
    const inside = stats.framesIn - stats.framesOut - stats.dropped;
    expect(stats.dropped).toBeGreaterThan(stats.framesOut);
    // the one at work, and the one that waits
    expect(inside).toBeGreaterThanOrEqual(0);
    expect(inside).toBeLessThanOrEqual(2);
    expect(stats.latencyMs.median).toBeGreaterThanOrEqual(200);
    expect(open).toBe(0);
  });

  it("have an upscaler of their own where none is given", async () => {
    await using served = await opened();
    const { sizes } = await served.call<LiveOutcome>("runLive", "track-processor", "canvas", 0, false);
    expect(sizes).toEqual(Array(6).fill("128×96"));
  });

  it("end as they are told to, with everything closed", async () => {
    await using served = await opened();
    expect(await served.call("endings")).toEqual({
      aborted: "told to, ended, 0 open",
      sourceEnded: "resolved, ended, 0 open",
      readerHadEnough: "resolved, ended, 0 open",
      engineFailed: "device-lost, ended, 0 open",
    });
  });

  it("flow through RxJS, from a camera and to a track", async () => {
    await using served = await opened();
    expect(await served.call("runOperators")).toEqual({
      camera: ["640×480", "640×480"],
      track: ["128×96", "128×96", "128×96"],
      open: 0,
      states: ["live", "ended", "live"],
    });
  });

  it("are refused with a code and a fix; a worker without them says so", async () => {
    await using served = await opened();
    expect(await served.call("refusals")).toEqual({
      sound: "invalid-option",
      way: "invalid-option",
      option: "invalid-option",
      camera: "input-not-found",
    });
    // Chromium has tracks in pages only; Safari in workers
    expect(await served.call("inWorker")).toEqual({
      read: [],
      write: [],
      refused: "unsupported-environment",
    });
  });
});
