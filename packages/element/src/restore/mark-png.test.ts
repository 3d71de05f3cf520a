import { crc32, deflateSync } from "node:zlib";
import { inventedNote } from "@tatami/core";
import { expect, test } from "vitest";
import { markPng } from "./mark-png.ts";

/** The chunks of a PNG by their types, sums checked by Node's own. */
function chunksOf(png: Uint8Array): readonly (readonly [type: string, data: Buffer])[] {
  const file = Buffer.from(png);
  const chunks: (readonly [string, Buffer])[] = [];
  for (let at = 8; at < file.length;) {
    const length = file.readUInt32BE(at);
    const body = file.subarray(at + 4, at + 8 + length);
    expect(file.readUInt32BE(at + 8 + length)).toBe(crc32(body));
    chunks.push([body.toString("latin1", 0, 4), body.subarray(4)]);
    at += 12 + length;
  }
  return chunks;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** Two grey pixels. */
const png = new Uint8Array(
  Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", Buffer.from([0, 0, 0, 2, 0, 0, 0, 1, 8, 0, 0, 0, 0])),
    chunk("IDAT", deflateSync(Buffer.from([0, 60, 200]))),
    chunk("IEND", Buffer.alloc(0)),
  ]),
);

test("a marked PNG is the same picture, and says what tatami restore's say", () => {
  const note = inventedNote("own-perceptual & <co>", "tatami-video");
  expect(note.description).toContain("no evidence");
  expect(note.xmp).toContain("compositeWithTrainedAlgorithmicMedia");
  expect(note.xmp).toContain("own-perceptual &amp; &lt;co>");
  const chunks = chunksOf(markPng(png, note));
  expect(chunks.map(([type]) => type)).toEqual(["IHDR", "eXIf", "iTXt", "IDAT", "IEND"]);
  expect(chunks.filter(([type]) => !/^(eXIf|iTXt)$/.test(type))).toEqual(chunksOf(png));
  const of = (wanted: string): Buffer => chunks.find(([type]) => type === wanted)![1];
  const [keyword, ...rest] = of("iTXt").toString("utf8").split("\0");
  expect([keyword, rest.at(-1)]).toEqual(["XML:com.adobe.xmp", note.xmp]);

  // EXIF is a TIFF directory: tag, kind, count, place
  const exif = of("eXIf");
  expect(exif.toString("latin1", 0, 2)).toBe("MM");
  const entries = Array.from({ length: exif.readUInt16BE(8) }, (_, index) => {
    const at = 10 + 12 * index;
    const [length, place] = [exif.readUInt32BE(at + 4), exif.readUInt32BE(at + 8)];
    const text = exif.toString("utf8", place, place + length);
    return [exif.readUInt16BE(at), exif.readUInt16BE(at + 2), text];
  });
  expect(entries).toEqual([
    [0x010e, 2, `${note.description}\0`],
    [0x0131, 2, "tatami-video\0"],
  ]);
});
