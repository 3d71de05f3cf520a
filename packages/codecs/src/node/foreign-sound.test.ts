/** A reader of another driver hands its sound over, and the writer takes what the container holds. */

import type { MediaReader, SoundOptions, SoundPacket, SoundTrack } from "@tatami/core";
import { ALL_FORMATS, BlobSource, Input } from "mediabunny";
import { beforeAll, expect, test } from "vitest";
import { makeClip } from "../testing/make-clip.ts";
import { readPackets } from "../testing/read-packets.ts";
import { nodeDriver } from "./index.ts";
import { loadPackages } from "./packages.ts";

const driver = nodeDriver();
beforeAll(async () => void (await loadPackages()));

/** The clip's reader, its origin hidden, whose sound is `codec` by name; `asked` keeps what was asked of it. */
async function hideOrigin(
  clip: Blob,
  codec: string,
  asked: SoundOptions[],
  isReadable = true,
): Promise<MediaReader> {
  const inner = await driver.open(clip);
  const tracks = inner.description.tracks.map((track) =>
    track.kind === "audio" ? { ...track, codec } : track,
  );
  const description = tracks.find(({ kind }) => kind === "audio")!;
  return {
    description: { ...inner.description, tracks },
    frames: (options) => inner.frames(options),
    sound: async (options): Promise<readonly SoundTrack[]> => {
      asked.push(options);
      return isReadable ? [{ description, codec: "aac", config: await configOf(clip), packets }] : [];
    },
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  };
  async function* packets(): AsyncGenerator<SoundPacket, void, undefined> {
    for (const { data, ...times } of await readPackets(clip, "audio"))
      yield { data: Buffer.from(data, "base64"), ...times };
  }
}

async function configOf(clip: Blob): Promise<AudioDecoderConfig> {
  using input = new Input({ source: new BlobSource(clip), formats: ALL_FORMATS });
  const track = await input.getPrimaryAudioTrack();
  const config = await track?.getDecoderConfig();
  if (!config) throw new Error("the clip has no sound");
  return config;
}

async function passThrough(reader: MediaReader, container: "mp4" | "mkv" | "webm" = "mp4") {
  await using writer = await driver.write({ reader, size: reader.description.video, encode: { container } });
  for await (const frame of reader.frames()) await writer.write(frame);
  const { blob } = await writer.finish();
  return { blob: blob ?? new Blob(), encoding: writer.encoding };
}

test("packets that the container holds go over as they are", async () => {
  const clip = await makeClip({ audio: ["aac"] });
  const asked: SoundOptions[] = [];
  await using reader = await hideOrigin(clip, "aac", asked);
  const { blob, encoding } = await passThrough(reader);
  expect(encoding.copied.map(({ kind }) => kind)).toEqual(["audio"]);
  expect(encoding.transcoded).toEqual([]);
  expect(await readPackets(blob, "audio")).toEqual(await readPackets(clip, "audio"));
  expect(asked).toHaveLength(1);
});

test.each([
  ["wmav2", "mp4", "aac"],
  ["pcm-s16", "mp4", "aac"],
  ["wmav2", "webm", "opus"],
] as const)("%s in %s is asked for as %s", async (codec, container, otherwise) => {
  const asked: SoundOptions[] = [];
  await using reader = await hideOrigin(await makeClip({ audio: ["aac"] }), codec, asked);
  const size = reader.description.video;
  const encoding = await driver.planWrite({ reader, size, encode: { container } });
  expect(encoding.transcoded?.map((track) => track.codec)).toEqual([otherwise]);
  expect(encoding.copied).toEqual([]);
  expect(asked).toEqual([]);
});

test("PCM stays what it is where players know it", async () => {
  const asked: SoundOptions[] = [];
  await using reader = await hideOrigin(await makeClip({ audio: ["aac"] }), "pcm-s16", asked);
  const { copied } = await driver.planWrite({
    reader,
    size: reader.description.video,
    encode: { container: "mkv" },
  });
  expect(copied.map(({ codec }) => codec)).toEqual(["pcm-s16"]);
});

test("sound that cannot be read is told, and the picture goes on", async () => {
  const asked: SoundOptions[] = [];
  await using reader = await hideOrigin(await makeClip({ audio: ["aac"] }), "amr_nb", asked, false);
  const { blob, encoding } = await passThrough(reader);
  expect(encoding.leftOut.map(({ reason }) => reason)).toEqual(["unreadable"]);
  expect([encoding.copied, encoding.transcoded]).toEqual([[], []]);
  expect((await readPackets(blob, "video")).length).toBeGreaterThan(0);
});

test("a dropped sound is not asked for", async () => {
  const asked: SoundOptions[] = [];
  await using reader = await hideOrigin(await makeClip({ audio: ["aac"] }), "aac", asked);
  await using writer = await driver.write({
    reader,
    size: reader.description.video,
    encode: { audio: "drop" },
  });
  for await (const frame of reader.frames()) await writer.write(frame);
  await writer.finish();
  expect(writer.encoding.leftOut.map(({ reason }) => reason)).toEqual(["asked-to-drop"]);
  expect(asked).toEqual([]);
});
