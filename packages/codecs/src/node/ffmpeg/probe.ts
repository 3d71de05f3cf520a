/** Decodes the first picture when an input is opened, so that what cannot be decoded is refused at once. */

import type { Packet } from "node-av";
import type { VideoSample } from "mediabunny";
import { damagedInput } from "../../mediabunny/explain-error.ts";
import type { Packages } from "../packages.ts";
import { decodePictures } from "./decode-pictures.ts";
import type { Demuxer } from "./demuxer.ts";
import type { InputStream } from "./input-streams.ts";
import { createPictureFilter } from "./picture-filter.ts";
import { wrapPicture } from "./wrap-picture.ts";

/** Packets tried at most until one gives a picture. */
const maxPackets = 2000;

/**
 * The first picture, in a format that is read here; the caller's to close. The packets it took come again.
 *
 * @throws TatamiError `damaged-input` when there is none.
 */
export async function decodeFirst(
  packages: Packages,
  demuxer: Demuxer,
  stream: InputStream,
): Promise<VideoSample> {
  const { nodeAv } = packages;
  const packets: Packet[] = [];
  let why: string | undefined;
  demuxer.keep(stream.index);
  try {
    const pictures = decodePictures(nodeAv, demuxer, stream, {
      tell: ({ message }) => {
        why ??= message;
        if (packets.length > maxPackets) throw damagedInput("no picture in it can be decoded", 0, 0);
      },
      keepPacket: (packet) => packets.push(packet),
    });
    using filter = createPictureFilter(nodeAv, false);
    for await (const frame of pictures) {
      const passed = await filter.push(frame);
      const [first, ...rest] = passed.length > 0 ? passed : await filter.flush();
      for (const each of rest) each.free();
      if (first) return wrapPicture(packages, first, { timestamp: 0, duration: 0 });
    }
    throw damagedInput(`no picture in it can be decoded${why === undefined ? "" : ` (${why})`}`, 0, 0);
  } finally {
    demuxer.putBack(stream.index, packets);
  }
}
