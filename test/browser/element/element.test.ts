/** The web element in a real page. */

import { fileURLToPath } from "node:url";
import { describe, expect, inject, it } from "vitest";
import { serveFolder } from "../../support/browser/serve-folder.ts";
import type { ServedPage } from "../../support/browser/served-page.ts";
import { openServedPage } from "../../support/browser/served-page.ts";
import type { Seen, Wanted } from "../pages/element/main.ts";

const chromium = inject("chromium");
const clips = fileURLToPath(new URL("../../../examples/clips", import.meta.url));
const pictures = fileURLToPath(new URL("../../.output/element", import.meta.url));

interface Opened extends AsyncDisposable {
  readonly served: ServedPage;
  put(wanted?: Wanted): Promise<unknown>;
  act(name: string): Promise<unknown>;
  look(): Promise<Seen>;
  /** Looks until what is seen is so. */
  until(wanted: Partial<Seen>): Promise<Seen>;
}

async function open(): Promise<Opened> {
  const served = await openServedPage(chromium, "element", "put");
  const look = (): Promise<Seen> => served.call<Seen>("look");
  return {
    served,
    look,
    put: (wanted = {}) => served.call("put", wanted),
    act: (name) => served.call("act", name),
    until: async (wanted) => {
      await expect.poll(look, { timeout: 30_000 }).toMatchObject(wanted);
      return look();
    },
    [Symbol.asyncDispose]: () => served[Symbol.asyncDispose](),
  };
}

describe.skipIf(chromium === "")("<tatami-video>", () => {
  it("shows the larger picture beside the plain one, with a model of its own", async () => {
    await using opened = await open();
    const { page } = opened.served;
    await page.setViewportSize({ width: 1280, height: 720 });
    await opened.put({ upscaler: "none", attributes: { compare: "", debug: "" } });
    const seen = await opened.until({
      state: "upscaling",
      picture: "640×360",
      isLarger: true,
      isSplit: true,
    });
    expect(seen.states).toEqual(["loading", "upscaling"]);
    expect(seen.status).toMatch(/^320×180 → 640×360, m5-x2 on WebAssembly/);
    expect(seen.isStatusShown).toBe(true);
    // off the page's thread
    expect(page.workers().map((worker) => worker.url())).toContainEqual(
      expect.stringMatching(/engine-worker/),
    );
    const [left, right] = await opened.served.call<[number, number]>("halves");
    // left is the video as the browser enlarges it, right is not
    expect(left).toBeLessThan(1);
    expect(right).toBeGreaterThan(1.5 * left);
    await page.screenshot({ path: `${pictures}/compare-1280.png` });
    await page.setViewportSize({ width: 390, height: 700 });
    await page.screenshot({ path: `${pictures}/compare-390.png` });
    await opened.act("remove");
    await expect.poll(() => page.workers().length).toBe(0);
  });

  it("has a strength that is live while it stands, and takes other numbers for the nearest", async () => {
    await using opened = await open();
    await opened.put({ upscaler: "none", attributes: { strength: "0" } });
    await opened.until({ state: "upscaling", isLarger: true });
    const difference = async (): Promise<number> =>
      Math.max(...(await opened.served.call<[number, number]>("halves")));
    const filtered = await difference();
    const set = (strength: unknown): Promise<number> => opened.served.call<number>("setStrength", strength);
    const made = (await opened.look()).framesOut;
    expect(await set(1.5)).toBe(1.5);
    await expect.poll(async () => (await opened.look()).framesOut).toBeGreaterThan(made);
    // what the network adds to the filter, half as much again
    await expect.poll(difference).toBeGreaterThan(1.5 * filtered);
    expect(await set("0")).toBe(0);
    await expect.poll(difference).toBeCloseTo(filtered, 2);
    for (const [given, taken] of [
      [7, 1.5],
      [-1, 0],
      ["much", 1],
    ])
      expect(await set(given)).toBe(taken);
    expect((await opened.look()).states).toEqual(["loading", "upscaling"]);
  });

  it("plays, pauses, seeks, compares and fills the screen, by button and by key", async () => {
    await using opened = await open();
    const { page } = opened.served;
    await opened.put();
    await opened.until({ state: "upscaling" });
    await page.getByRole("button", { name: "Play" }).click();
    await expect.poll(async () => (await opened.look()).framesOut).toBeGreaterThan(5);
    expect((await opened.look()).isPaused).toBe(false);
    await page.getByRole("button", { name: "Pause" }).click();
    await opened.until({ isPaused: true });
    await page.locator("tatami-video").focus();
    await page.keyboard.press("c");
    await opened.until({ isSplit: true });
    await page.getByRole("slider", { name: "Before and after" }).focus();
    await page.keyboard.press("ArrowRight");
    expect(await page.getByRole("slider", { name: "Before and after" }).inputValue()).toBe("51");
    await page.keyboard.press(" ");
    await opened.until({ isPaused: false });
    await page.keyboard.press("k");
    await opened.until({ isPaused: true });
    const before = (await opened.look()).framesOut;
    await page.getByRole("slider", { name: "Position" }).fill("1");
    await opened.until({ time: 1 });
    // the frame sought is enlarged though nothing plays
    await expect.poll(async () => (await opened.look()).framesOut).toBeGreaterThan(before);
    await page.getByRole("button", { name: "Compare" }).focus();
    await page.keyboard.press("ArrowLeft");
    await opened.until({ time: 0 });
    await page.getByRole("button", { name: "Unmute" }).click();
    await opened.until({ isMuted: false, volume: 1 });
    await page.getByRole("slider", { name: "Volume" }).fill("0.5");
    await opened.until({ volume: 0.5 });
    await page.locator("tatami-video").focus();
    await page.keyboard.press("ArrowDown");
    await opened.until({ volume: 0.45 });
    await page.keyboard.press("m");
    await opened.until({ isMuted: true });
    await page.getByRole("button", { name: "Full screen" }).click();
    await opened.until({ isFullscreen: true });
    await page.keyboard.press("f");
    await opened.until({ isFullscreen: false });
  });

  it("shows the plain video where nothing can run, and says why", async () => {
    await using opened = await open();
    await opened.put({ upscaler: "failing", attributes: { debug: "" } });
    const seen = await opened.until({ state: "plain", isLarger: false });
    expect(seen.states).toEqual(["loading", "plain: unsupported-environment"]);
    expect(seen.status).toContain("No engine works.");
    await opened.act("play");
    await expect.poll(async () => (await opened.look()).time).toBeGreaterThan(0.2);
    await opened.served.page.screenshot({ path: `${pictures}/plain.png` });

    await using other = await serveFolder(clips);
    await opened.put({ src: `${other.url}/bunny-320x180.mp4`, attributes: { debug: "" } });
    const tainted = await opened.until({ state: "plain" });
    expect(tainted.states.at(-1)).toBe("plain: unsupported-environment");
    expect(tainted.status).toContain("another origin");

    await opened.put({ src: "no-such.mp4" });
    const failed = await opened.until({ state: "failed" });
    expect(failed.states.at(-1)).toBe("failed: unsupported-container");
    expect(failed.announced).toEqual(["The video is not there, or this browser cannot play it."]);
    await opened.served.page.screenshot({ path: `${pictures}/failed.png` });

    await opened.act("takeVideoFrame");
    await opened.put();
    await opened.until({ state: "plain" });
    expect((await opened.look()).open).toBe(0);
  });

  it("shows the plain video while it plays where larger pictures come too slowly, and one while it stands", async () => {
    await using opened = await open();
    await opened.put({ attributes: { "min-rate": "100000", loop: "", debug: "" } });
    await opened.until({ state: "upscaling", isLarger: true });
    await opened.act("play");
    const seen = await opened.until({ state: "slow", isLarger: false, isPaused: false });
    expect(seen.status).toMatch(/^Plain video while it plays: [\d.]+ larger pictures a second/);
    await opened.act("pause");
    await opened.until({ state: "slow", isLarger: true, isPaused: true });
  });

  it("shows no line of figures, and announces none, unless it is asked to", async () => {
    await using opened = await open();
    // however slow the machine is
    await opened.put({ attributes: { autoplay: "", loop: "", "min-rate": "0" } });
    await opened.until({ state: "upscaling", isStatusShown: false, status: "", announced: [""] });
    await expect.poll(async () => (await opened.look()).framesOut).toBeGreaterThan(4);
    await opened.served.page.screenshot({ path: `${pictures}/playing.png` });
    expect(await opened.look()).toMatchObject({ isStatusShown: false, status: "", announced: [""] });
    await opened.act("debug");
    await opened.until({ isStatusShown: true, announced: [""] });
    expect((await opened.look()).status).toMatch(/^320×180 → 640×360/);
  });

  it.each([
    ["a live stream", "stream", "320×180", "Live"],
    ["what a script feeds by Media Source Extensions", "media-source", "640×360", "0:00 / 0:02"],
  ] as const)("enlarges %s", async (_what, fed, picture, clock) => {
    await using opened = await open();
    await opened.put({ fed, attributes: { "min-rate": "0" } });
    await opened.until({ state: "upscaling", picture, isLarger: true, clock });
    expect((await opened.look()).states).toEqual(["loading", "upscaling"]);
    await opened.served.page.screenshot({ path: `${pictures}/${fed}.png` });
    await opened.act("unfeed");
    await opened.until({ state: "empty", made: 1, disposed: 1, open: 0 });
    await opened.act("remove");
  });

  it("shows no frame of a video that has been taken away, and does not take its place for work", async () => {
    await using opened = await open();
    await opened.put({ attributes: { autoplay: "", loop: "" } });
    await opened.until({ state: "upscaling", isLarger: true });
    await opened.act("hold");
    const { framesOut } = await opened.look();
    await opened.act("spoil");
    await opened.until({ state: "failed", isLarger: false });
    await opened.act("letGo");
    expect(await opened.look()).toMatchObject({ state: "failed", isLarger: false });
    expect((await opened.look()).framesOut).toBeLessThanOrEqual(framesOut + 1);
    await opened.act("remove");
    await opened.until({ disposed: 1, open: 0 });
  });

  it("keeps its engine when it is moved, and frees everything when it is taken out", async () => {
    await using opened = await open();
    await opened.put({ attributes: { autoplay: "", loop: "" } });
    await opened.until({ state: "upscaling", made: 1 });
    await opened.act("move");
    await expect.poll(async () => (await opened.look()).framesOut).toBeGreaterThan(4);
    expect(await opened.look()).toMatchObject({ made: 1, disposed: 0 });
    await opened.act("remove");
    await opened.until({ state: "empty", made: 1, disposed: 1, open: 0, isPaused: true });
  });
});
