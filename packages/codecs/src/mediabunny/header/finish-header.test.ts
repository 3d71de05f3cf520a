import { expect, test } from "vitest";
import { applyPatches, finishHeader } from "./finish-header.ts";
import type { HeaderFacts } from "./finish-header.ts";

const facts: HeaderFacts = {
  container: "mp4",
  color: { primaries: null, transfer: "bt470bg", matrix: "fcc", fullRange: null },
  createdAt: Date.UTC(2021, 5, 5, 4, 3, 2),
  tracksCreatedAt: [undefined],
};

const box = (type: string, ...content: readonly number[]): readonly number[] => [
  ...[24, 16, 8, 0].map((shift) => ((content.length + 8) >> shift) & 255),
  ...new TextEncoder().encode(type),
  ...content,
];
const full = (seconds: number, more: number): readonly number[] => {
  const time = [24, 16, 8, 0].map((shift) => (seconds >>> shift) & 255);
  return [0, 0, 0, 0, ...time, ...time, ...Array.from({ length: more }, () => 7)];
};
const now = 3_900_000_000;

function finished(header: readonly number[], more: Partial<HeaderFacts> = {}): Uint8Array {
  const bytes = Uint8Array.from(header);
  applyPatches(bytes, 0, finishHeader(Uint8Array.from(header), 0, { ...facts, ...more }));
  return bytes;
}

test("an MP4's dates and colours are put in their places, and nothing else is touched", () => {
  const nclx = [...new TextEncoder().encode("nclx"), 0, 2, 0, 2, 0, 2, 0];
  const entry = box("avc1", ...Array.from({ length: 78 }, () => 9), ...box("colr", ...nclx));
  const stsd = box("stsd", 0, 0, 0, 0, 0, 0, 0, 1, ...entry);
  const header = box(
    "moov",
    ...box("mvhd", ...full(now, 12)),
    ...box(
      "trak",
      ...box("tkhd", ...full(now, 12)),
      ...box("mdia", ...box("mdhd", ...full(now, 8)), ...box("minf", ...box("stbl", ...stsd))),
    ),
  );
  const bytes = finished(header);
  const view = new DataView(bytes.buffer);
  expect(view.getUint32(8 + 8 + 4)).toBe(Date.UTC(2021, 5, 5, 4, 3, 2) / 1000 + 2_082_844_800);
  const text = new TextDecoder("latin1").decode(bytes);
  // a track whose date nothing states has none
  expect(view.getUint32(text.indexOf("tkhd") + 8)).toBe(0);
  const at = text.indexOf("nclx") + 4;
  expect([0, 2, 4].map((offset) => view.getUint16(at + offset))).toEqual([2, 5, 4]);
  expect(bytes.filter((byte, index) => byte !== header[index]).length).toBeLessThan(40);
  expect(bytes.length).toBe(header.length);
});

const element = (id: readonly number[], ...content: readonly number[]): readonly number[] => [
  ...id,
  0x80 + content.length,
  ...content,
];

test("a Matroska file gets its date, and its tags no level by name", () => {
  const name = new TextEncoder().encode("Mediabunny v1.61.0");
  const header = element(
    [0x18, 0x53, 0x80, 0x67],
    ...element([0x15, 0x49, 0xa9, 0x66], ...element([0x57, 0x41], ...name)),
    ...element(
      [0x12, 0x54, 0xc3, 0x67],
      ...element(
        [0x73, 0x73],
        ...element([0x63, 0xc0], ...element([0x63, 0xca], ...new TextEncoder().encode("MOVIE"))),
      ),
    ),
  );
  const text = new TextDecoder("latin1").decode(finished(header, { container: "mkv" }));
  expect(text).toContain("Tatami\u0044\u0061\u0088");
  expect(text).not.toContain("\u0063\u00ca");
  expect(text.length).toBe(header.length);
});

test("patches reach into pieces that hold a part of them", () => {
  const piece = new Uint8Array(4);
  applyPatches(piece, 10, [{ position: 8, bytes: Uint8Array.of(1, 2, 3, 4) }]);
  expect([...piece]).toEqual([3, 4, 0, 0]);
});
