import { expect, test } from "vitest";
import { readProgramMap } from "./program-map.ts";

/** A packet that begins a section, filled up as it is. */
function packet(pid: number, content: readonly number[]): readonly number[] {
  const head = [0x47, 0x40 | (pid >> 8), pid & 0xff, 0x10, 0];
  return [...head, ...content, ...Array.from({ length: 188 - head.length - content.length }, () => 0xff)];
}

/** A section: its table, five bytes of head, its content and a checksum, which nobody looks at. */
function section(table: number, content: readonly number[]): readonly number[] {
  return [table, 0xb0, 5 + content.length + 4, 0, 1, 0xc1, 0, 0, ...content, 0, 0, 0, 0];
}

const stream = (type: number, pid: number, ...descriptors: readonly number[]): readonly number[] => [
  type,
  0xe0 | (pid >> 8),
  pid & 0xff,
  0xf0,
  descriptors.length,
  ...descriptors,
];
const registered = (name: string): readonly number[] => [5, 4, ...new TextEncoder().encode(name)];

function transportStream(...streams: readonly (readonly number[])[]): Uint8Array {
  const programs = packet(0, section(0, [0, 1, 0xe0 | (0x1000 >> 8), 0]));
  const map = packet(0x1000, section(2, [0xe1, 0, 0xf0, 0, ...streams.flat()]));
  return Uint8Array.from([...programs, ...map, ...packet(0x1fff, [])]);
}

const read = (bytes: Uint8Array) =>
  readProgramMap({ size: bytes.length, read: async (start, end) => bytes.slice(start, end) });

test("streams are listed with what they say they are", async () => {
  const english = [0x0a, 4, ...new TextEncoder().encode("eng"), 0];
  const found = await read(
    transportStream(
      stream(0x1b, 0x100),
      stream(0x11, 0x101, ...english),
      stream(0x06, 0x102, ...registered("Opus")),
      stream(0x06, 0x103, ...registered("KLVA")),
      stream(0x06, 0x104, 0x59, 3, ...new TextEncoder().encode("fra")),
      stream(0x99, 0x105),
    ),
  );
  expect(found?.map(({ id, kind, codec, language }) => [id, kind, codec, language])).toEqual([
    [0x100, "video", "avc", null],
    [0x101, "audio", "aac_latm", "eng"],
    [0x102, "audio", "opus", null],
    [0x103, "data", "klv", null],
    [0x104, "subtitle", "dvb_subtitle", "fra"],
    [0x105, "data", "stream type 0x99", null],
  ]);
});

test("packets with a time in front of them are read too, and what is no transport stream is none", async () => {
  const plain = transportStream(stream(0x1b, 0x100));
  const timed = Uint8Array.from(
    [0, 1, 2].flatMap((index) => [0, 0, 0, index, ...plain.slice(188 * index, 188 * (index + 1))]),
  );
  expect(await read(timed)).toHaveLength(1);
  expect(await read(new Uint8Array(1000))).toBeUndefined();
});
