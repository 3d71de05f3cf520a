import { expect, test } from "vitest";
import { findCut } from "./find-cut.ts";

const bytesOf = (data: readonly number[]) => ({
  size: data.length,
  read: async (start: number, end: number) => Uint8Array.from(data).slice(start, end),
});

const ebmlHeader = [0x1a, 0x45, 0xdf, 0xa3, 0x84, 1, 2, 3, 4];
const segmentId = [0x18, 0x53, 0x80, 0x67];

const matroska = (size: readonly number[], content: number): readonly number[] => [
  ...ebmlHeader,
  ...segmentId,
  ...size,
  ...Array.from({ length: content }, () => 0),
];

const box = (type: string, length: number, present = length): readonly number[] => [
  0,
  0,
  0,
  length,
  ...new TextEncoder().encode(type),
  ...Array.from({ length: present - 8 }, () => 0),
];

test("a Matroska segment that is all there is whole, and one byte less is a cut", async () => {
  expect(await findCut(bytesOf(matroska([0x40, 30], 30)))).toBeUndefined();
  expect(await findCut(bytesOf(matroska([0x40, 30], 29)))).toEqual({ size: 44, declared: 45 });
});

test("a live Matroska file does not say how long it is", async () => {
  expect(
    await findCut(bytesOf(matroska([0x01, ...Array.from({ length: 7 }, () => 0xff)], 9))),
  ).toBeUndefined();
});

test("a fragment that reaches beyond the end is a cut; without fragments the index tells", async () => {
  const start = [...box("ftyp", 16), ...box("moov", 20)];
  expect(await findCut(bytesOf([...start, ...box("moof", 24), ...box("mdat", 40)]))).toBeUndefined();
  expect(await findCut(bytesOf([...start, ...box("moof", 24), ...box("mdat", 40, 30)]))).toEqual({
    size: 90,
    declared: 100,
  });
  expect(await findCut(bytesOf([...start, ...box("mdat", 40, 30)]))).toBeUndefined();
});

test("an AVI that ends before its header says, and one that does not", async () => {
  const avi = new Uint8Array(64);
  avi.set(new TextEncoder().encode("RIFF"));
  const view = new DataView(avi.buffer);
  view.setUint32(4, 56, true);
  expect(await findCut(bytesOf([...avi]))).toBeUndefined();
  view.setUint32(4, 100, true);
  expect(await findCut(bytesOf([...avi]))).toEqual({ size: 64, declared: 108 });
  view.setUint32(4, 0, true);
  expect(await findCut(bytesOf([...avi]))).toBeUndefined();
});
