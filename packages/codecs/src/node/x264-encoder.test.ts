import { beforeAll, expect, test } from "vitest";
import { makeClip } from "../testing/make-clip.ts";
import { nodeDriver } from "./index.ts";
import { loadPackages } from "./packages.ts";

const driver = nodeDriver();
beforeAll(async () => void (await loadPackages()));

// x264 writes its settings into the stream: searching for motion at level 2 is the "veryfast" preset
test.each([
  ["mp4", /x264 - core .* subme=2 /],
  ["mov", /x264 - core .* subme=2 /],
  ["mkv", /x264 - core .* subme=7 /],
] as const)(
  "%s: encoded quickly where its writer takes Annex B, whole either way",
  async (container, settings) => {
    const clip = await makeClip({ ticks: Array.from({ length: 75 }, (_, index) => index * 1001) });
    await using reader = await driver.open(clip);
    await using writer = await driver.write({
      reader,
      size: reader.description.video,
      encode: { container },
    });
    for await (const frame of reader.frames()) await writer.write(frame);
    const { blob } = await writer.finish();
    expect(new TextDecoder("latin1").decode(await blob!.arrayBuffer())).toMatch(settings);
    await using again = await driver.open(blob!);
    const times: number[] = [];
    for await (const frame of again.frames()) {
      times.push(frame.timestamp);
      frame.close();
    }
    expect(times).toHaveLength(75);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(again.description.video.codec).toMatch(/^avc1\./);
  },
);

test("a writer can be given up in mid-stream, time after time", async () => {
  const clip = await makeClip({ ticks: Array.from({ length: 40 }, (_, index) => index * 1001) });
  await using reader = await driver.open(clip);
  for (let round = 0; round < 5; round++) {
    const writer = await driver.write({ reader, size: reader.description.video, encode: {} });
    let written = 0;
    for await (const frame of reader.frames()) {
      await writer.write(frame);
      if (++written === 17) break;
    }
    await writer[Symbol.asyncDispose]();
  }
});
