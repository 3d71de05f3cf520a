/** Encodes a track of sound anew, abreast of the video. */

import type { TrackDescription } from "@tatami/core";
import type { AudioCodec, AudioSample, InputAudioTrack, Output } from "mediabunny";
import { AudioSampleSink, AudioSampleSource, canEncodeAudio, Quality } from "mediabunny";
import type { Clock } from "../../input/clock.ts";
import type { AudioCopier, AudioRange } from "./copy-sound.ts";
import type { OpenedTrack } from "../../input/opened-media.ts";
import { createSoundTimes, tellSeam } from "../../../driver/rising-times.ts";

/** How a track is encoded. */
export interface SoundEncoding {
  readonly codec: AudioCodec;
  /** Samples a second. */
  readonly sampleRate: number;
  readonly channels: number;
}

/** Bits a second of a channel. */
const channelBitrate = 64_000;

/** Samples a second of Opus, which encoders take without exception. */
const opusRate = 48_000;

/** The first of the codecs that this environment can encode a track as, if it can decode it. */
export async function chooseSoundEncoding(
  track: InputAudioTrack,
  codecs: readonly AudioCodec[],
): Promise<SoundEncoding | undefined> {
  if (!(await track.canDecode())) return undefined;
  const own = { sampleRate: await track.getSampleRate(), channels: await track.getNumberOfChannels() };
  for (const codec of codecs) {
    const sampleRate = codec === "opus" ? opusRate : own.sampleRate;
    for (const channels of new Set([own.channels, Math.min(2, own.channels)])) {
      const quality = new Quality({ bitrate: channels * channelBitrate });
      if (await canEncodeAudio(codec, { numberOfChannels: channels, sampleRate, quality }))
        return { codec, sampleRate, channels };
    }
  }
  return undefined;
}

/** Seconds that times may be off by. */
const rounding = 1e-6;

/** What is added to an output to be encoded. */
export interface SoundToEncode {
  readonly opened: OpenedTrack<InputAudioTrack>;
  readonly description: TrackDescription;
  readonly encoding: SoundEncoding;
  readonly clock: Clock;
}

/** Adds the track to the output; call before the output starts. */
export async function addAudioEncode(
  output: Output,
  { opened: { track, delay }, encoding, clock }: SoundToEncode,
  range: AudioRange,
): Promise<AudioCopier> {
  const { codec, sampleRate, channels } = encoding;
  const source = new AudioSampleSource({
    codec,
    quality: new Quality({ bitrate: channels * channelBitrate }),
    transform: { sampleRate, numberOfChannels: channels },
  });
  const name = await track.getName();
  output.addAudioTrack(source, {
    languageCode: await track.getLanguageCode(),
    disposition: await track.getDisposition(),
    ...(name === null ? {} : { name }),
  });
  let samples: AsyncGenerator<AudioSample, void, unknown> | undefined;
  let waiting: AudioSample | undefined;
  let done = false;
  const next = async (): Promise<void> => {
    samples ??= readSamples(track, clock, delay, range);
    const { value, done: ended } = await samples.next();
    if (ended !== true && value && value.timestamp < range.end) {
      waiting = value;
      return;
    }
    value?.close();
    done = true;
    await samples.return();
    source.close();
  };
  return {
    copyUntil: async (seconds) => {
      for (;;) {
        if (!done && !waiting) await next();
        if (!waiting || waiting.timestamp > seconds) return;
        const sample = waiting;
        waiting = undefined;
        try {
          // an encoder's lead before the file's start was not meant to be heard
          const isLead = sample.timestamp + sample.duration <= rounding;
          if (sample.timestamp < range.start || isLead) continue;
          sample.setTimestamp(sample.timestamp - range.shift);
          await source.add(sample);
        } finally {
          sample.close();
        }
      }
    },
    close: async () => {
      done = true;
      waiting?.close();
      waiting = undefined;
      await samples?.return();
    },
  };
}

/** Decoded sound with times that count from the file's start, and rise. */
async function* readSamples(
  track: InputAudioTrack,
  clock: Clock,
  delay: number,
  { start, onChanged }: AudioRange,
): AsyncGenerator<AudioSample, void, unknown> {
  const { seams = [] } = (await clock.rising()) ?? {};
  const timeOf = createSoundTimes(seams, (at, step) =>
    onChanged?.(tellSeam("sound", clock.fromContainer(at), step)),
  );
  const seeks = Number.isFinite(start) && seams.length === 0;
  const sink = new AudioSampleSink(track);
  for await (const sample of sink.samples(seeks ? clock.toContainer(start) + delay : undefined)) {
    sample.setTimestamp(clock.fromContainer(timeOf(sample.timestamp, sample.duration) - delay));
    yield sample;
  }
}
