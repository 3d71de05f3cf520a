import type { Container, ReadOptions } from "@tatami/core";
import { ALL_FORMATS, BlobSource, Input } from "mediabunny";
import { expect, test } from "vitest";
import { makeClip } from "../testing/make-clip.ts";
import { nodeDriver } from "./index.ts";

// Version 1, four reserved bytes, a count, then each chapter: 8 bytes of 100 ns, and its title's length.
const chapter = (tenths: number, title: string): number[] => {
  const start = new DataView(new ArrayBuffer(8));
  start.setBigUint64(0, BigInt(tenths) * 1_000_000n);
  return [...new Uint8Array(start.buffer), title.length, ...new TextEncoder().encode(title)];
};
const list = Uint8Array.from([1, 0, 0, 0, 0, 0, 0, 0, 2, ...chapter(0, "Arrival"), ...chapter(2, "Tea")]);
const clip = await makeClip({ chapterList: list, title: "A day" });
const driver = nodeDriver();

async function copy(container: Container, read: ReadOptions = {}) {
  await using reader = await driver.open(clip);
  await using writer = await driver.write({
    reader,
    size: { width: 64, height: 48 },
    encode: { container },
    read,
  });
  for await (const frame of reader.frames(read)) await writer.write(frame);
  const { blob } = await writer.finish();
  const input = new Input({ source: new BlobSource(blob!), formats: ALL_FORMATS });
  const tags = await input.getMetadataTags();
  input.dispose();
  return { tags, encoding: writer.encoding };
}

test.each(["mp4", "mov"] as const)(
  "a chapter list is copied byte for byte into %s, other tags too",
  async (container) => {
    const { tags, encoding } = await copy(container);
    expect(tags.raw?.["chpl"]).toEqual(list);
    expect(tags.title).toBe("A day");
    expect(encoding.copied).toContainEqual(expect.objectContaining({ kind: "chapters" }));
    expect(encoding.leftOut).toEqual([]);
  },
);

test.each([
  ["mkv", {}, "from MP4 to mkv"],
  ["mp4", { start: 0.1 }, "when the start is cut off"],
] as const)(
  "a chapter list that cannot go into %s %o is left out and reported",
  async (container, read, why) => {
    const { tags, encoding } = await copy(container, read);
    expect(tags.raw?.["chpl"]).toBeUndefined();
    expect(encoding.copied.filter(({ kind }) => kind === "chapters")).toEqual([]);
    expect(encoding.leftOut).toEqual([
      {
        track: expect.objectContaining({ kind: "chapters" }),
        reason: "driver-cannot-copy",
        message: expect.stringContaining(why),
      },
    ]);
  },
);
