/** What a container states of a picture beside its size, carried to the larger one. */

import { videoStream } from "../input/media.ts";
import type { CodecParameters } from "node-av";
import type { InputStream } from "../input/input-streams.ts";
import type { NodeAv } from "../node-av.ts";
import type { HdrMetadata } from "../pictures/hdr-metadata.ts";
import type { Shape } from "./file/exact-aspect.ts";
import type { WritePlan } from "./plan-write.ts";

/** The light that a picture of a high dynamic range was made for: as it was. Dolby Vision's own description is not carried. */
export function carryHdr(
  nodeAv: NodeAv,
  { mastering, contentLight, ambient }: HdrMetadata,
  to: CodecParameters,
): void {
  if (mastering) to.addCodedSideData(nodeAv.AV_PKT_DATA_MASTERING_DISPLAY_METADATA, mastering);
  if (contentLight) to.addCodedSideData(nodeAv.AV_PKT_DATA_CONTENT_LIGHT_LEVEL, contentLight);
  if (ambient) to.addCodedSideData(nodeAv.AV_PKT_DATA_AMBIENT_VIEWING_ENVIRONMENT, ambient);
}

/** How the picture is turned, mirrored, cropped, and which part of it is for which eye: as it was, at its new size. */
export function carrySideData(
  nodeAv: NodeAv,
  { parameters: from }: InputStream,
  to: CodecParameters,
  scale: number,
): void {
  const kept = [
    nodeAv.AV_PKT_DATA_DISPLAYMATRIX,
    nodeAv.AV_PKT_DATA_STEREO3D,
    nodeAv.AV_PKT_DATA_SPHERICAL,
    nodeAv.AV_PKT_DATA_ICC_PROFILE,
  ];
  for (const type of kept) {
    const data = from.getCodedSideData(type);
    if (data) to.addCodedSideData(type, data);
  }
  const crop = cropOf(nodeAv, from);
  if (!crop) return;
  const scaled = Buffer.alloc(16);
  for (const [index, pixels] of crop.entries()) scaled.writeUInt32LE(scale * pixels, 4 * index);
  to.addCodedSideData(nodeAv.AV_PKT_DATA_FRAME_CROPPING, scaled);
}

/** Pixels that are not shown, at the top, bottom, left and right. */
function cropOf(nodeAv: NodeAv, parameters: CodecParameters): readonly number[] | undefined {
  const data = parameters.getCodedSideData(nodeAv.AV_PKT_DATA_FRAME_CROPPING);
  return data && data.length >= 16 ? [0, 4, 8, 12].map((at) => data.readUInt32LE(at)) : undefined;
}

/** What is shown of the output's picture. */
export function shapeOf({ media, video }: WritePlan): Shape {
  const { parameters } = videoStream(media);
  const scale = video.width / media.description.video.width;
  const [top = 0, bottom = 0, left = 0, right = 0] = cropOf(media.nodeAv, parameters) ?? [];
  const { pixelAspectRatio } = video;
  return {
    width: video.width - scale * (left + right),
    height: video.height - scale * (top + bottom),
    pixelAspectRatio,
  };
}
