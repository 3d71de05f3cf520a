import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeDriver } from "@tatami/codecs/node";
import type { Frame } from "@tatami/core";
import { createFrame, createPlane, frameLedger } from "@tatami/core";
import type { ModelChooser } from "@tatami/graph";
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { upscalePicture } from "../picture/upscale-picture.ts";
import { plan } from "../plan.ts";
import { framesMd5, makeMovingBlock } from "../testing/moving-block.ts";
import { nearestModel, seededSesr } from "../testing/models.ts";
import { createSyntheticDriver } from "../testing/synthetic-driver.ts";
import { upscale } from "../upscale.ts";
import { createUpscaler } from "../upscaler.ts";
import { inARow } from "./in-a-row.ts";

const backends = ["cpu"] as const;
const [two, four] = [seededSesr(2), seededSesr(4, 2)];
const small = { width: 12, height: 10 };

beforeEach(() => frameLedger.reset());
afterEach(() => expect(frameLedger.open).toBe(0));

function frameAt(index: number): Frame {
  const luma = createPlane(small);
  luma.data.forEach((_, at) => (luma.data[at] = (at * 7 + index * 13) % 200));
  const chroma = createPlane({ width: 6, height: 5 });
  return createFrame({ luma, chroma: [chroma, chroma] }, { timestamp: index });
}

async function* three(): AsyncGenerator<Frame> {
  for (let index = 0; index < 3; index++) yield frameAt(index);
}

test("two in a row give what the second makes of what the first has made, as a stream and frame by frame", async () => {
  await using first = await createUpscaler({ model: two, backends });
  await using second = await createUpscaler({ model: four, backends });
  const row = inARow(first, second);
  expect([row.scale, row.model.name, row.second?.name]).toEqual([8, two.name, four.name]);
  expect(row.macsPerFrame(small)).toBe(
    first.macsPerFrame(small) + second.macsPerFrame({ width: 24, height: 20 }),
  );
  let index = 0;
  for await (const larger of row.frames(three())) {
    const byHand = await second.frame(await first.frame(frameAt(index)));
    const alone = await row.frame(frameAt(index));
    const { luma, chroma } = await larger.planes();
    expect(larger.size).toEqual({ width: 96, height: 80 });
    for (const other of [byHand, alone]) {
      const planes = await other.planes();
      expect(planes.luma.data).toEqual(luma.data);
      expect(planes.chroma.map(({ data }) => data)).toEqual(chroma.map(({ data }) => data));
      other.close();
    }
    expect(larger.timestamp).toBe(index++);
    larger.close();
  }
  expect(index).toBe(3);
});

describe("a size beyond one network", () => {
  it("is reached by the smallest two that a chooser has, then made smaller; what one reaches needs no second", async () => {
    const asked: string[] = [];
    const chooser = (scale: number): ModelChooser => ({
      scale,
      at: chooser,
      choose: async () => {
        asked.push(`chose ${scale}`);
        return {
          model: scale === 2 ? two : four,
          strength: 1,
          denoise: 0,
          look: "faithful",
          reuse: "exact",
          sentence: "",
        };
      },
      follow: async (further) => {
        asked.push(`followed by ${further}`);
        return four;
      },
    });
    for (const [size, width, steps, model] of [
      ["2x", 24, ["chose 2"], two.name],
      ["3x", 36, ["chose 4"], four.name],
      ["6x", 72, ["chose 2", "followed by 4"], `${two.name} then ${four.name}`],
      ["8x", 96, ["chose 2", "followed by 4"], `${two.name} then ${four.name}`],
    ] as const) {
      asked.length = 0;
      const driver = createSyntheticDriver({ ...small, frames: 3 });
      const options = { model: chooser(2), backends, codecs: [driver], size };
      expect(await plan("synthetic", options)).toMatchObject({ model, output: { width } });
      expect(asked).toEqual(steps);
      const report = await upscale("synthetic", options);
      expect(report).toMatchObject({ frames: 3, model });
      expect(driver.written.map((frame) => frame.size.width)).toEqual([width, width, width]);
      expect(driver.held).toBe(0);
    }
    const driver = createSyntheticDriver({ ...small, frames: 1 });
    const much = upscale("synthetic", { model: chooser(2), codecs: [driver], size: "9x" });
    await expect(much).rejects.toMatchObject({
      code: "invalid-option",
      message: expect.stringContaining("more than 8 times"),
    });
  });

  it("is reached by a second network that is named, beside a model and beside an upscaler that is shared", async () => {
    await using shared = await createUpscaler({ model: two, backends });
    for (const model of [two, shared]) {
      const driver = createSyntheticDriver({ ...small, frames: 2 });
      const report = await upscale("synthetic", {
        model,
        ...(model === two && { backends }),
        codecs: [driver],
        second: async () => two,
        size: "3.5x",
      });
      expect(report).toMatchObject({ output: { width: 42 }, scale: 4, second: two.name });
    }
    const driver = createSyntheticDriver({ ...small, frames: 1 });
    const whole = await upscale("synthetic", { model: shared, codecs: [driver], second: four });
    expect(whole.output).toEqual({ width: 96, height: 80 });
    // the shared one is left open
    (await shared.frame(frameAt(0))).close();
  });

  it("is refused with what would do where nothing reaches it", async () => {
    const driver = createSyntheticDriver({ ...small, frames: 1 });
    const common = { model: two, backends, codecs: [driver] };
    await expect(upscale("synthetic", { ...common, size: "6x" })).rejects.toMatchObject({
      code: "invalid-option",
      fix: expect.stringContaining("--second"),
    });
    await expect(upscale("synthetic", { ...common, second: two, size: "6x" })).rejects.toMatchObject({
      code: "invalid-option",
      message: expect.stringContaining("scale 4"),
    });
    await using local = await createUpscaler({ model: two, backends });
    const { another: _, ...remote } = local;
    await expect(
      upscale("synthetic", { model: remote, codecs: [driver], second: four, size: "6x" }),
    ).rejects.toMatchObject({ code: "invalid-option", message: expect.stringContaining("worker") });
    expect(driver.held).toBe(0);
  });

  it("is a picture's, too", async () => {
    const data = Uint8Array.from({ length: 4 * 120 }, (_, at) => (at % 4 === 3 ? 255 : (at * 5) % 250));
    const larger = await upscalePicture(
      { ...small, data },
      { model: two, backends, second: four, size: "6x" },
    );
    expect(larger).toMatchObject({ width: 72, height: 60, model: `${two.name} then ${four.name}` });
  });

  it("is gone on with: segments depend on both networks", { timeout: 60_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), "tatami-row-"));
    try {
      const clip = join(folder, "clip.mp4");
      await makeMovingBlock(clip);
      const stop = new AbortController();
      const options = {
        model: nearestModel(),
        second: nearestModel(),
        size: "3x",
        backends,
        codecs: [nodeDriver()],
        resume: { segmentSeconds: 1, keepOnAbort: true },
      } as const;
      const [straight, broken] = [join(folder, "straight.mp4"), join(folder, "broken.mp4")];
      await upscale(clip, { ...options, output: straight });
      const onProgress = ({ framesDone }: { framesDone: number }): void => {
        if (framesDone >= 40) stop.abort();
      };
      await expect(
        upscale(clip, { ...options, output: broken, signal: stop.signal, onProgress }),
      ).rejects.toMatchObject({ name: "AbortError" });
      const report = await upscale(clip, { ...options, output: broken });
      expect(report.progress.segments).toMatchObject({ kept: 1 });
      expect(await framesMd5(broken)).toEqual(await framesMd5(straight));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
