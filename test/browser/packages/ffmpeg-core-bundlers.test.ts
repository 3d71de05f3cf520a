/** FFmpeg's core and the worker that holds it, in a page that each bundler has built. */

import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeMuxedClip } from "@tatami/codecs/testing";
import { afterEach, beforeEach, describe, expect, inject, it } from "vitest";
import { coreBuilds } from "../../support/browser/bundled-core-page.ts";
import { openContext } from "../../support/browser/chromium.ts";
import { serveFolder } from "../../support/browser/serve-folder.ts";
import { watchPage } from "../../support/browser/watch-page.ts";

const chromium = inject("chromium");
const core = fileURLToPath(new URL("../../../node_modules/@ffmpeg/core/dist/esm", import.meta.url));

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), "tatami-core-bundle-"))));
afterEach(() => rm(folder, { recursive: true }));

describe.skipIf(chromium === "")("a page with FFmpeg's core", () => {
  it.each(Object.entries(coreBuilds))("works as %s builds it", async (_name, build) => {
    await build(folder);
    await cp(core, join(folder, "core"), { recursive: true });
    await makeMuxedClip(join(folder, "clip.avi"), { format: "avi", video: "mjpeg", pixelFormat: "yuvj420p" });
    await using server = await serveFolder(folder);
    await using opened = await openContext(chromium);
    const page = await opened.context.newPage();
    const { errors, strangers } = watchPage(page, server.url);
    await page.goto(`${server.url}/`);
    await page.waitForFunction(() => "readClip" in globalThis);
    const outcome = await page.evaluate(() =>
      (globalThis as unknown as { readClip(): Promise<unknown> }).readClip(),
    );
    expect(outcome).toEqual({ container: "AVI", frames: 25 });
    expect(errors).toEqual([]);
    expect(strangers).toEqual([]);
  });
});
