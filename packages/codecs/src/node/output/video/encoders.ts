/** FFmpeg's encoders of pictures: which there are for each codec, what they take, and what of an order does not go together. */

import type { EncodeOptions, VideoCodec } from "@tatami/core";
import { checkInteger, checkOneOf, encoderChoices, invalidOption, pixelFormats } from "@tatami/core";
import type { EncoderFormat } from "../../../picture/write-picture.ts";

/** An encoder, and how it is set. */
export interface EncoderSetup {
  /** FFmpeg's name. */
  readonly name: string;
  readonly isHardware: boolean;
  /** By its bits: what it takes. */
  readonly formats: Readonly<Record<8 | 10, EncoderFormat>>;
  /** Private options, in its own words. */
  readonly options: Readonly<Record<string, string>>;
}

/** How the encoder's words for effort are checked, and said. */
interface Effort {
  readonly option: string;
  readonly words: readonly string[];
}

const planar = { 8: "yuv420p", 10: "yuv420p10le" } as const;
const paired = { 8: "nv12", 10: "p010le" } as const;

const software = (name: string, options: EncoderSetup["options"]): EncoderSetup => ({
  name,
  isHardware: false,
  formats: planar,
  options,
});

/** In the order they are tried, with their options: the quick end of each one's presets. */
const softwareEncoders: Readonly<Record<VideoCodec, readonly EncoderSetup[]>> = {
  // what of captions is at hand is written into the stream by a53cc, which is on as it is
  avc: [software("libx264", { preset: "veryfast" })],
  hevc: [software("libx265", { preset: "veryfast" })],
  vp9: [
    software("libvpx-vp9", { deadline: "realtime", "cpu-used": "5", "row-mt": "1", "tile-columns": "2" }),
  ],
  av1: [software("libsvtav1", { preset: "9" }), software("libaom-av1", { "cpu-used": "8", "row-mt": "1" })],
};

/** What makers of hardware call theirs; each takes pictures of pairs, VAAPI's in its own memory. */
const hardwareKinds = ["nvenc", "qsv", "amf", "videotoolbox", "vaapi"];
const hardwareCodecs: Readonly<
  Record<VideoCodec, { readonly name: string; readonly kinds: readonly string[] }>
> = {
  avc: { name: "h264", kinds: hardwareKinds },
  hevc: { name: "hevc", kinds: hardwareKinds },
  vp9: { name: "vp9", kinds: ["qsv", "vaapi"] },
  av1: { name: "av1", kinds: ["nvenc", "qsv", "amf", "vaapi"] },
};

const x26x: Effort = {
  option: "preset",
  words: "ultrafast superfast veryfast faster fast medium slow slower veryslow placebo".split(" "),
};
const numbered = (option: string, most: number): Effort => ({
  option,
  words: Array.from({ length: most + 1 }, (_, number) => String(number)),
});
const efforts: Readonly<Record<VideoCodec, Effort>> = {
  avc: x26x,
  hevc: x26x,
  vp9: numbered("cpu-used", 8),
  av1: numbered("preset", 13),
};
const mostCrf: Readonly<Record<VideoCodec, number>> = { avc: 51, hevc: 51, vp9: 63, av1: 63 };

/** The encoders that an order asks, in the order they are tried. */
export function encodersFor(codec: VideoCodec, encode: EncodeOptions): readonly EncoderSetup[] {
  const { encoder = "auto", crf, preset } = encode;
  const { option } = efforts[codec];
  const asked = softwareEncoders[codec].map((each): EncoderSetup => {
    const effort = preset === undefined ? {} : { [each.name === "libaom-av1" ? "cpu-used" : option]: preset };
    const rate = crf === undefined ? {} : { crf: String(crf) };
    // a picture at a time is what realtime is for; whoever says how hard it tries has time
    const patient = preset !== undefined && codec === "vp9" ? { deadline: "good" } : {};
    return { ...each, options: { ...each.options, ...patient, ...effort, ...rate } };
  });
  if (encoder === "software") return asked;
  const { name, kinds } = hardwareCodecs[codec];
  const hardware = kinds.map((kind): EncoderSetup => ({
    name: `${name}_${kind}`,
    isHardware: true,
    formats: paired,
    options: {},
  }));
  // what is said in software's words is for software
  if (crf !== undefined || preset !== undefined) return asked;
  return encoder === "hardware" ? [...hardware, ...asked] : [...asked, ...hardware];
}

/** @throws TatamiError `invalid-option` for what does not go together, whichever the codec is. */
export function checkEncode(encode: EncodeOptions): void {
  const { bitrate, quality, crf, preset, encoder, pixelFormat, codec } = encode;
  if (encoder !== undefined) checkOneOf("encode.encoder", encoder, encoderChoices);
  if (pixelFormat !== undefined) checkOneOf("encode.pixelFormat", pixelFormat, pixelFormats);
  if (crf !== undefined) checkInteger("encode.crf", crf, 0, 63);
  const rate = bitrate !== undefined ? "bitrate" : quality !== undefined ? "quality" : undefined;
  if (crf !== undefined && rate !== undefined)
    throw invalidOption(
      "encode.crf",
      `left out beside encode.${rate}: both say how large the file becomes`,
      crf,
      `Give encode.crf or encode.${rate}, not both.`,
    );
  const ofSoftware = crf !== undefined ? "crf" : preset !== undefined ? "preset" : undefined;
  if (encoder === "hardware" && ofSoftware !== undefined)
    throw invalidOption(
      `encode.${ofSoftware}`,
      "left out beside encode.encoder hardware, whose encoders have no such thing",
      encode[ofSoftware],
      `Give encode.bitrate or encode.quality, or set encode.encoder to software.`,
    );
  if (codec === "avc" && pixelFormat === "yuv420p10le")
    throw invalidOption(
      "encode.pixelFormat",
      "yuv420p for avc: hardly any player shows ten bits of it",
      pixelFormat,
      "Set encode.codec to hevc, vp9 or av1, or encode.pixelFormat to yuv420p.",
    );
  if (codec !== undefined && codec in efforts) checkForCodec(encode, codec);
}

/** @throws TatamiError `invalid-option` for a factor or a preset that this codec's encoder does not know. */
export function checkForCodec({ crf, preset }: EncodeOptions, codec: VideoCodec): void {
  if (crf !== undefined && crf > mostCrf[codec])
    throw invalidOption(
      "encode.crf",
      `a whole number from 0 to ${mostCrf[codec]} for ${codec}`,
      crf,
      `Give a lower encode.crf, or another encode.codec: vp9 and av1 count to 63.`,
    );
  const { words } = efforts[codec];
  if (preset === undefined || words.includes(preset)) return;
  const isNumbered = words[0] === "0";
  throw invalidOption(
    "encode.preset",
    isNumbered
      ? `a whole number from 0 to ${words.at(-1)} for ${codec}`
      : `one of ${words.join(", ")} for ${codec}`,
    preset,
    "Give one of those, or say with encode.codec which codec is meant.",
  );
}
