/** Sound on its way to an output: an opened track's own packets, or those that another driver's reader hands over. */

import type { Changed, SoundTrack, TrackDescription } from "@tatami/core";
import type { AudioCodec, AudioTrackMetadata, InputAudioTrack } from "mediabunny";
import { EncodedPacket, EncodedPacketSink } from "mediabunny";
import type { CarriedTrack } from "../../../carried/carried.ts";
import type { Clock } from "../../input/clock.ts";
import type { OpenedTrack } from "../../input/opened-media.ts";
import { createSoundTimes, tellSeam } from "../../../driver/rising-times.ts";

/** Packets of one track, and what a muxer must know of them. */
export interface AudioFeed {
  readonly description: TrackDescription;
  readonly codec: AudioCodec;
  metadata(): Promise<AudioTrackMetadata>;
  config(): Promise<AudioDecoderConfig | null>;
  /**
   * In order, from the packet that sounds at `start` seconds on, with times that rise.
   *
   * @param tell told where they were made to.
   */
  packets(
    start: number,
    tell: ((changed: Changed) => void) | undefined,
  ): AsyncGenerator<EncodedPacket, void, unknown>;
  /** Seconds of the packet after those that were read, which is listed and cannot be read. */
  findMissing(): Promise<number | undefined>;
}

/** Seconds that no packet of sound is as long as. */
const longestPacket = 5;

/** The packets of a track that mediabunny reads. */
export function feedOfTrack(
  opened: OpenedTrack<InputAudioTrack>,
  codec: AudioCodec,
  clock: Clock,
): AudioFeed {
  const { track, description, delay } = opened;
  const sink = new EncodedPacketSink(track);
  let last: EncodedPacket | undefined;
  return {
    description,
    codec,
    metadata: async () => {
      const name = await track.getName();
      return {
        languageCode: await track.getLanguageCode(),
        disposition: await track.getDisposition(),
        ...(name === null ? {} : { name }),
      };
    },
    config: () => track.getDecoderConfig(),
    async *packets(start, tell) {
      const { seams = [] } = (await clock.rising()) ?? {};
      let usual = 0;
      const timeOf = createSoundTimes(seams, (at, step) =>
        tell?.(tellSeam("sound", clock.fromContainer(at), step)),
      );
      // where the clock jumps, a time does not say which packet is meant
      const seeks = Number.isFinite(start) && seams.length === 0;
      const first = seeks ? await sink.getPacket(clock.toContainer(start) + delay) : null;
      for await (const packet of sink.packets(first ?? undefined)) {
        last = packet;
        // at a seam a packet's own reaches over to the other clock, or back
        const isOwn = packet.duration > 0 && packet.duration < longestPacket;
        const duration = isOwn || seams.length === 0 ? packet.duration : usual;
        usual = duration;
        const timestamp = clock.fromContainer(timeOf(packet.timestamp, duration) - delay);
        const isSame = timestamp === packet.timestamp && duration === packet.duration;
        yield isSame ? packet : packet.clone({ timestamp, duration });
      }
    },
    findMissing: async () => {
      const options = { metadataOnly: true };
      const missing = await (last ? sink.getNextPacket(last, options) : sink.getFirstPacket(options));
      return missing ? clock.fromContainer(missing.timestamp) : undefined;
    },
  };
}

/** The packets that a foreign reader hands over, already cut to what was asked for. */
export function feedOfSound(
  sound: SoundTrack,
  codec: AudioCodec,
  { name, disposition }: CarriedTrack = {},
): AudioFeed {
  const { description, config } = sound;
  return {
    description,
    codec,
    metadata: async () => ({
      ...(description.language === null ? {} : { languageCode: description.language }),
      ...(name === undefined ? {} : { name }),
      ...(disposition === undefined ? {} : { disposition }),
    }),
    config: async () => config,
    async *packets(_start, tell) {
      const timeOf = createSoundTimes([], (at, step) => tell?.(tellSeam("sound", at, step)));
      let usual = 0;
      for await (const packet of sound.packets()) {
        // the last one's is often not stated
        if (packet.duration > 0) usual = packet.duration;
        yield new EncodedPacket(packet.data, "key", timeOf(packet.timestamp, usual), usual);
      }
    },
    findMissing: async () => undefined,
  };
}
