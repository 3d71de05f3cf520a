/** Copies audio tracks packet for packet, abreast of the video. */

import type { Changed, Damage } from "@tatami/core";
import { TatamiError } from "@tatami/core";
import type { EncodedPacket, Output } from "mediabunny";
import { EncodedAudioPacketSource } from "mediabunny";
import type { AudioFeed } from "./sound-feed.ts";
import { formatSeconds } from "../../../driver/explain-error.ts";

/** Which packets, and where they go in time. */
export interface AudioRange {
  /** Seconds: packets before are passed over. */
  readonly start: number;
  /** Seconds: packets from here on are passed over. */
  readonly end: number;
  /** Seconds taken off every timestamp. */
  readonly shift: number;
  /** Seconds on the output's clock: packets that end before are an encoder's lead, and passed over. @defaultValue none */
  readonly least?: number;
  /** Told where a track breaks off, which then ends there. @defaultValue that is an error */
  readonly onDamaged: ((damage: Damage) => void) | undefined;
  /** Told where a track's times are made to rise. */
  readonly onChanged: ((changed: Changed) => void) | undefined;
}

/** Seconds that times may be off by. */
const rounding = 1e-6;

/** Audio on its way. */
export interface AudioCopier {
  /** Copies what sounds up to `seconds` of the input. */
  copyUntil(seconds: number): Promise<void>;
  /** Stops reading. */
  close(): Promise<void>;
}

/** Adds the track to the output; call before the output starts. */
export async function addAudioCopy(output: Output, feed: AudioFeed, range: AudioRange): Promise<AudioCopier> {
  const source = new EncodedAudioPacketSource(feed.codec);
  const decoderConfig = await feed.config();
  output.addAudioTrack(source, await feed.metadata());
  let packets: AsyncGenerator<EncodedPacket, void, unknown> | undefined;
  let waiting: EncodedPacket | undefined;
  let started = false;
  let done = false;
  const advance = async (): Promise<void> => {
    packets ??= feed.packets(range.start, range.onChanged);
    const next = await packets.next();
    waiting = next.done === true ? undefined : (next.value ?? undefined);
    if (waiting && waiting.timestamp < range.end) return;
    if (!waiting) await checkEnd(feed, range.onDamaged);
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
        const ends = packet.timestamp - range.shift + packet.duration;
        if (range.least !== undefined && ends <= range.least + rounding) continue;
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
async function checkEnd(feed: AudioFeed, onDamaged: AudioRange["onDamaged"]): Promise<void> {
  const missing = await feed.findMissing();
  if (missing === undefined) return;
  const { index } = feed.description;
  const message = `The file is damaged: audio track ${index} breaks off at ${formatSeconds(missing)}.`;
  if (onDamaged) {
    onDamaged({ seconds: missing, frames: 0, message });
    return;
  }
  throw new TatamiError({
    code: "damaged-input",
    message,
    fix: 'Copy or download the file again, or leave the sound out (encode.audio: "drop").',
    detail: { seconds: missing, track: index },
  });
}
