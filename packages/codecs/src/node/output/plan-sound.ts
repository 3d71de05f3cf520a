/** What becomes of each track of sound: copied, encoded anew, or left out. */

import type { AudioOption, Container, LeftOut, TrackDescription } from "@tatami/core";
import type { InputStream } from "../input/input-streams.ts";
import { describeStream } from "../input/input-streams.ts";
import type { NodeAv } from "../node-av.ts";
import { canHold } from "./containers.ts";
import type { SoundCodec, SoundEncoding } from "./sound-encoder.ts";
import { planSoundEncoding } from "./sound-encoder.ts";

/** The decision on a track. */
export type SoundPlan =
  | { readonly stream: InputStream; readonly how: "copy" }
  | { readonly stream: InputStream; readonly how: "encode"; readonly encoding: SoundEncoding }
  | { readonly stream: InputStream; readonly how: "leave"; readonly why: LeftOut };

/** Codecs that lose nothing: what is made of them must not either. */
const lossless =
  /^(pcm-(?!vidc)|flac$|alac$|truehd$|mlp$|wavpack$|tta$|ape$|tak$|shorten$|ralf$|mp4als$|wmalossless$)/;

/** MP4 and WebM have a place for these, and few players play them from there. */
const rarelyPlayed = /^(pcm-|ulaw$|alaw$|adpcm|mp[12]$)/;

/** Transport streams' own form of AAC, which nothing plays from a file. */
const broadcastOnly = /^aac_latm$/;

/** Plans one track. */
export async function planSound(
  nodeAv: NodeAv,
  stream: InputStream,
  container: Container,
  option: AudioOption,
): Promise<SoundPlan> {
  const track = describeStream(stream);
  const leave = (reason: LeftOut["reason"], message: string): SoundPlan => {
    return { stream, how: "leave", why: { track, reason, message } };
  };
  if (option === "drop") return leave("asked-to-drop", `${nameOf(track)} was dropped as asked.`);
  if (stream.encrypted) return leave("unreadable", `${nameOf(track)} is encrypted.`);
  if (option !== "encode" && (await isWellHeld(nodeAv, stream, container, option)))
    return { stream, how: "copy" };
  if (option === "copy") {
    const message = `${nameOf(track)} cannot be held by ${container} as it is, and was not to be encoded anew; let it be (audio: "auto", --audio auto) to keep it.`;
    return leave("container-cannot-hold", message);
  }
  for (const codec of await codecsFor(nodeAv, stream, container)) {
    const encoding = await planSoundEncoding(nodeAv, stream, codec);
    if (encoding) return { stream, how: "encode", encoding };
  }
  return leave("unreadable", `${nameOf(track)} can be neither copied into ${container} nor decoded here.`);
}

async function isWellHeld(
  nodeAv: NodeAv,
  stream: InputStream,
  container: Container,
  option: AudioOption,
): Promise<boolean> {
  const codec = stream.codec ?? "";
  const isPlayed = container === "mkv" || container === "mov" || !rarelyPlayed.test(codec);
  if (option === "auto" && (!isPlayed || broadcastOnly.test(codec))) return false;
  return canHold(nodeAv, container, stream);
}

async function codecsFor(
  nodeAv: NodeAv,
  stream: InputStream,
  container: Container,
): Promise<readonly SoundCodec[]> {
  if (container === "webm") return ["opus"];
  if (!lossless.test(stream.codec ?? "")) return ["aac"];
  const holdsFlac = await canHold(nodeAv, container, stream, (parameters) => {
    parameters.codecId = nodeAv.AV_CODEC_ID_FLAC;
    // the marker block, of which the muxer asks only that it be there and 34 bytes long
    parameters.extradata = Buffer.alloc(34);
  });
  return holdsFlac ? ["flac", "aac"] : ["aac"];
}

function nameOf({ index, codec }: TrackDescription): string {
  return `Audio track ${index} (${codec ?? "unknown codec"})`;
}
