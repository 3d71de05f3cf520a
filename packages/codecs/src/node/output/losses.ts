/** What of an input is not in the output, or not as it was, in sentences. */

import type { Changed, LeftOut, VideoCodec } from "@tatami/core";
import { isHighDynamicRange } from "@tatami/core";
import type { Chapter } from "../input/chapters.ts";
import type { InputStream } from "../input/input-streams.ts";
import { describeStream } from "../input/input-streams.ts";
import type { Media } from "../input/media.ts";
import { bitsOfFrames } from "../input/media.ts";
import { chromaSamplingOf, isRgbFormat } from "../pictures/pixel-formats.ts";
import type { VideoEncoding } from "./video/open-context.ts";
import type { StreamPlan } from "./plan-streams.ts";

/** MP4's list of chapters says where each begins, so that each lasts up to the next. */
export function planChapterEnds(
  chapters: readonly Chapter[],
  container: string,
  duration: number,
): Changed[] {
  if (container === "mkv" || container === "webm") return [];
  const early = chapters.findIndex(({ end }, index) => end < (chapters[index + 1]?.start ?? duration) - 0.05);
  if (early === -1) return [];
  const message = `Chapter ${early + 1} ends before the next begins, which ${container} cannot say; it lasts up to there.`;
  return [{ kind: "times", message }];
}

/** The loss of the chapters. */
export function chaptersLost({ description }: Media, why: string): LeftOut {
  const track = description.tracks.find(({ kind }) => kind === "chapters")!;
  return { track, reason: "container-cannot-hold", message: `The chapters are not copied: ${why}.` };
}

/** What of the picture itself is lost, as far as the first one shows; the writer looks at the others. */
export function planLost(
  media: Media,
  source: InputStream,
  video: VideoEncoding,
  container: string,
): LeftOut[] {
  const { first } = media;
  return [
    ...(first.isTransparent && !video.withAlpha
      ? [bitsOfFrames(media) > 8 ? deepAlphaLost(source) : alphaLost(source, video.codec, container)]
      : []),
    ...(first.hasCaptions && !carriesCaptions(video.codec) ? [captionsLost(source, video.codec)] : []),
  ];
}

/** Whether an encoder writes closed captions into its stream: of those here x264 alone does. */
export function carriesCaptions(codec: VideoCodec): boolean {
  return codec === "avc";
}

/** The loss of transparency. */
export function alphaLost(source: InputStream, codec: VideoCodec, container: string): LeftOut {
  const message = `Transparency is lost: ${codec} in ${container} cannot hold it; write VP9 to WebM or MKV to keep it.`;
  return { track: describeStream(source), reason: "alpha-not-encodable", message };
}

function deepAlphaLost(source: InputStream): LeftOut {
  const message =
    "Transparency is lost: it is not read of pictures of more than 8 bits; convert them to 8 bits to keep it.";
  return { track: describeStream(source), reason: "alpha-not-encodable", message };
}

/** The loss of closed captions. */
export function captionsLost(source: InputStream, codec: VideoCodec): LeftOut {
  const message = `The closed captions in the picture are lost: ${codec} has no place for them; write avc to keep them.`;
  const track = { ...describeStream(source), kind: "subtitle" as const, codec: "eia_608" };
  return { track, reason: "container-cannot-hold", message };
}

/** How its samples are otherwise: fewer bits, colour sampled more coarsely. */
export function planSampling(media: Media, { bits }: VideoEncoding): Changed[] {
  const { first, description } = media;
  const sampling = chromaSamplingOf(first.pixelFormat);
  const { bitDepth } = description.video;
  const deeper = bitDepth !== null && bitDepth > bits ? [`${bitDepth} bits a sample become ${bits}`] : [];
  const finer =
    sampling !== undefined && sampling !== "4:2:0" ? [`colour sampled ${sampling} becomes 4:2:0`] : [];
  const rgb = isRgbFormat(first.pixelFormat) ? ["R′G′B′ becomes BT.601 4:2:0"] : [];
  const sampled = [...deeper, ...finer, ...rgb].map((what) => ({
    kind: "sampling" as const,
    message: `${what}.`,
  }));
  if (!isHighDynamicRange(description.video.color) || media.options.toSdr !== true) return sampled;
  return [...sampled, { kind: "color", message: "High dynamic range becomes BT.709, as asked." }];
}

/** What of a high dynamic range is not carried: what changes from scene to scene was made for the smaller pictures. */
export function planHdr({ options }: Media, { codec, hdr }: VideoEncoding): Changed[] {
  if (options.toSdr === true) return [];
  const { dolbyVision, dynamic, mastering, contentLight } = hdr;
  const kinds: Readonly<Record<number, string>> = { 1: "HDR10", 2: "SDR", 4: "HLG", 6: "HDR10" };
  const lost = [
    ...(dolbyVision
      ? [
          `Dolby Vision's metadata (profile ${dolbyVision.profile}) is left out: the output is the ${kinds[dolbyVision.baseLayer] ?? "picture"} that its base layer is.`,
        ]
      : []),
    ...dynamic.map((name) => `${name}'s metadata, which changes from scene to scene, is left out.`),
    ...((mastering ?? contentLight) && codec === "avc"
      ? ["The mastering display and the light it states are in the container alone: avc has them not."]
      : []),
  ];
  return lost.map((message) => ({ kind: "color", message }));
}

/**
 * Codecs whose streams always state a range (VP9 bitstream specification 0.6, section 7.2.2; AV1's, 5.5.2), and the one whose
 * missing statement is read as one (ITU-T H.265, section E.3.1: inferred to be 0).
 */
export function planRange({ codec, color }: VideoEncoding): Changed[] {
  if (color.fullRange !== null || codec === "avc") return [];
  const message =
    codec === "hevc"
      ? "hevc whose range is not stated is read as of the limited one."
      : `${codec} cannot leave the range unstated: the limited one is stated.`;
  return [{ kind: "color", message }];
}

/** What is lost of a recording without an index. */
export function planRecovery({ isRecovered, description }: Media): Changed[] {
  if (!isRecovered) return [];
  const rate = description.video.frameRate ?? 25;
  const message = `The recording's index is missing: its pictures were read from the raw stream and follow one another at ${rate} a second; its sound and their own times are lost.`;
  return [{ kind: "times", message }];
}

/** The clock that the output does not keep. */
export function planClock({ description }: Media, offset: number, start: number | undefined): Changed[] {
  const { startTime } = description;
  // Transport streams begin at 1.4 s or so by themselves: a clock of more is somebody's, of less is nobody's.
  if (offset !== 0 || start !== undefined || Math.abs(startTime) < 10) return [];
  const message = `The recording's own clock begins at ${startTime.toFixed(3)} s; the output begins at 0.`;
  return [{ kind: "times", message }];
}

/** Channels that an encoder does not take. */
export function planMixDown(plan: StreamPlan): Changed[] {
  if (plan.how !== "encode") return [];
  const { channels } = plan.stream.parameters;
  if (channels <= plan.encoding.channels) return [];
  const message = `Audio track ${plan.stream.index} has ${channels} channels, mixed down to ${plan.encoding.channels}.`;
  return [{ kind: "sound", message }];
}
