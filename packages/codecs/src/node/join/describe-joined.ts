/** How long files last, and what they are together. */

import type { MediaDescription } from "@tatami/core";
import { TatamiError } from "@tatami/core";
import { describeStream } from "../input/input-streams.ts";
import type { InputStream } from "../input/input-streams.ts";
import type { Media } from "../input/media.ts";
import { packetTime, secondsOf } from "../node-av.ts";

/** Ticks a second at most; a clock of millionths is as good as any. */
const mostTicks = 1_000_000;

/**
 * Seconds from a file's start to the end of its last picture and sound. Only the headers of MP4 and Matroska are believed;
 * others are read through, for what they say is estimated.
 *
 * @throws TatamiError `invalid-option` for what has no end, or can be read once only.
 */
export async function lengthOf(media: Media, name: string, signal?: AbortSignal): Promise<number> {
  const { access, description, demuxerName } = media;
  if (!access.connect || description.duration === Infinity) {
    throw new TatamiError({
      code: "invalid-option",
      message: `${name} cannot be joined with others: it is no file that can be read twice.`,
      fix: "Record it to a file first, then join the files.",
    });
  }
  return /^(mov|matroska)/.test(demuxerName) && description.duration > 0
    ? description.duration
    : measure(media, signal);
}

async function measure(
  { access, nodeAv, streams, video, audio }: Media,
  signal?: AbortSignal,
): Promise<number> {
  await using reading = await access.read([video, ...audio], signal);
  let end = 0;
  for (;;) {
    using packet = await reading.demuxer.nextOfAny(signal);
    if (!packet) return end;
    const stream = streams.find(({ index }) => index === packet.streamIndex);
    const time = stream && packetTime(nodeAv, packet, stream.timeBase);
    if (!stream || time === undefined) continue;
    const stated = secondsOf(packet.duration, stream.timeBase);
    const lasts = stated > 0 || stream.frameRate === 0 ? stated : 1 / stream.frameRate;
    end = Math.max(end, time + lasts);
  }
}

/** A clock that holds every tick of all of them, where there is one. */
export function commonClock(files: readonly Pick<Media, "description">[]): number {
  return files.reduce((all, { description: { video } }) => {
    const shared = (all * video.ticksPerSecond) / greatestDivisor(all, video.ticksPerSecond);
    return shared > mostTicks ? mostTicks : shared;
  }, 1);
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

/** The files as one. */
export function describeJoined(
  files: readonly { readonly media: Pick<Media, "description">; readonly lasts: number }[],
  streams: readonly InputStream[],
  duration: number,
): MediaDescription {
  const all = files.map(({ media }) => media.description);
  const [first] = all as [MediaDescription];
  const counts = all.map(({ video }) => video.frameCount);
  const frameCount = counts.includes(null) ? null : counts.reduce((sum: number, count) => sum + count!, 0);
  const mean = (value: (video: MediaDescription["video"]) => number | null): number | null => {
    const values = all.map(({ video }) => value(video));
    if (values.includes(null)) return null;
    return values.reduce((sum: number, each, index) => sum + each! * files[index]!.lasts, 0) / duration;
  };
  const rates = new Set(all.map(({ video }) => video.frameRate));
  return {
    ...first,
    duration,
    startTime: 0,
    video: {
      ...first.video,
      frameCount,
      frameRate: rates.size === 1 ? first.video.frameRate : mean(({ frameRate }) => frameRate),
      ticksPerSecond: commonClock(files.map(({ media }) => media)),
      bitrate: mean(({ bitrate }) => bitrate),
    },
    tracks: [...streams.map(describeStream), ...first.tracks.filter(({ kind }) => kind === "chapters")],
  };
}
