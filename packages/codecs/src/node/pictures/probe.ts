/** Decodes the first picture when an input is opened, so that what cannot be decoded is refused at once. */

import type { Size } from "@tatami/core";
import type { Frame, Packet } from "node-av";
import { damagedInput } from "../../driver/explain-error.ts";
import { copyPlanes } from "../../picture/copy-planes.ts";
import type { Demuxer } from "../input/packets/demuxer.ts";
import type { Pictured } from "../input/describe.ts";
import { rotationOf } from "../input/describe.ts";
import type { InputStream } from "../input/input-streams.ts";
import type { FirstPicture } from "../input/media.ts";
import type { NodeAv } from "../node-av.ts";
import { colorOf } from "./colors.ts";
import { decodePictures } from "./decode-pictures.ts";
import { readHdrMetadata } from "./hdr-metadata.ts";
import { createPictureFilter } from "./picture-filter.ts";
import { bitDepthOfPixelFormat, hasAlphaPlane, pixelFormatOf, rawPictureOf } from "./pixel-formats.ts";

/** Packets tried at most until one gives a picture. */
const maxPackets = 2000;

/** What the first picture shows. */
export interface Probed extends Pictured {
  readonly first: FirstPicture;
}

/**
 * Looks at the first picture. The packets it took come again.
 *
 * @throws TatamiError `damaged-input` when there is none.
 */
export async function decodeFirst(nodeAv: NodeAv, demuxer: Demuxer, stream: InputStream): Promise<Probed> {
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
    for await (const frame of pictures) {
      const pixelFormat = pixelFormatOf(nodeAv, frame);
      const hasCaptions = (frame.getSideData(nodeAv.AV_FRAME_DATA_A53_CC) ?? null) !== null;
      const { chromaLocation } = frame;
      const hdr = readHdrMetadata(nodeAv, frame, stream.parameters);
      const color = colorOf(nodeAv, frame, stream);
      const { size, isTransparent } = await lookThrough(nodeAv, frame, pixelFormat);
      return {
        ...size,
        color,
        bitDepth: bitDepthOfPixelFormat(pixelFormat),
        hasAlpha: hasAlphaPlane(pixelFormat),
        rotation: rotationOf(stream.parameters.getCodedSideData(nodeAv.AV_PKT_DATA_DISPLAYMATRIX)),
        first: { pixelFormat, isTransparent, hasCaptions, chromaLocation, hdr },
      };
    }
    throw damagedInput(`no picture in it can be decoded${why === undefined ? "" : ` (${why})`}`, 0, 0);
  } finally {
    demuxer.putBack(stream.index, packets);
  }
}

/** Brings the picture into a format that is read here, which shows that it can be, and looks for holes in it. */
async function lookThrough(
  nodeAv: NodeAv,
  frame: Frame,
  pixelFormat: string,
): Promise<{ readonly size: Size; readonly isTransparent: boolean }> {
  using filter = createPictureFilter(nodeAv, false);
  const passed = await filter.push(frame);
  const all = passed.length > 0 ? passed : await filter.flush();
  try {
    const [first] = all;
    if (!first) throw damagedInput("no picture in it can be decoded", 0, 0);
    const size = { width: first.width, height: first.height };
    if (!hasAlphaPlane(pixelFormat)) return { size, isTransparent: false };
    if (bitDepthOfPixelFormat(pixelFormat) > 8) return { size, isTransparent: true };
    const { alpha } = copyPlanes(rawPictureOf(nodeAv, first), size);
    return { size, isTransparent: alpha?.data.some((value) => value < 255) ?? false };
  } finally {
    for (const each of all) each.free();
  }
}
