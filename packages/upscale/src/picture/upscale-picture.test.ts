import type { ModelChooser } from "@tatami/graph";
import { createFrame, createPlane, frameLedger } from "@tatami/core";
import { afterEach, expect, test } from "vitest";
import { seededSesr } from "../testing/models.ts";
import { createUpscaler } from "../upscaler.ts";
import type { RgbaPicture } from "./read-picture.ts";
import { upscalePicture } from "./upscale-picture.ts";

const model = seededSesr();
const backends = ["cpu"] as const;
const [width, height] = [14, 10];
afterEach(() => expect(frameLedger.open).toBe(0));

function pictureOf(pixel: (x: number, y: number) => readonly [number, number, number, number]): RgbaPicture {
  const data = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i++) data.set(pixel(i % width, Math.floor(i / width)), 4 * i);
  return { width, height, data };
}

test("a grey picture's luma is what the upscaler makes of it, in every colour", async () => {
  const grey = pictureOf((x, y) => [8 * x + 7 * y + 20, 8 * x + 7 * y + 20, 8 * x + 7 * y + 20, 255]);
  const before = grey.data.slice();
  await using upscaler = await createUpscaler({ model, backends });
  const larger = await upscalePicture(grey, { model: upscaler });
  expect([larger.width, larger.height]).toEqual([2 * width, 2 * height]);
  expect(larger).toMatchObject({ model: model.name, backend: "cpu" });
  const luma = createPlane({ width, height });
  luma.data.forEach((_, i) => (luma.data[i] = grey.data[4 * i]!));
  const chroma = createPlane({ width: width / 2, height: height / 2 });
  const color = { primaries: null, transfer: null, matrix: null, fullRange: true };
  const frame = await upscaler.frame(
    createFrame({ luma, chroma: [chroma, chroma] }, { timestamp: 0, color }),
  );
  const known = (await frame.planes()).luma.data;
  known.forEach((value, i) => {
    for (let channel = 0; channel < 3; channel++)
      expect(Math.abs(larger.data[4 * i + channel]! - value)).toBeLessThanOrEqual(1);
    expect(larger.data[4 * i + 3]).toBe(255);
  });
  frame.close();
  expect(grey.data).toEqual(before);
});

test("colours keep to themselves, alpha is enlarged, and any size can be asked for", async () => {
  const halves = pictureOf((x) => (x < width / 2 ? [250, 10, 10, 0] : [10, 10, 250, 255]));
  const plain = await upscalePicture(halves, { model, backends, strength: 0 });
  const at = (x: number) => [...plain.data.subarray(4 * (width * 2 * 10 + x), 4 * (width * 2 * 10 + x) + 4)];
  expect(at(3)).toEqual([250, 10, 10, 0]);
  expect(at(24)).toEqual([10, 10, 250, 255]);
  const sized = await upscalePicture(halves, { model, backends, size: "1.5x" });
  expect([sized.width, sized.height, sized.data.length]).toEqual([22, 16, 22 * 16 * 4]);
  await expect(upscalePicture(halves, { model, backends, size: "3x" })).rejects.toMatchObject({
    code: "invalid-option",
  });
});

test("a chooser looks at the picture; files, wrong pixels and aborts", async () => {
  const looked: number[] = [];
  const chooser: ModelChooser = {
    scale: 2,
    choose: async ({ frames, measures }) => {
      looked.push(frames, measures.noise);
      return { model, strength: 0.5, denoise: 0, look: "faithful", reuse: "exact", sentence: "clean" };
    },
  };
  const flat = pictureOf(() => [100, 120, 140, 255]);
  const chosen = await upscalePicture(flat, { model: chooser, backends });
  expect(chosen.choice).toMatchObject({ sentence: "clean", strength: 0.5 });
  expect(looked[0]).toBe(1);

  const { default: sharp } = await import("sharp");
  const png = await sharp(flat.data, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer();
  const fromFile = await upscalePicture(new Uint8Array(png), { model, backends });
  const fromPixels = await upscalePicture(flat, { model, backends });
  expect(fromFile.data).toEqual(fromPixels.data);
  await expect(upscalePicture(new Uint8Array(20), { model, backends })).rejects.toMatchObject({
    code: "damaged-input",
  });
  for (const wrong of [undefined, "picture.png", {}, { ...flat, width: 9 }])
    await expect(upscalePicture(wrong as never, { model, backends })).rejects.toMatchObject({
      code: "invalid-option",
    });
  const reason = new Error("enough");
  const aborted = upscalePicture(flat, { model, backends, signal: AbortSignal.abort(reason) });
  await expect(aborted).rejects.toBe(reason);
});
