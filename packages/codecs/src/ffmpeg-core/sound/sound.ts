/** The sound of an input as packets that an output can take. */

import type { SoundOptions, SoundPacket, SoundTrack, TrackDescription } from "@tatami/core";
import { abortable, checkKnownOptions, throwIfAborted } from "@tatami/core";
import type { InputAudioTrack } from "mediabunny";
import { BlobSource, EncodedPacketSink, Input, MATROSKA, MPEG_TS } from "mediabunny";
import { followSeams } from "../../driver/rising-times.ts";
import type { Jumps } from "../input/jumps.ts";
import { createPacketTimes } from "./packet-times.ts";
import type { SoundStream } from "./sound-command.ts";
import { soundCommand, soundOffset } from "./sound-command.ts";
import type { CoreThreads } from "../core/thread-pool.ts";

/** What sound is read from. */
export interface SoundSource {
  readonly threads: CoreThreads;
  /** The input's streams of sound. */
  readonly streams: readonly (Omit<SoundStream, "isCopied"> & { readonly description: TrackDescription })[];
  /** Seconds of the file's first timestamp: FFmpeg seeks from there. */
  readonly fileStart: number;
  /** Seconds on the container's clock at the file's start. */
  readonly startTime: number;
  /** The jumps of its clock, listed when first asked. */
  readonly jumps: (signal: AbortSignal | undefined) => Promise<Jumps>;
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
  const jumps = await source.jumps(signal);
  const isJumping = jumps.sound.size > 0;
  const parts: Blob[] = [];
  const data = (bytes: Uint8Array<ArrayBuffer>): void => void parts.push(new Blob([bytes]));
  const { startTime, fileStart } = source;
  const onClock = (seconds: number | undefined): number | undefined =>
    isJumping || seconds === undefined ? undefined : seconds + startTime;
  const cut = { start: onClock(options.start), end: onClock(options.end) };
  const command = soundCommand(streams, { ...cut, otherwise: options.otherwise, fileStart, isJumping });
  const status = await source.threads.run(command, { data }, signal);
  if (status !== 0 || parts.length === 0) return [];
  const input = new Input({ source: new BlobSource(new Blob(parts)), formats: [MATROSKA, MPEG_TS] });
  source.inputs.push(input);
  const tracks = await abortable(input.getAudioTracks(), signal);
  const opened = await Promise.all(
    streams.map(async (stream, index) => {
      const track = tracks[index];
      const clock = { startTime: isJumping ? 0 : startTime, listed: timesOf(stream, source, jumps) };
      return track && (await abortable(openTrack(track, stream, clock, options), signal));
    }),
  );
  return opened.filter((track) => track !== undefined);
}

/** Seconds of a copied stream's packets from the file's start, in step with the pictures where the clock jumps. */
function timesOf(
  { index, isCopied }: WantedStream,
  { startTime }: SoundSource,
  { sound, seams }: Jumps,
): readonly number[] | undefined {
  const follow = followSeams(seams);
  return isCopied ? sound.get(index)?.map((time) => follow(time) - startTime) : undefined;
}

/** How a track's packets are timed. */
interface TrackClock {
  /** Seconds taken off every time. */
  readonly startTime: number;
  /** Seconds of all packets, where the clock jumps: a muxer keeps none that step back. */
  readonly listed: readonly number[] | undefined;
}

async function openTrack(
  track: InputAudioTrack,
  { description }: WantedStream,
  { startTime, listed }: TrackClock,
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
      let index = 0;
      for await (const packet of sink.packets()) {
        throwIfAborted(signal);
        // Matroska's are whole milliseconds
        const stated = Math.round(1000 * (packet.timestamp - soundOffset)) / 1000;
        const muxed = exact(stated, packet.duration);
        const timestamp = listed?.[index] ?? Math.round(1e9 * (muxed.timestamp - startTime)) / 1e9;
        index++;
        if (timestamp >= end) return;
        if (timestamp >= start) yield { data: packet.data, timestamp, duration: muxed.duration };
      }
    },
  };
}
