import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createServer } from "vite";
import { describe, expect, inject, it } from "vitest";
import { shortClip } from "../support/clips.ts";
import { openOneFilePage } from "../support/browser/one-file-page.ts";

const chromium = inject("chromium");

describe.skipIf(chromium === "")("however the page is served", () => {
  it("without cross-origin isolation it works on one thread, and says so", async () => {
    await using opened = await openOneFilePage({ chromium, page: inject("page"), isolated: false });
    const { page, errors, strangers } = opened;
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
    await page.getByText("one processor core only").waitFor();
    await opened.choose(shortClip);
    await opened.start();
    await opened.waitFor("done");
    expect(await page.locator("#done-facts").textContent()).toContain("480 × 320");
    await page.getByText("How it was made").click();
    expect(await page.locator("#how").textContent()).toContain("1 thread");
    expect(errors).toEqual([]);
    expect(strangers).toEqual([]);
  });

  it("with WebGPU on a software adapter it is passed over, and the report says why", async () => {
    await using opened = await openOneFilePage({ chromium, page: inject("page"), webgpu: true });
    const { page, errors, strangers } = opened;
    await opened.choose(shortClip);
    await opened.start();
    await opened.waitFor("done");
    await page.getByText("How it was made").click();
    const how = await page.locator("#how").textContent();
    expect(how).toContain("Not used: webgpu");
    expect(how).toContain("Not used: onnx-webgpu");
    expect(how).toContain("WebAssembly");
    expect(errors).toEqual([]);
    expect(strangers).toEqual([]);
  });

  it("from the development server's very first start it works as it does when built", async () => {
    const cacheDir = await mkdtemp(join(tmpdir(), "tatami-vite-"));
    const server = await createServer({
      root: fileURLToPath(new URL("../../examples/01-one-file", import.meta.url)),
      cacheDir,
      logLevel: "warn",
      server: { port: 0, host: "127.0.0.1" },
    });
    try {
      await server.listen();
      const url = new URL(server.resolvedUrls!.local[0]!);
      await using opened = await openOneFilePage({ chromium, page: url });
      const { page, errors, strangers } = opened;
      let loads = 0;
      page.on("load", () => ++loads);
      expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
      await page.getByRole("button", { name: "Use the sample clip" }).click();
      await page.getByText("240 × 160 becomes 480 × 320").waitFor();
      await opened.choose(shortClip);
      await opened.start();
      await opened.waitFor("done");
      expect(await page.locator("#done-facts").textContent()).toContain("480 × 320");
      expect(loads, "a dependency found late makes the server load the page again").toBe(0);
      expect(errors).toEqual([]);
      expect(strangers).toEqual([]);
    } finally {
      await server.close();
      await rm(cacheDir, { recursive: true });
    }
  });
});
