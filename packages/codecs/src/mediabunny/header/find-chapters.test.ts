import { expect, test } from "vitest";
import { hasChapters } from "./find-chapters.ts";

const find = (data: readonly number[]): Promise<boolean> =>
  hasChapters({ size: data.length, read: async (start, end) => Uint8Array.from(data).slice(start, end) });

const box = (type: string, ...content: readonly number[]): readonly number[] => {
  const name = new TextEncoder().encode(type);
  return [0, 0, 0, content.length + 8, ...name, ...content];
};

const element = (id: readonly number[], ...content: readonly number[]): readonly number[] => {
  return [...id, 0x80 + content.length, ...content];
};

const ebml = element([0x1a, 0x45, 0xdf, 0xa3], 1, 2, 3, 4, 5, 6);
const cluster = element([0x1f, 0x43, 0xb6, 0x75], 9, 9, 9);
const chapters = element([0x10, 0x43, 0xa7, 0x70], 1);
const segment = [0x18, 0x53, 0x80, 0x67];

test("an MP4's chapters are found in both places they may be", async () => {
  const file = (...moov: readonly number[]): readonly number[] => [
    ...box("ftyp", 1, 2, 3, 4),
    ...box("moov", ...moov),
  ];
  const header = box("mvhd", 1, 2, 3);
  expect(await find(file(...header, ...box("udta", ...box("meta", 1), ...box("chpl", 1))))).toBe(true);
  expect(await find(file(...header, ...box("trak", ...box("tref", ...box("chap", 0, 0, 0, 3)))))).toBe(true);
  expect(await find(file(...header, ...box("udta", ...box("meta", 1))))).toBe(false);
  expect(await find(file(...box("free", ...box("chpl", 1))))).toBe(false);
});

test("Matroska's are found before and behind the clusters, also in a live file", async () => {
  const unknown = [0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
  expect(await find([...ebml, ...element(segment, ...chapters, ...cluster)])).toBe(true);
  expect(await find([...ebml, ...element(segment, ...cluster, ...chapters)])).toBe(true);
  expect(await find([...ebml, ...segment, ...unknown, ...cluster, ...chapters])).toBe(true);
  expect(await find([...ebml, ...element(segment, ...cluster)])).toBe(false);
});

test("what is neither is not searched", async () => {
  expect(await find([])).toBe(false);
  expect(await find(Array.from({ length: 100 }, (_, index) => index))).toBe(false);
});
