/** Sound on its way to an output: an opened track's own packets, or those that another driver's reader hands over. */

import type { SoundPacket, SoundTrack, TrackDescription } from "@tatami/core";
import type { AudioCodec, AudioTrackMetadata, InputAudioTrack } from "mediabunny";
import { EncodedPacket, EncodedPacketSink } from "mediabunny";
import type { OpenedTrack } from "./opened-media.ts";

/** Packets of one track, and what a muxer must know of them. */
export interface AudioFeed {
  readonly description: TrackDescription;
  readonly codec: AudioCodec;
  metadata(): Promise<AudioTrackMetadata>;
  config(): Promise<AudioDecoderConfig | null>;
  /** In order, from the packet that sounds at `start` seconds on. */
  packets(start: number): AsyncGenerator<EncodedPacket, void, unknown>;
  /** The packet after `last` (the first without one) that is listed, but was not read. */
  findMissing(last: EncodedPacket | undefined): Promise<EncodedPacket | null>;
}

/** The packets of a track that mediabunny reads. */
export function feedOfTrack(opened: OpenedTrack<InputAudioTrack>, codec: AudioCodec): AudioFeed {
  const { track, description } = opened;
  const sink = new EncodedPacketSink(track);
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
    async *packets(start) {
      const first = Number.isFinite(start) ? await sink.getPacket(start) : null;
      yield* sink.packets(first ?? undefined);
    },
    findMissing: (last) => {
      const options = { metadataOnly: true };
      return last ? sink.getNextPacket(last, options) : sink.getFirstPacket(options);
    },
  };
}

/** The packets that a foreign reader hands over, already cut to what was asked for. */
export function feedOfSound(sound: SoundTrack, codec: AudioCodec): AudioFeed {
  const { description, config } = sound;
  return {
    description,
    codec,
    metadata: async () => (description.language === null ? {} : { languageCode: description.language }),
    config: async () => config,
    async *packets() {
      for await (const packet of sound.packets()) yield toEncodedPacket(packet);
    },
    findMissing: async () => null,
  };
}

function toEncodedPacket({ data, timestamp, duration }: SoundPacket): EncodedPacket {
  return new EncodedPacket(data, "key", timestamp, duration);
}
