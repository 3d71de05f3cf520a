/** The sound of an input, in packets that an output can take: as they are, or encoded anew. */

import type { SoundOptions, SoundTrack } from "@tatami/core";
import { throwIfAborted } from "@tatami/core";
import { copySound } from "./copy-sound.ts";
import { encodeSound } from "./encode-sound.ts";
import { describeStream } from "./input-streams.ts";
import type { Media, Reading } from "./media.ts";
import { describeCopy } from "./sound-config.ts";
import { planSoundEncoding } from "./sound-encoder.ts";
import { canDecodeSound } from "./sound-decoder.ts";

/**
 * See {@link MediaReader.sound}. A stream that can be neither copied nor decoded is not in the list: whoever compares
 * it with the description's tracks sees which were left out.
 */
export async function openSound(media: Media, options: SoundOptions): Promise<readonly SoundTrack[]> {
  const tracks: SoundTrack[] = [];
  for (const index of media.audio) {
    throwIfAborted(options.signal);
    await using reading = await media.access.read(index, options.signal);
    const track = await openTrack(media, reading, index, options);
    if (track) tracks.push(track);
  }
  return tracks;
}

async function openTrack(
  media: Media,
  { demuxer }: Reading,
  index: number,
  options: SoundOptions,
): Promise<SoundTrack | undefined> {
  const { nodeAv } = media.packages;
  const stream = demuxer.streams[index];
  if (!stream || stream.encrypted) return undefined;
  const description = describeStream(stream);
  if (stream.codec !== null && options.holds.includes(stream.codec)) {
    const copy = await describeCopy(nodeAv, demuxer, stream, options.signal);
    if (copy) {
      const { config, withoutAdts } = copy;
      const packets = () => copySound(media, index, options, withoutAdts);
      return { description, codec: stream.codec, config, packets };
    }
  }
  const plan = await planSoundEncoding(nodeAv, stream, options.otherwise);
  if (!plan || !(await canDecodeSound(nodeAv, demuxer, stream, options.signal))) return undefined;
  return {
    description,
    codec: options.otherwise,
    config: plan.config,
    packets: () => encodeSound(media, index, options, plan),
  };
}
