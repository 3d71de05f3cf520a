/** A real clip as Chromium's fake camera reads it. */

import { mkdir, writeFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { openContext } from "./chromium.ts";
import { serveFolder } from "./serve-folder.ts";

/** Writes a clip's first pictures as Motion JPEG, one JPEG after another, encoded by Chromium itself. */
export async function writeCameraClip(chromium: string, clip: string, to: string): Promise<void> {
  await using server = await serveFolder(dirname(clip));
  await using opened = await openContext(chromium);
  const page = await opened.context.newPage();
  // a page that is the video, and so may read its pixels
  await page.goto(`${server.url}/${basename(clip)}`);
  const pictures = await page.evaluate(async () => {
    const video = document.querySelector("video")!;
    video.pause();
    const { videoWidth: width, videoHeight: height } = video;
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const context = canvas.getContext("2d")!;
    const jpegs: string[] = [];
    for (let index = 0; index < 40; index++) {
      const there = new Promise((resolve) => video.addEventListener("seeked", resolve, { once: true }));
      video.currentTime = (index + 0.5) / 25;
      await there;
      context.drawImage(video, 0, 0);
      jpegs.push(canvas.toDataURL("image/jpeg", 0.9));
    }
    return jpegs;
  });
  const bytes = pictures.map((picture) => Buffer.from(picture.slice(picture.indexOf(",") + 1), "base64"));
  await mkdir(dirname(to), { recursive: true });
  await writeFile(to, Buffer.concat(bytes));
}
