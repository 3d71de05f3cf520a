/** An input's own clock, and the one its frames and sound are told in: it begins at 0, and only rises. */

import type { Changed } from "@tatami/core";
import type { InputFormat } from "mediabunny";
import { EncodedPacketSink, IsobmffInputFormat, MpegTsInputFormat } from "mediabunny";
import type { Input, InputVideoTrack } from "mediabunny";
import type { PacketTime, RisingTimes } from "../../driver/rising-times.ts";
import { riseTimes, tellSeam } from "../../driver/rising-times.ts";

/** See {@link openClock}. */
export interface Clock {
  /** Seconds on the container's clock at the file's start. */
  readonly startTime: number;
  /** Seconds from the file's start below which pictures are decoded and not shown, by the file's edit list. */
  readonly firstShown: number;
  /** Seconds from the file's start. */
  fromContainer(seconds: number): number;
  toContainer(seconds: number): number;
  /** The pictures' times on the container's clock, made to rise, where that clock may jump; nothing elsewhere. */
  listed(): Promise<RisingTimes | undefined>;
  /** The pictures' times where the clock jumps, on the container's clock; nothing where it does not. */
  rising(): Promise<RisingTimes | undefined>;
}

/**
 * Finds where a file begins: with the first picture or sound. Before 0 there is only what an edit list hides or an
 * encoder's lead, but in MPEG-TS, where it is a clock about to wrap.
 */
export async function openClock(input: Input, track: InputVideoTrack, format: InputFormat): Promise<Clock> {
  const isTransportStream = format instanceof MpegTsInputFormat;
  const isMovie = format instanceof IsobmffInputFormat;
  const first = await input.getFirstTimestamp();
  const startTime =
    isMovie && first < 0 ? await firstShown(input, track) : isTransportStream ? first : Math.max(0, first);
  let times: Promise<RisingTimes> | undefined;
  // other containers keep their packets by time
  const listed = async (): Promise<RisingTimes | undefined> =>
    isTransportStream ? (times ??= listTimes(track)) : undefined;
  return {
    startTime,
    firstShown: isMovie ? -startTime : -Infinity,
    fromContainer: (seconds) => (startTime === 0 ? seconds : exact(seconds - startTime)),
    toContainer: (seconds) => seconds + startTime,
    listed,
    rising: async () => {
      const found = await listed();
      return found && found.seams.length > 0 ? found : undefined;
    },
  };
}

/** Seconds of what is first seen or heard of a movie whose edit list hides what comes before 0. */
async function firstShown(input: Input, track: InputVideoTrack): Promise<number> {
  const sounds = await input.getAudioTracks();
  if (sounds.length > 0)
    return Math.max(0, Math.min(...(await Promise.all(sounds.map((sound) => sound.getFirstTimestamp())))));
  let least = Infinity;
  const packets = new EncodedPacketSink(track).packets(undefined, undefined, { metadataOnly: true });
  for await (const { timestamp, type } of packets) {
    if (type === "key" && timestamp > least) break;
    if (timestamp >= 0) least = Math.min(least, timestamp);
  }
  return Number.isFinite(least) ? least : 0;
}

/** What is told of the jumps. */
export function tellJumps(
  { startTime }: Clock,
  { seams }: RisingTimes,
  tell: (changed: Changed) => void,
): void {
  for (const { before, after, offset } of seams)
    tell(tellSeam("picture", exact(after + offset - startTime), after - before));
}

async function listTimes(track: InputVideoTrack): Promise<RisingTimes> {
  const packets: PacketTime[] = [];
  const sink = new EncodedPacketSink(track);
  for await (const { timestamp, type } of sink.packets(undefined, undefined, { metadataOnly: true }))
    packets.push({ timestamp, type });
  return riseTimes(packets);
}

/** Without the last digits, in which differences err. */
function exact(seconds: number): number {
  return Math.round(seconds * 1e9) / 1e9;
}
