/** What is inside a video file, read in Node with mediabunny. */

import { createHash } from "node:crypto";
import { registerMediabunnyServer } from "@mediabunny/server";
import { ALL_FORMATS, BufferSource, EncodedPacketSink, Input, VideoSampleSink } from "mediabunny";
import type { InputTrack } from "mediabunny";

/** One packet of a track. */
export interface PacketFacts {
  /** Seconds. */
  readonly timestamp: number;
  readonly duration: number;
  /** SHA-256 of its bytes. */
  readonly hash: string;
}

/** A picture's luma, row by row. */
export interface Luma {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

export interface VideoFacts {
  readonly width: number;
  readonly height: number;
  readonly codec: string | null;
  /** Of every frame in the order it is shown, in seconds. */
  readonly timestamps: readonly number[];
  /** One list a track, in the order of the file. */
  readonly audio: readonly { readonly codec: string | null; readonly packets: readonly PacketFacts[] }[];
  /** Luma of the frame shown at the start. */
  readonly first: Luma;
}

export const readVideo = async (bytes: Uint8Array<ArrayBuffer>): Promise<VideoFacts> => {
  registerMediabunnyServer();
  const input = new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS });
  try {
    const video = await input.getPrimaryVideoTrack();
    if (video === null) throw new Error("The file has no video track.");
    const packets = await readPackets(video);
    const audio = [];
    for (const track of await input.getAudioTracks()) {
      audio.push({ codec: await track.getCodec(), packets: await readPackets(track) });
    }
    return {
      width: await video.getDisplayWidth(),
      height: await video.getDisplayHeight(),
      codec: await video.getCodec(),
      timestamps: packets.map(({ timestamp }) => timestamp).sort((a, b) => a - b),
      audio,
      first: await readFirst(new VideoSampleSink(video)),
    };
  } finally {
    input.dispose();
  }
};

const readPackets = async (track: InputTrack): Promise<PacketFacts[]> => {
  const found: PacketFacts[] = [];
  for await (const { timestamp, duration, data } of new EncodedPacketSink(track).packets()) {
    found.push({ timestamp, duration, hash: createHash("sha256").update(data).digest("hex") });
  }
  return found;
};

const readFirst = async (sink: VideoSampleSink): Promise<Luma> => {
  for await (const sample of sink.samples()) {
    const { codedWidth: width, codedHeight: height } = sample;
    const all = new Uint8Array(sample.allocationSize());
    const [layout] = await sample.copyTo(all);
    sample.close();
    const { offset, stride } = layout!;
    const data = new Uint8Array(width * height);
    for (let y = 0; y < height; y++) {
      data.set(all.subarray(offset + y * stride, offset + y * stride + width), y * width);
    }
    return { width, height, data };
  }
  throw new Error("The video track has no frame.");
};
