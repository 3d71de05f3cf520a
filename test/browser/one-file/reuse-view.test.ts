import { describe, expect, inject, it } from "vitest";
import { bunnyClip } from "../../support/clips.ts";
import { openOneFilePage } from "../../support/browser/one-file-page.ts";

const chromium = inject("chromium");

describe.skipIf(chromium === "")("what the page shows of reuse", () => {
  it("how many patches were taken over, and, when asked to, which", async () => {
    await using opened = await openOneFilePage({ chromium, page: inject("page") });
    const { page, errors } = opened;
    await opened.choose(bunnyClip);
    await opened.pickMore("network", "m5-x2");
    await opened.pickMore("reuse", "bounded");
    await page.locator("#tint").check();
    await opened.start();
    await page.waitForFunction(() => /^\d+ %$/.test(document.querySelector("#reused")!.textContent));
    await opened.waitFor("done");
    await page.getByText("How it was made").click();
    const patches = await page.locator("#how").textContent();
    const reused = Number(/Patches(\d+) of \d+ taken over/.exec(patches!)?.[1]);
    expect(reused).toBeGreaterThan(0);

    const yellower = await page.evaluate(async () => {
      const leastBlue = async (video: HTMLVideoElement): Promise<number> => {
        let most = -Infinity;
        for (let time = 0.02; time < 2.4; time += 0.2) {
          video.pause();
          const there = new Promise((resolve) => video.addEventListener("seeked", resolve, { once: true }));
          video.currentTime = time;
          await there;
          const canvas = new OffscreenCanvas(64, 36).getContext("2d", { willReadFrequently: true })!;
          canvas.drawImage(video, 0, 0, 64, 36);
          const { data } = canvas.getImageData(0, 0, 64, 36);
          let sum = 0;
          for (let at = 0; at < data.length; at += 4) sum += (data[at]! + data[at + 1]!) / 2 - data[at + 2]!;
          most = Math.max(most, (4 * sum) / data.length);
        }
        return most;
      };
      const [before, after] = ["before", "after"].map((name) =>
        document.querySelector<HTMLVideoElement>(`#comparison video.${name}`)!,
      );
      return (await leastBlue(after!)) - (await leastBlue(before!));
    });
    expect(yellower).toBeGreaterThan(3);
    expect(errors).toEqual([]);
  });
});
