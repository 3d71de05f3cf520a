/** What a video of a high dynamic range states beside its colours: the display it was made on, its light, Dolby Vision. */

import type { CodecParameters, Frame } from "node-av";
import { TatamiError } from "@tatami/core";
import type { NodeAv } from "../node-av.ts";

/** What is stated of a whole video, as FFmpeg keeps it; each absent where it is not. */
export interface HdrMetadata {
  /** The display it was mastered on (SMPTE ST 2086). */
  readonly mastering?: Buffer;
  /** Its brightest pixel and its brightest frame (CTA-861.3). */
  readonly contentLight?: Buffer;
  /** The room that it was looked at in (ITU-T H.274). */
  readonly ambient?: Buffer;
  readonly dolbyVision?: DolbyVision;
  /** Names of what changes from scene to scene: HDR10+ and its kind. */
  readonly dynamic: readonly string[];
}

/** A Dolby Vision stream's own description of itself. */
export interface DolbyVision {
  readonly profile: number;
  /** What the base layer is by itself: 0 nothing, 1 and 6 HDR10, 2 SDR, 4 HLG. */
  readonly baseLayer: number;
}

/** Looks at the first picture, and at what the container says. */
export function readHdrMetadata(nodeAv: NodeAv, frame: Frame, parameters: CodecParameters): HdrMetadata {
  const find = (ofFrame: number, ofPacket: number): Buffer | undefined => {
    const found =
      frame.getSideData(ofFrame as Parameters<Frame["getSideData"]>[0]) ??
      parameters.getCodedSideData(ofPacket as Parameters<CodecParameters["getCodedSideData"]>[0]);
    return found ? Buffer.from(found) : undefined;
  };
  const mastering = find(
    nodeAv.AV_FRAME_DATA_MASTERING_DISPLAY_METADATA,
    nodeAv.AV_PKT_DATA_MASTERING_DISPLAY_METADATA,
  );
  const contentLight = find(nodeAv.AV_FRAME_DATA_CONTENT_LIGHT_LEVEL, nodeAv.AV_PKT_DATA_CONTENT_LIGHT_LEVEL);
  const ambient = find(
    nodeAv.AV_FRAME_DATA_AMBIENT_VIEWING_ENVIRONMENT,
    nodeAv.AV_PKT_DATA_AMBIENT_VIEWING_ENVIRONMENT,
  );
  const record = parameters.getCodedSideData(nodeAv.AV_PKT_DATA_DOVI_CONF);
  const dynamic = [
    ["HDR10+", nodeAv.AV_FRAME_DATA_DYNAMIC_HDR_PLUS],
    ["HDR Vivid", nodeAv.AV_FRAME_DATA_DYNAMIC_HDR_VIVID],
  ] as const;
  return {
    ...(mastering && { mastering }),
    ...(contentLight && { contentLight }),
    ...(ambient && { ambient }),
    // AVDOVIDecoderConfigurationRecord: a byte each, the profile the third, what the base layer is the eighth
    ...(record && record.length >= 8 && { dolbyVision: { profile: record[2]!, baseLayer: record[7]! } }),
    dynamic: dynamic.filter(([, type]) => frame.getSideData(type) !== null).map(([name]) => name),
  };
}

/** @throws TatamiError `unsupported-feature` for Dolby Vision whose base layer is no picture by itself (profile 5). */
export function refuseDolbyVision({ dolbyVision }: HdrMetadata): void {
  if (!dolbyVision || dolbyVision.baseLayer !== 0) return;
  throw new TatamiError({
    code: "unsupported-feature",
    message: `The video is Dolby Vision profile ${dolbyVision.profile}, whose base layer is no picture by itself: its colours would be wrong.`,
    fix: "Convert it to HDR10 or SDR first, by a program that applies Dolby Vision's metadata (FFmpeg's libplacebo filter does).",
    detail: { dolbyVisionProfile: dolbyVision.profile },
  });
}

/** The display's primaries, white and light, each with its units a whole number of which is stated. */
interface Mastering {
  /** Red, green, blue, white: x and y. */
  readonly points: readonly (readonly [number, number])[] | undefined;
  /** Candela a square metre, least and most. */
  readonly light: readonly [number, number] | undefined;
}

/** FFmpeg's structure: eleven fractions of two 32-bit numbers, and two flags. */
function parseMastering(data: Buffer): Mastering | undefined {
  if (data.length < 88) return undefined;
  const fraction = (index: number): number => data.readInt32LE(8 * index) / data.readInt32LE(8 * index + 4);
  const point = (index: number): readonly [number, number] => [fraction(index), fraction(index + 1)];
  return {
    points: data.readInt32LE(80) === 0 ? undefined : [point(0), point(2), point(4), point(6)],
    light: data.readInt32LE(84) === 0 ? undefined : [fraction(8), fraction(9)],
  };
}

/** The mastering display as x265 wants it, in units of 0.00002 and 0.0001, or as SVT-AV1 does, plainly; nothing where half of it is stated. */
export function masteringText({ mastering }: HdrMetadata, form: "x265" | "svt"): string | undefined {
  const { points, light } = (mastering && parseMastering(mastering)) ?? {};
  if (!points || !light) return undefined;
  const [red, green, blue, white] = points.map(([x, y]) =>
    form === "x265" ? `(${Math.round(x * 50_000)},${Math.round(y * 50_000)})` : `(${x},${y})`,
  );
  const [least, most] = form === "x265" ? light.map((each) => Math.round(each * 10_000)) : light;
  return `G${green}B${blue}R${red}WP${white}L(${most},${least})`;
}

/** The brightest pixel and frame, in candela a square metre, with a comma between. */
export function contentLightText({ contentLight }: HdrMetadata): string | undefined {
  if (!contentLight || contentLight.length < 8) return undefined;
  return `${contentLight.readUInt32LE(0)},${contentLight.readUInt32LE(4)}`;
}
