/** What becomes of everything in an input but the picture that is enlarged. */

import type { AudioOption, Container, LeftOut, LeftOutReason, TrackDescription } from "@tatami/core";
import { isChapterText } from "../input/describe.ts";
import type { InputStream } from "../input/input-streams.ts";
import { describeStream } from "../input/input-streams.ts";
import type { Media } from "../input/media.ts";
import { allContainers, canHold } from "./containers.ts";
import type { SoundPlan } from "./sound/plan-sound.ts";
import { planSound } from "./sound/plan-sound.ts";

/** The plan of one stream that is in the output. */
export type StreamPlan =
  | Exclude<SoundPlan, { readonly how: "leave" }>
  /** A cover as the picture of an MP4, or as a file attached to a Matroska. */
  | { readonly stream: InputStream; readonly how: "cover" | "attachment" }
  /** Kept by the muxer as a tag of the picture, from which it makes the track anew. */
  | { readonly stream: InputStream; readonly how: "timecode" };

/** The plan of all. */
export interface StreamsPlan {
  readonly streams: readonly StreamPlan[];
  readonly leftOut: readonly LeftOut[];
}

/** Decides stream by stream, asking the container's own muxer. */
export async function planStreams(
  media: Media,
  container: Container,
  option: AudioOption,
): Promise<StreamsPlan> {
  const streams: StreamPlan[] = [];
  const leftOut: LeftOut[] = [];
  for (const stream of media.streams) {
    if (stream.index === media.video) continue;
    // carried by the chapters themselves
    if (media.chapters.length > 0 && isChapterText(stream)) continue;
    const plan = await planStream(media, stream, container, option);
    if (plan.how === "leave") leftOut.push(plan.why);
    else streams.push(plan);
  }
  return { streams, leftOut };
}

/** What is not of one kind throughout is encoded anew, or it would be of one kind by its name alone. */
function unevenOption({ uneven }: Media, { index }: InputStream, option: AudioOption): AudioOption {
  return option === "auto" && uneven?.includes(index) ? "encode" : option;
}

type Leaving = Extract<SoundPlan, { readonly how: "leave" }>;

async function planStream(
  media: Media,
  stream: InputStream,
  container: Container,
  option: AudioOption,
): Promise<StreamPlan | Leaving> {
  switch (stream.kind) {
    case "audio":
      if (option === "copy" && media.uneven?.includes(stream.index))
        return leave(
          stream,
          "container-cannot-hold",
          "differs between the files that are joined, and was not to be encoded anew",
        );
      return media.audio.includes(stream.index)
        ? planSound(media.nodeAv, stream, container, unevenOption(media, stream, option))
        : leave(stream, "second-video-track", "belongs to another variant of the playlist");
    case "video":
      return leave(stream, "second-video-track", "is not the one upscaled");
    case "attachment":
      return planAttachment(media, stream, container);
    case "data":
      return planData(media, stream, container);
    default:
      return planCopy(media, stream, container);
  }
}

function planAttachment({ covers }: Media, stream: InputStream, container: Container): StreamPlan | Leaving {
  if (stream.isCover && !covers.has(stream.index)) return leave(stream, "unreadable", "cannot be read");
  if (container === "mkv") return { stream, how: "attachment" };
  if (stream.isCover && container === "mp4") return { stream, how: "cover" };
  const where = stream.isCover ? "MKV or MP4" : "MKV";
  return leave(stream, "container-cannot-hold", `cannot be held by ${container}; write ${where} to keep it`);
}

function planData(
  media: Media,
  stream: InputStream,
  container: Container,
): Promise<StreamPlan | Leaving> | StreamPlan | Leaving {
  const { parameters, tags } = stream;
  if (parameters.codecTagString === "tmcd") {
    const timecode = tags["timecode"] ?? "unreadable";
    return container === "mov" || container === "mp4"
      ? { stream, how: "timecode" }
      : leave(
          stream,
          "container-cannot-hold",
          `(timecode ${timecode}) cannot be held by ${container} as a track; write MOV to keep it`,
        );
  }
  return planCopy(media, stream, container);
}

async function planCopy(
  { nodeAv }: Media,
  stream: InputStream,
  container: Container,
): Promise<StreamPlan | Leaving> {
  if (await canHold(nodeAv, container, stream)) return { stream, how: "copy" };
  const others: string[] = [];
  for (const other of allContainers)
    if (other !== container && (await canHold(nodeAv, other, stream))) others.push(other.toUpperCase());
  const help =
    others.length > 0
      ? `; write ${others.join(" or ")} to keep it`
      : ", nor by any other container that is written here";
  return leave(stream, "container-cannot-hold", `cannot be held by ${container}${help}`);
}

function leave(stream: InputStream, reason: LeftOutReason, what: string): Leaving {
  const track = describeStream(stream);
  return { stream, how: "leave", why: { track, reason, message: `${nameOf(track)} ${what}.` } };
}

function nameOf({ index, kind, codec }: TrackDescription): string {
  return `Track ${index} (${kind}${codec === null ? "" : `, ${codec}`})`;
}
