/** Copies audio tracks packet for packet, abreast of the video. */

import type { Container, EncodeOptions, LeftOut, TrackDescription } from "@tatami/core";
import { TatamiError } from "@tatami/core";
import type { AudioCodec, EncodedPacket, InputAudioTrack, Output, OutputFormat } from "mediabunny";
import { EncodedAudioPacketSource, EncodedPacketSink } from "mediabunny";
import { formatSeconds } from "./explain-error.ts";
import type { OpenedMedia } from "./opened-media.ts";

/** An audio track that will be copied. */
export interface AudioCopy {
  readonly track: InputAudioTrack;
  readonly codec: AudioCodec;
  readonly description: TrackDescription;
}

/** Which packets, and where they go in time. */
export interface AudioRange {
  /** Seconds: packets before are passed over. */
  readonly start: number;
  /** Seconds: packets from here on are passed over. */
  readonly end: number;
  /** Seconds taken off every timestamp. */
  readonly shift: number;
}

/** Audio on its way. */
export interface AudioCopier {
  /** Copies what sounds up to `seconds` of the input. */
  copyUntil(seconds: number): Promise<void>;
  /** Stops reading. */
  close(): Promise<void>;
}

/** Which audio tracks the container can hold. */
export function planAudio(
  media: OpenedMedia | undefined,
  format: OutputFormat,
  container: Container,
  option: NonNullable<EncodeOptions["audio"]>,
): { readonly copies: readonly AudioCopy[]; readonly leftOut: readonly LeftOut[] } {
  const copies: AudioCopy[] = [];
  const leftOut: LeftOut[] = [];
  const holds = format.getSupportedAudioCodecs();
  for (const { track, description } of media?.audio ?? []) {
    const codec = holds.find((held) => held === description.codec);
    const name = `Audio track ${description.index} (${description.codec ?? "unknown codec"})`;
    if (option === "drop") {
      leftOut.push({ track: description, reason: "asked-to-drop", message: `${name} was dropped as asked.` });
    } else if (codec === undefined) {
      const message = `${name} cannot be held by ${container}; write MKV to keep it.`;
      leftOut.push({ track: description, reason: "container-cannot-hold", message });
    } else copies.push({ track, codec, description });
  }
  return { copies, leftOut };
}

/** Adds the track to the output; call before the output starts. */
export async function addAudioCopy(output: Output, copy: AudioCopy, range: AudioRange): Promise<AudioCopier> {
  const { track, codec } = copy;
  const source = new EncodedAudioPacketSource(codec);
  const decoderConfig = await track.getDecoderConfig();
  const name = await track.getName();
  output.addAudioTrack(source, {
    languageCode: await track.getLanguageCode(),
    disposition: await track.getDisposition(),
    ...(name === null ? {} : { name }),
  });
  const sink = new EncodedPacketSink(track);
  let packets: AsyncGenerator<EncodedPacket, void, unknown> | undefined;
  let waiting: EncodedPacket | undefined;
  let last: EncodedPacket | undefined;
  let started = false;
  let done = false;
  const advance = async (): Promise<void> => {
    packets ??= await packetsFrom(sink, range.start);
    const next = await packets.next();
    waiting = next.done === true ? undefined : (next.value ?? undefined);
    if (waiting && waiting.timestamp < range.end) {
      last = waiting;
      return;
    }
    if (!waiting) await checkEnd(sink, last, copy);
    done = true;
    waiting = undefined;
    await packets.return();
    source.close();
  };
  return {
    copyUntil: async (seconds) => {
      for (;;) {
        if (!done && !waiting) await advance();
        if (!waiting || waiting.timestamp > seconds) return;
        const packet = waiting;
        waiting = undefined;
        if (packet.timestamp < range.start) continue;
        const shifted =
          range.shift === 0 ? packet : packet.clone({ timestamp: packet.timestamp - range.shift });
        await source.add(shifted, started || !decoderConfig ? undefined : { decoderConfig });
        started = true;
      }
    },
    close: async () => {
      done = true;
      await packets?.return();
    },
  };
}

/** @throws TatamiError `damaged-input` when the index lists packets after the last one that could be read. */
async function checkEnd(
  sink: EncodedPacketSink,
  last: EncodedPacket | undefined,
  copy: AudioCopy,
): Promise<void> {
  const options = { metadataOnly: true };
  const missing = last ? await sink.getNextPacket(last, options) : await sink.getFirstPacket(options);
  if (!missing) return;
  const { index } = copy.description;
  throw new TatamiError({
    code: "damaged-input",
    message: `The file is damaged: audio track ${index} breaks off at ${formatSeconds(missing.timestamp)}.`,
    fix: 'Copy or download the file again, or leave the sound out (encode.audio: "drop").',
    detail: { seconds: missing.timestamp, track: index },
  });
}

async function packetsFrom(
  sink: EncodedPacketSink,
  start: number,
): Promise<AsyncGenerator<EncodedPacket, void, unknown>> {
  const first = Number.isFinite(start) ? await sink.getPacket(start) : null;
  return sink.packets(first ?? undefined);
}
