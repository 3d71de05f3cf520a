/** Which streams of an input are worked on. */

import { TatamiError } from "@tatami/core";
import { encryptedInput } from "../../driver/explain-error.ts";
import type { NodeAv } from "../node-av.ts";
import { noDecoder } from "./errors.ts";
import type { Connection } from "./packets/connection.ts";
import type { InputStream } from "./input-streams.ts";

/**
 * The stream whose pictures are read: the first whose codec can be decoded, or among variants of one programme (HLS)
 * the largest.
 *
 * @throws TatamiError `unsupported-container` without pictures, `unsupported-codec` without a decoder,
 * `encrypted-input`.
 */
export function chooseVideo(nodeAv: NodeAv, streams: readonly InputStream[], container: string): InputStream {
  const videos = streams.filter(({ kind }) => kind === "video");
  if (videos.length === 0) {
    throw new TatamiError({
      code: "unsupported-container",
      message: `The ${container} input has no video track.`,
      fix: "Choose a file that has a picture.",
    });
  }
  const decodable = videos.filter(({ parameters }) => nodeAv.Codec.findDecoder(parameters.codecId) !== null);
  const area = ({ parameters }: InputStream): number => parameters.width * parameters.height;
  const chosen = container === "HLS" ? decodable.toSorted((a, b) => area(b) - area(a))[0] : decodable[0];
  if (videos.some(({ encrypted }) => encrypted)) throw encryptedInput();
  if (!chosen) throw noDecoder(videos[0]?.codec ?? null);
  return chosen;
}

/** The streams whose sound is read: all, or of variants of one programme (HLS) the one that belongs to the picture. */
export function chooseAudio(
  nodeAv: NodeAv,
  { context }: Connection,
  streams: readonly InputStream[],
  video: InputStream,
  container: string,
): readonly number[] {
  const all = streams.filter(({ kind }) => kind === "audio").map(({ index }) => index);
  if (container !== "HLS") return all;
  const best = context.findBestStream(nodeAv.AVMEDIA_TYPE_AUDIO, -1, video.index);
  return all.filter((index) => index === best);
}
