/** A group of pictures, encoded as H.264 by one run of FFmpeg's core. */

import { TatamiError } from "@tatami/core";
import { BlobSource, EncodedPacket, EncodedPacketSink, Input, MATROSKA } from "mediabunny";
import { outputPath } from "../core/core-messages.ts";
import type { CoreThread } from "../core/core-thread.ts";
import { withoutMarks } from "../pictures/picture-log.ts";

/** A picture's place in time, in seconds. */
export interface PictureTimes {
  readonly timestamp: number;
  readonly duration: number;
}

/** Pictures that are encoded together; the first becomes a key frame. */
export interface PictureGroup {
  readonly width: number;
  readonly height: number;
  /** The pictures as I420, one after the other. */
  readonly data: Uint8Array;
  readonly times: readonly PictureTimes[];
  /** Bits a second at `frameRate`. */
  readonly bitrate: number;
  /** Pictures a second, for the rate control only. */
  readonly frameRate: number;
}

/** What came out. */
export interface EncodedGroup {
  /** In the order they are decoded. */
  readonly packets: readonly EncodedPacket[];
  readonly config: VideoDecoderConfig;
}

/** Pictures a second the encoder is told of, so that Matroska's milliseconds tell them apart exactly. */
const numberingRate = 25;

const picturesPath = "/tmp/pictures";

/**
 * Encodes a group by x264 at its "veryfast" preset, in AVCC form.
 *
 * @throws TatamiError `unsupported-codec` when the core refuses, with what it said.
 */
export async function encodeGroup(thread: CoreThread, group: PictureGroup): Promise<EncodedGroup> {
  const parts: Blob[] = [];
  const said: string[] = [];
  const { width, height, data, times } = group;
  // the numbering is not the clock, so bits are counted for a second of it
  const rate = Math.round((group.bitrate * numberingRate) / group.frameRate);
  const status = await thread.run(
    {
      program: "ffmpeg",
      files: [{ name: picturesPath, data }],
      pieceBytes: 2 ** 20,
      args: [
        ..."-hide_banner -nostats -loglevel level+error -f rawvideo -pix_fmt yuv420p".split(" "),
        ...`-s ${width}x${height} -r ${numberingRate} -i ${picturesPath} -c:v libx264`.split(" "),
        ...`-preset veryfast -g ${times.length} -b:v ${rate} -maxrate ${2 * rate}`.split(" "),
        ...`-bufsize ${4 * rate} -f matroska ${outputPath}`.split(" "),
      ],
    },
    {
      data: (bytes) => {
        thread.giveCredit();
        parts.push(new Blob([bytes]));
      },
      line: (text) => void said.push(text),
    },
  );
  if (status !== 0) throw failed(withoutMarks(said[0] ?? `it ended with ${status}`));
  return readGroup(new Blob(parts), times);
}

async function readGroup(file: Blob, times: readonly PictureTimes[]): Promise<EncodedGroup> {
  using input = new Input({ source: new BlobSource(file), formats: [MATROSKA] });
  const track = await input.getPrimaryVideoTrack();
  const config = await track?.getDecoderConfig();
  if (!track || !config) throw failed("it wrote no H.264");
  const packets: EncodedPacket[] = [];
  for await (const packet of new EncodedPacketSink(track).packets()) {
    const own = times[Math.round(packet.timestamp * numberingRate)];
    if (!own) throw failed("it wrote more pictures than it was given");
    packets.push(new EncodedPacket(packet.data, packet.type, own.timestamp, own.duration));
  }
  if (packets.length !== times.length) throw failed(`it wrote ${packets.length} pictures of ${times.length}`);
  return { packets, config };
}

function failed(why: string): TatamiError<"unsupported-codec"> {
  return new TatamiError({
    code: "unsupported-codec",
    message: `FFmpeg's core could not encode H.264: ${why}.`,
    fix: "Choose another codec (encode.codec), or a smaller size.",
    detail: { codec: "avc" },
  });
}
