/** What the pages say where they cannot work, before anybody chooses a file. */

import { readFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { describe, expect, inject, it, test } from "vitest";
import { openContext } from "../../support/browser/chromium.ts";
import { shortClip } from "../../support/clips.ts";
import { lookAtPage, twoLooks } from "../../support/browser/example-page.ts";
import { openOneFilePage } from "../../support/browser/one-file-page.ts";
import { readVideo } from "../../support/read-video.ts";
import { watchPage } from "../../support/browser/watch-page.ts";

const chromium = inject("chromium");
const pages = [
  "page",
  "rxjsPipelinePage",
  "liveCameraPage",
  "surveillanceWallPage",
  "ownCameraPage",
  "elementPage",
] as const;
const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
};

describe.skipIf(chromium === "")("where something is missing", () => {
  /** Opens a built page under any address, as if a server were there. */
  const open = async (folder: string, origin: string, lose?: string) => {
    const opened = await openContext(chromium, { context: { viewport: { width: 1280, height: 900 } } });
    const page = await opened.context.newPage();
    await page.route(`${origin}/**`, async (route) => {
      const path = new URL(route.request().url()).pathname;
      const file = join(dirname(folder), path.endsWith("/") ? `${path}index.html` : path);
      await route.fulfill({ body: await readFile(file), contentType: types[extname(file)] ?? "video/mp4" });
    });
    if (lose !== undefined)
      await page.addInitScript((name) => Reflect.deleteProperty(globalThis, name), lose);
    const { errors } = watchPage(page, origin);
    await page.goto(`${origin}/${basename(folder)}/`);
    return { page, errors, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() };
  };

  it.each(pages)("%s says that an insecure address is, and takes no file", async (key) => {
    await using opened = await open(inject(key), "http://camera.test");
    const { page, errors } = opened;
    await page.waitForSelector("body[data-state=unsupported]");
    const told = await page.locator("[data-view=unsupported]").innerText();
    expect(told).toMatch(/opened over an insecure address/);
    expect(told).toMatch(/https:\/\/, or .* http:\/\/localhost/);
    expect(told).not.toMatch(/bug|crypto|function|undefined/);
    expect(await page.getByRole("button").count()).toBe(0);
    const picker = page.locator("#file");
    if ((await picker.count()) > 0) await picker.setInputFiles(shortClip);
    expect(await page.locator("body").getAttribute("data-state")).toBe("unsupported");
    expect(await lookAtPage(page, `insecure-${key}`, twoLooks)).toEqual([]);
    expect(errors).toEqual([]);
  });

  it.each([
    ["VideoDecoder", /does not let pages decode and encode videos .*Chrome or Edge 116, Firefox 130/s],
    ["VideoFrame", /does not let pages decode and encode videos .*Chrome or Edge 116, Firefox 130/s],
    ["WebAssembly", /WebAssembly switched off.*Lockdown Mode/s],
  ])("a browser without %s is told, with what has it", async (lost, words) => {
    await using opened = await open(inject("page"), "https://camera.test", lost);
    const { page, errors } = opened;
    await page.waitForSelector("body[data-state=unsupported]");
    expect(await page.locator("[data-view=unsupported]").innerText()).toMatch(words);
    expect(errors).toEqual([]);
  });

  it("what is there is not complained of; one processor core is", async () => {
    await using opened = await open(inject("page"), "https://camera.test");
    const { page, errors } = opened;
    await page.getByText("one processor core only").waitFor();
    expect(await page.locator("body").getAttribute("data-state")).toBe("empty");
    expect(errors).toEqual([]);
  });
});

test.skipIf(chromium === "")("where the browser has no encoder for H.264, FFmpeg's writes it", async () => {
  await using opened = await openOneFilePage({ chromium, page: inject("page") });
  const { page, errors } = opened;
  const lose = `{
    const asked = VideoEncoder.isConfigSupported.bind(VideoEncoder);
    VideoEncoder.isConfigSupported = async (config) =>
      /^avc/.test(config.codec) ? { supported: false, config } : asked(config);
  }`;
  const changed: string[] = [];
  await page.context().route(/\/worker-[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    changed.push(route.request().url());
    await route.fulfill({ response, body: lose + (await response.text()) });
  });
  await opened.choose(shortClip);
  await opened.pick("fastest");
  await opened.pickMore("codec", "avc");
  await opened.start();
  await opened.waitFor("done");
  expect(changed).toHaveLength(1);
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator("#save").click()]);
  const video = await readVideo(new Uint8Array(await readFile(await download.path())));
  expect([video.codec, video.width, video.height, video.timestamps.length]).toEqual(["avc", 480, 320, 13]);
  expect(errors).toEqual([]);
});
