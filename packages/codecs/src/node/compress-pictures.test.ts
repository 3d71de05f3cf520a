import { describe, expect, it, test } from "vitest";
import type { I420Picture } from "./compress-pictures.ts";
import { compressPictures } from "./compress-pictures.ts";
import { compressionCodecs } from "./compression-codecs.ts";

/** A textured picture that moves to the right, one pixel a picture. */
function movingPictures(width: number, height: number, count: number): readonly I420Picture[] {
  return Array.from({ length: count }, (_, time) => {
    const chroma = Math.ceil(width / 2) * Math.ceil(height / 2);
    const data = new Uint8Array(width * height + 2 * chroma).fill(120);
    for (let i = 0; i < width * height; i++) {
      const [x, y] = [(i % width) - time, Math.floor(i / width)];
      data[i] = 126 + 50 * Math.sin(x / 2) * Math.cos(y / 3) + 40 * Math.sin((x + 2 * y) / 17);
    }
    return { width, height, data };
  });
}

/** Mean difference of luma, in levels. */
function difference(a: I420Picture, b: I420Picture): number {
  let sum = 0;
  for (let i = 0; i < a.width * a.height; i++) sum += Math.abs(a.data[i]! - b.data[i]!);
  return sum / (a.width * a.height);
}

const pictures = movingPictures(75, 57, 5);

describe.each(compressionCodecs)("%s", (codec) => {
  it("gives every picture back, in order, in place, and worse at a higher quantizer", async () => {
    const fine = await compressPictures(pictures, { codec, quantizer: 4 });
    const coarse = await compressPictures(pictures, { codec, quantizer: 30 });
    expect(fine.length).toBe(5);
    for (const [index, picture] of pictures.entries()) {
      expect(fine[index]).toMatchObject({ width: 75, height: 57 });
      const seen = pictures.map((other) => difference(fine[index]!, other));
      expect(Math.min(...seen)).toBe(seen[index]);
      expect(seen[index]).toBeLessThan(6);
      expect(difference(coarse[index]!, picture)).toBeGreaterThan(1.5 * seen[index]!);
    }
    // chroma is flat and comes back flat
    expect(Math.abs(fine[2]!.data[75 * 57 + 300]! - 120)).toBeLessThanOrEqual(2);
  });

  it("gives the same for the same, and takes a single small picture", async () => {
    const [single] = movingPictures(16, 18, 1);
    const once = await compressPictures([single!], { codec, quantizer: 25 });
    expect(once.length).toBe(1);
    expect(await compressPictures([single!], { codec, quantizer: 25 })).toEqual(once);
  });
});

test("refuses pictures of different sizes, of wrong length, and options that do not exist", async () => {
  const [first] = pictures;
  const other = movingPictures(64, 48, 1);
  const options = { codec: "avc", quantizer: 23 } as const;
  await expect(compressPictures([...pictures, ...other], options)).rejects.toThrow("pictures must be");
  await expect(compressPictures([{ ...first!, data: new Uint8Array(9) }], options)).rejects.toThrow("I420");
  await expect(compressPictures(pictures, { ...options, quantizer: 99 })).rejects.toMatchObject({
    code: "invalid-option",
  });
  expect(await compressPictures([], options)).toEqual([]);
});

test("tells of every packet, the first of them a key", async () => {
  const packets: (readonly [bytes: number, isKey: boolean])[] = [];
  const onPacket = (bytes: number, isKey: boolean): void => void packets.push([bytes, isKey]);
  await compressPictures(pictures, { codec: "avc", quantizer: 23, onPacket });
  expect(packets.map(([, isKey]) => isKey)).toEqual([true, false, false, false, false]);
  expect(packets[0]![0]).toBeGreaterThan(Math.max(...packets.slice(1).map(([bytes]) => bytes)));
});

test("an abort rethrows its reason untouched", async () => {
  const reason = new Error("enough");
  const options = { codec: "avc", quantizer: 23, signal: AbortSignal.abort(reason) } as const;
  await expect(compressPictures(pictures, options)).rejects.toBe(reason);
});
