/** Covers and attached files, which are no streams of packets. */

import type { InputStream } from "../input/input-streams.ts";
import { allocatePacket } from "../node-av.ts";
import { copyParameters } from "./containers.ts";
import type { Muxer } from "./mux.ts";
import type { WritePlan } from "./plan-write.ts";
import { planTrackTags } from "./plan-tags.ts";

/** A cover or an attached file. @returns what is to be done once the muxer has begun. */
export function addFile(
  { media: { nodeAv, covers }, encoding: { container } }: WritePlan,
  stream: InputStream,
  how: "cover" | "attachment",
  muxer: Muxer,
): () => Promise<void> {
  const { tags, disposition, timeBase } = stream;
  const cover = covers.get(stream.index);
  const isCoverFile = how === "attachment" && cover !== undefined;
  const track = muxer.add({
    parameters: (parameters) => {
      copyParameters(stream, parameters);
      if (!isCoverFile) return;
      // Matroska keeps covers as attached files, whose bytes FFmpeg takes from here.
      parameters.codecType = nodeAv.AVMEDIA_TYPE_ATTACHMENT;
      parameters.extradata = cover;
    },
    timeBase,
    tags: isCoverFile ? { ...coverTags(stream), ...tags } : planTrackTags(tags, container, "", {}).track,
    disposition: isCoverFile ? (0 as typeof disposition) : disposition,
  });
  return async () => {
    if (how !== "cover" || !cover) return;
    const packet = allocatePacket(nodeAv);
    packet.data = cover;
    packet.pts = 0n;
    packet.dts = 0n;
    packet.isKeyframe = true;
    await track.write(packet, timeBase);
  };
}

/** The names that players look for. Source: Matroska's "Cover Art" guidelines. */
function coverTags({ codec }: InputStream): Record<string, string> {
  return codec === "png"
    ? { filename: "cover.png", mimetype: "image/png" }
    : { filename: "cover.jpg", mimetype: "image/jpeg" };
}
