/** The sound of an input as packets that an output can take. */

import type { SoundOptions, SoundPacket, SoundTrack, TrackDescription } from "@tatami/core";
import { abortable, checkKnownOptions, throwIfAborted } from "@tatami/core";
import type { InputAudioTrack } from "mediabunny";
import { BlobSource, EncodedPacketSink, Input, MATROSKA } from "mediabunny";
import { createPacketTimes } from "./packet-times.ts";
import type { SoundStream } from "./sound-command.ts";
import { soundCommand, soundOffset } from "./sound-command.ts";
import type { CoreThreads } from "./thread-pool.ts";

/** What sound is read from. */
export interface SoundSource {
  readonly threads: CoreThreads;
  /** The input's streams of sound. */
  readonly streams: readonly (Omit<SoundStream, "isCopied"> & { readonly description: TrackDescription })[];
  /** Seconds of the file's first timestamp. */
  readonly fileStart: number;
  /** What sound was read into so far, for its owner to dispose of. */
  readonly inputs: Input[];
}

type WantedStream = SoundSource["streams"][number] & SoundStream;

/**
 * The tracks of an input's sound; see {@link MediaReader.sound}. All are read at once into a Blob, which a browser
 * keeps on disk where it is large. One that can be neither copied nor decoded is left out.
 */
export async function readSound(source: SoundSource, options: SoundOptions): Promise<readonly SoundTrack[]> {
  checkKnownOptions("sound", options, ["holds", "otherwise", "start", "end", "signal"]);
  throwIfAborted(options.signal);
  const wanted = source.streams.map((stream): WantedStream => {
    const { codec } = stream.description;
    return { ...stream, isCopied: codec !== null && options.holds.includes(codec) };
  });
  if (wanted.length === 0) return [];
  const together = await readTracks(source, wanted, options);
  if (together.length === wanted.length) return together;
  // One that cannot be decoded ends the command for all.
  const tracks: SoundTrack[] = [];
  for (const stream of wanted) {
    for (const isCopied of stream.isCopied ? [true, false] : [false]) {
      const [track] = await readTracks(source, [{ ...stream, isCopied }], options);
      if (!track) continue;
      tracks.push(track);
      break;
    }
  }
  return tracks;
}

async function readTracks(
  source: SoundSource,
  streams: readonly WantedStream[],
  options: SoundOptions,
): Promise<readonly SoundTrack[]> {
  const { signal } = options;
  const parts: Blob[] = [];
  const data = (bytes: Uint8Array<ArrayBuffer>): void => void parts.push(new Blob([bytes]));
  const status = await source.threads.run(soundCommand(streams, options, source.fileStart), { data }, signal);
  if (status !== 0 || parts.length === 0) return [];
  const input = new Input({ source: new BlobSource(new Blob(parts)), formats: [MATROSKA] });
  source.inputs.push(input);
  const tracks = await abortable(input.getAudioTracks(), signal);
  const opened = await Promise.all(
    streams.map(async (stream, index) => {
      const track = tracks[index];
      return track && (await abortable(openTrack(track, stream, options), signal));
    }),
  );
  return opened.filter((track) => track !== undefined);
}

async function openTrack(
  track: InputAudioTrack,
  { description }: WantedStream,
  { start = -Infinity, end = Infinity, signal }: SoundOptions,
): Promise<SoundTrack | undefined> {
  const codec = await track.getCodec();
  const config = await track.getDecoderConfig();
  const sink = new EncodedPacketSink(track);
  if (codec === null || !config || !(await sink.getFirstPacket())) return undefined;
  return {
    description,
    codec,
    config,
    async *packets(): AsyncGenerator<SoundPacket, void, undefined> {
      const exact = createPacketTimes(codec, config.sampleRate);
      for await (const packet of sink.packets()) {
        throwIfAborted(signal);
        // Matroska's are whole milliseconds
        const stated = Math.round(1000 * (packet.timestamp - soundOffset)) / 1000;
        const { timestamp, duration } = exact(stated, packet.duration);
        if (timestamp >= end) return;
        if (timestamp >= start) yield { data: packet.data, timestamp, duration };
      }
    },
  };
}
