/** Texture in, texture out, on a software adapter. */

import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import type { FrameOutcome } from "../pages/frame-processor/main.ts";
import type { ServedPage } from "../../support/browser/served-page.ts";
import { openServedPage } from "../../support/browser/served-page.ts";

const chromium = inject("chromium");
const pictures = fileURLToPath(new URL("../../.output/frame-processor/", import.meta.url));

describe.skipIf(chromium === "")("the frame processor", () => {
  let served: ServedPage;
  beforeAll(async () => {
    served = await openServedPage(chromium, "frame-processor", "enlarge", { webgpu: true, isolated: true });
    served.page.setDefaultTimeout(0);
  });
  afterAll(() => served[Symbol.asyncDispose]());

  it.each([
    ["texture", 64, 48, "own"],
    ["texture", 17, 13, "canvas"],
    ["texture", 64, 48, "own", 200_000],
    ["texture", 64, 48, "own", 200_000, 0.35],
    ["imageData", 33, 20, "canvas", 2 ** 30, 0],
    ["texture", 17, 13, "own", 2 ** 30, 1.5],
    ["imageData", 33, 20, "own"],
    ["imageBitmap", 33, 20, "own"],
    ["canvas", 33, 20, "own"],
    ["videoFrame", 34, 20, "canvas"],
  ] as const)("enlarges as the CPU does, with one submit: %s at %i×%i into %s", async (...args) => {
    const seen = await served.call<FrameOutcome>("enlarge", ...args);
    expect([seen.width, seen.height]).toEqual([2 * args[1], 2 * args[2]]);
    // a video's frame goes through the browser's own colour conversion first
    expect(seen.worst).toBeLessThanOrEqual(args[0] === "videoFrame" ? 3 : 2);
    expect(seen.mean).toBeLessThan(0.6);
    expect(seen.submits).toBe(1);
    await mkdir(pictures, { recursive: true });
    await writeFile(`${pictures}${args.join("-")}.png`, Buffer.from(seen.picture, "base64"));
  });

  it("gives a VideoFrame for a VideoFrame, with its times and the CPU path's luma", async () => {
    const seen = await served.call<{ size: number[]; timestamp: number; worst: number; mean: number }>(
      "enlargeVideoFrame",
      64,
      32,
    );
    expect(seen.size).toEqual([128, 64]);
    expect(seen.timestamp).toBe(40_000);
    expect(seen.worst).toBeLessThanOrEqual(3);
    expect(seen.mean).toBeLessThan(1);
  });

  it("refuses a target of the wrong size, and says that its device is lost", async () => {
    expect(await served.call<string[]>("troubles")).toEqual(["invalid-option", "device-lost", "device-lost"]);
  });
});
