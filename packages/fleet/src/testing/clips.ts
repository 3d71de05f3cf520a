/** Clips for tests of a fleet, and what is compared of results. */

import { createHash } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { makeMuxedClip } from "@tatami/codecs/testing";
import { conv2d, depthToSpace, haloOf, input, tensor, writeOnnx } from "@tatami/graph";
import {
  AV_PKT_FLAG_KEY,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_VIDEO,
  Dictionary,
  FFmpegError,
  FormatContext,
  Packet,
} from "node-av";

export { framesMd5 } from "@tatami/codecs/testing";

/** Frames a second of {@link makeClip}'s clips. */
const rate = 25;

/**
 * Writes a clip with sound and a title: a block that moves, a group of pictures every ten frames.
 *
 * @param seed makes it another clip.
 */
export async function makeClip(path: string, frames: number, seed = 0): Promise<void> {
  const bare = `${path}.bare.mp4`;
  await makeMuxedClip(bare, {
    format: "mp4",
    video: "libx264",
    audio: "aac",
    frames,
    rate,
    size: [64, 48],
    encoder: { "x264-params": "keyint=10:bframes=2:scenecut=0" },
    draw: (planes, strides, index) =>
      planes.forEach((plane, number) =>
        plane.forEach((_, at) => {
          const [x, y] = [at % strides[number]!, Math.floor(at / strides[number]!)];
          const isBlock = number === 0 && y < 12 && x >= index % 48 && x < (index % 48) + 12;
          plane[at] = isBlock ? 220 : 60 + ((x * (5 + seed) + y * 3) % 90);
        }),
      ),
  });
  await remux(bare, path, { title: `Clip ${seed}` });
  await rm(bare);
}

/** Overwrites the pictures of a clip from the middle on, all but the first bytes of each packet's length. */
export async function poison(path: string): Promise<void> {
  const bytes = await readFile(path);
  const packets = (await readMedia(path)).positions;
  const half = packets.slice(packets.length >> 1);
  for (const { position, size } of half) bytes.fill(0xff, position + 8, position + size);
  await writeFile(path, bytes);
}

/** Writes a network that makes four pixels of one, so that next to nothing is computed. */
export async function writeNearest(path: string): Promise<void> {
  const output = depthToSpace(conv2d(input(), tensor([4, 1, 1, 1], new Float32Array(4).fill(1))), 2);
  await writeFile(path, writeOnnx({ name: "nearest-x2", scale: 2, halo: haloOf(output), output }));
}

/** What a file holds beside its pictures. */
export interface ReadMedia {
  readonly title: string | undefined;
  /** Packets of sound: times and sums. */
  readonly sound: readonly string[];
  /** Where packets of pictures lie in the file. */
  readonly positions: readonly {
    readonly position: number;
    readonly size: number;
    readonly isKey: boolean;
  }[];
}

/** Reads a file packet by packet. */
export async function readMedia(path: string): Promise<ReadMedia> {
  await using file = new FormatContext();
  FFmpegError.throwIfError(await file.openInput(path), "openInput");
  FFmpegError.throwIfError(await file.findStreamInfo(null), "findStreamInfo");
  const kinds = (file.streams ?? []).map(({ codecpar }) => codecpar.codecType);
  const sound: string[] = [];
  const positions: { position: number; size: number; isKey: boolean }[] = [];
  for await (const packet of packetsOf(file)) {
    const { pts, duration, data, pos, size, flags } = packet;
    if (kinds[packet.streamIndex] === AVMEDIA_TYPE_AUDIO)
      sound.push(`${pts} ${duration} ${createHash("md5").update(data!).digest("hex")}`);
    if (kinds[packet.streamIndex] === AVMEDIA_TYPE_VIDEO)
      positions.push({ position: Number(pos), size, isKey: (flags & AV_PKT_FLAG_KEY) !== 0 });
  }
  return { title: file.metadata?.get("title") ?? undefined, sound, positions };
}

/** Copies all packets, with other tags. */
async function remux(from: string, to: string, tags: Record<string, string>): Promise<void> {
  await using source = new FormatContext();
  FFmpegError.throwIfError(await source.openInput(from), "openInput");
  FFmpegError.throwIfError(await source.findStreamInfo(null), "findStreamInfo");
  await using target = new FormatContext();
  FFmpegError.throwIfError(target.allocOutputContext2(null, "mp4", to), "allocOutputContext2");
  target.metadata = Dictionary.fromObject(tags);
  const streams = (source.streams ?? []).map((stream) => {
    const copy = target.newStream(null);
    stream.codecpar.copy(copy.codecpar);
    copy.codecpar.codecTag = 0;
    copy.timeBase = stream.timeBase;
    return [stream, copy] as const;
  });
  FFmpegError.throwIfError(await target.openOutput(), "openOutput");
  FFmpegError.throwIfError(await target.writeHeader(null), "writeHeader");
  for await (const packet of packetsOf(source)) {
    const [stream, copy] = streams[packet.streamIndex]!;
    packet.rescaleTs(stream.timeBase, copy.timeBase);
    FFmpegError.throwIfError(await target.interleavedWriteFrame(packet), "interleavedWriteFrame");
  }
  FFmpegError.throwIfError(await target.writeTrailer(), "writeTrailer");
  await target.closeOutput();
}

async function* packetsOf(file: FormatContext): AsyncGenerator<Packet, void, undefined> {
  const packet = new Packet();
  packet.alloc();
  try {
    while ((await file.readFrame(packet)) >= 0) {
      yield packet;
      packet.unref();
    }
  } finally {
    packet.free();
  }
}
