/** `createUpscaler().frame()` with WebCodecs frames, in a real page. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createServer, defaultClientConditions } from "vite";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";

const chromium = inject("chromium");
type Run = (format: string, width: number, height: number) => Promise<Record<string, unknown>>;

describe.skipIf(chromium === "")("WebCodecs frames", () => {
  const closing: (() => Promise<unknown>)[] = [];
  let run: Run;
  beforeAll(async () => {
    const cacheDir = await mkdtemp(join(tmpdir(), "tatami-vite-"));
    closing.push(() => rm(cacheDir, { recursive: true }));
    const server = await createServer({
      configFile: false,
      root: fileURLToPath(new URL("pages/video-frame", import.meta.url)),
      cacheDir,
      logLevel: "warn",
      resolve: { conditions: ["@tatami/source", ...defaultClientConditions] },
      optimizeDeps: { exclude: ["onnxruntime-web"], entries: ["index.html"] },
      server: {
        port: 0,
        host: "127.0.0.1",
        fs: { allow: [fileURLToPath(new URL("../..", import.meta.url))] },
      },
    });
    closing.push(() => server.close());
    await server.listen();
    const browser = await launchChromium(chromium);
    closing.push(() => browser.close());
    const page = await browser.newPage();
    await page.goto(server.resolvedUrls!.local[0]!);
    await page.waitForFunction(() => "upscaleVideoFrame" in globalThis);
    run = (...args) =>
      page.evaluate(
        (given) => (globalThis as unknown as { upscaleVideoFrame: Run }).upscaleVideoFrame(...given),
        args,
      );
  });
  afterAll(async () => {
    for (const close of closing.toReversed()) await close();
  });

  test.each([
    ["I420", 64, 48],
    ["NV12", 64, 48],
    ["I420", 34, 18],
    ["NV12", 126, 2],
  ] as const)(
    "%s of %i×%i comes out twice as large, the same as without WebCodecs",
    async (format, width, height) => {
      expect(await run(format, width, height)).toEqual({
        width: 2 * width,
        height: 2 * height,
        format: "I420",
        timestamp: 1_234_567,
        inputIsClosed: true,
        sameLuma: true,
        sameChroma: true,
        framesOpen: 0,
      });
    },
  );

  test("RGB is refused with a code, and closed", async () => {
    expect(await run("RGBA", 16, 16)).toEqual({ code: "unsupported-feature", inputIsClosed: true });
  });
});
