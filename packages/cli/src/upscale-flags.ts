/** The flags of `tatami upscale`. */

import type { BackendName, Look } from "@tatami/graph";
import type { DebugView, FrameRateGoal, FuseMode } from "@tatami/upscale";
import type { Effort } from "@tatami/zoo";
import {
  audioOptions,
  backendNames,
  debugViews,
  deinterlaceModes,
  efforts,
  encoderChoices,
  fuseModes,
  looks,
  mostStrength,
  pixelFormats,
  resolveTarget,
  reuseModes,
  videoCodecs,
} from "@tatami/core";
import type {
  AudioOption,
  Deinterlace,
  EncoderChoice,
  PixelFormat,
  Size,
  TargetSize,
  VideoCodec,
} from "@tatami/core";
import type { FlagValues, Switch, ValueFlag } from "./flags.ts";
import { switchFlag, valueFlag } from "./flags.ts";
import { parseBitrate } from "./parsing/parse-bitrate.ts";
import { parseChoice, parseChoices } from "./parsing/parse-choice.ts";
import { parseDuration } from "./parsing/parse-duration.ts";
import { parseInteger } from "./parsing/parse-integer.ts";
import { parseNumber } from "./parsing/parse-number.ts";
import { parsePixels, parseRate } from "./parsing/parse-raw.ts";
import { parseTrim } from "./parsing/parse-trim.ts";
import type { Trim } from "./parsing/parse-trim.ts";
import { containerNames } from "./pictures/output-form.ts";
import type { ContainerName } from "./pictures/output-form.ts";

const text = (value: string): string => value;

function parseGoal(value: string, flag: string): FrameRateGoal {
  return value === "max" || value === "off" ? value : parseNumber(1, 1000)(value, flag);
}

function parseSize(value: string, flag: string): TargetSize & string {
  resolveTarget(value, flag);
  return value as TargetSize & string;
}

/** The table. */
export const upscaleFlags: {
  readonly output: ValueFlag<string>;
  readonly model: ValueFlag<string>;
  readonly effort: ValueFlag<Effort>;
  readonly "routing-loss": ValueFlag<number>;
  readonly fps: ValueFlag<FrameRateGoal>;
  readonly scale: ValueFlag<"2" | "4">;
  readonly size: ValueFlag<TargetSize & string>;
  readonly second: ValueFlag<string>;
  readonly look: ValueFlag<Look>;
  readonly strength: ValueFlag<number>;
  readonly denoise: ValueFlag<number>;
  readonly codec: ValueFlag<VideoCodec>;
  readonly container: ValueFlag<ContainerName>;
  readonly bitrate: ValueFlag<number>;
  readonly quality: ValueFlag<number>;
  readonly crf: ValueFlag<number>;
  readonly preset: ValueFlag<string>;
  readonly encoder: ValueFlag<EncoderChoice>;
  readonly "pixel-format": ValueFlag<PixelFormat>;
  readonly audio: ValueFlag<AudioOption>;
  readonly trim: ValueFlag<Trim>;
  readonly duration: ValueFlag<number>;
  readonly deinterlace: ValueFlag<Deinterlace>;
  readonly "frame-rate": ValueFlag<number>;
  readonly "input-format": ValueFlag<string>;
  readonly "input-size": ValueFlag<Size>;
  readonly strict: Switch;
  readonly recover: Switch;
  readonly backend: ValueFlag<readonly BackendName[]>;
  readonly threads: ValueFlag<number>;
  readonly patch: ValueFlag<number>;
  readonly batch: ValueFlag<number>;
  readonly reuse: ValueFlag<(typeof reuseModes)[number]>;
  readonly fuse: ValueFlag<FuseMode>;
  readonly latency: ValueFlag<number>;
  readonly integers: Switch;
  readonly "debug-view": ValueFlag<DebugView>;
  readonly "to-sdr": Switch;
  readonly resume: Switch;
  readonly keep: Switch;
  readonly "keep-times": Switch;
  readonly overwrite: Switch;
  readonly "skip-existing": Switch;
  readonly jobs: ValueFlag<number>;
  readonly join: Switch;
  readonly watch: Switch;
  readonly settle: ValueFlag<number>;
  readonly "dry-run": Switch;
  readonly json: Switch;
  readonly quiet: Switch;
  readonly verbose: Switch;
} = {
  output: valueFlag(
    "PATH",
    "File to write, or folder for several inputs and for a folder's tree; default NAME.2x.mp4 beside the input. Frames go into numbered pictures (frames/%05d.png), .gif, .webp, .y4m or .yuv; - is standard output.",
    text,
    "o",
  ),
  model: valueFlag(
    "MODEL",
    "A shipped model (tatami models) or an .onnx file, or two or three with commas, which share every frame by how hard its parts are; default auto: by what the file looks like.",
    text,
  ),
  effort: valueFlag(
    efforts.join("|"),
    "With the automatic model: which two networks share the frames; default one network, between low and medium.",
    parseChoice(efforts),
  ),
  "routing-loss": valueFlag(
    "DB",
    "With several networks: decibels that giving parts to the smaller ones may cost; default 0.02.",
    parseNumber(0),
  ),
  fps: valueFlag(
    "N|max|off",
    "Frames a second to keep up by computing less where it must be: fewer parts by larger networks, looser reuse. With the automatic model --effort is low then; default off.",
    parseGoal,
  ),
  scale: valueFlag("2|4", "Times wider and higher; chooses the model.", parseChoice(["2", "4"])),
  second: valueFlag(
    "NAME|FILE",
    "A network that enlarges further what --model has made, for more than four times; chosen with --size where --model is.",
    text,
  ),
  size: valueFlag(
    "SIZE",
    "The result's size in place of a scale, its shape kept: 1080p (the shorter side), 1920x1080 (as large as fits), 1.5x; chooses the model.",
    parseSize,
  ),
  strength: valueFlag(
    "X",
    "How much of what the model adds to a bicubic filter is used: 0 is the filter, 1 (the default) the model, 1.5 the most.",
    parseNumber(0, mostStrength),
  ),
  denoise: valueFlag(
    "X",
    "How much of what cameras and codecs add is taken away: 0 is the model, 1 its camera sibling, between them a mixture.",
    parseNumber(0, 1),
  ),
  look: valueFlag(
    looks.join("|"),
    "With the automatic model: no more than the file gives evidence of (the default), or what viewers like.",
    parseChoice(looks),
  ),
  codec: valueFlag(
    videoCodecs.join("|"),
    "Video codec; default avc, of ten bits hevc, or the first that can be encoded.",
    parseChoice(videoCodecs),
  ),
  container: valueFlag(
    containerNames.join("|"),
    "Container; default from the output's name, of standard output mkv. y4m is raw video without sound, rawvideo (.yuv) the same without headers.",
    parseChoice(containerNames),
  ),
  bitrate: valueFlag("RATE", "Bits a second of the video: 2M, 2500k or 2500000.", parseBitrate),
  quality: valueFlag(
    "1-100",
    "Quality of the video, default 75, or of pictures, default 90.",
    parseInteger(1, 100),
  ),
  crf: valueFlag(
    "N",
    "Constant rate factor of the codec's software encoder, lower is better: 0 to 51 of avc and hevc, 0 to 63 of vp9 and av1.",
    parseInteger(0, 63),
  ),
  preset: valueFlag(
    "NAME",
    "How hard the software encoder tries: ultrafast to placebo (avc, hevc), 13 to 0 (av1), 8 to 0 (vp9); default veryfast, 9, 5.",
    text,
  ),
  encoder: valueFlag(
    encoderChoices.join("|"),
    "hardware tries the machine's own encoders, and software where none of them encodes; auto (the default) is software wherever there is one.",
    parseChoice(encoderChoices),
  ),
  "pixel-format": valueFlag(
    pixelFormats.join("|"),
    "Samples of 8 bits or of 10 (hevc, vp9, av1); default as many as the input has.",
    parseChoice(pixelFormats),
  ),
  audio: valueFlag(
    audioOptions.join("|"),
    "Sound: copied where the container holds it, else encoded anew (auto), or left out (copy); all anew; none. Default auto.",
    parseChoice(audioOptions),
  ),
  trim: valueFlag("A-B", "Only this part, in seconds or h:mm:ss; either side may be empty.", parseTrim),
  duration: valueFlag("TIME", "Only so long, from the start or from --trim's: 30s, 5m, 1:30.", parseDuration),
  deinterlace: valueFlag(
    deinterlaceModes.join("|"),
    "Make whole pictures of interlaced ones (the default), or take them as they are.",
    parseChoice(deinterlaceModes),
  ),
  "frame-rate": valueFlag(
    "N",
    "Pictures a second of numbered pictures and of raw video in: 25 (the default), 30000/1001.",
    parseRate,
  ),
  "input-format": valueFlag(
    "FORMAT",
    "The input is raw video without a header, of --input-size; how its samples lie, as ffmpeg -pix_fmts lists it: yuv420p, yuv420p10le, nv12, rgb24.",
    text,
  ),
  "input-size": valueFlag("WxH", "Pixels of every picture of raw video in: 1920x1080.", parsePixels),
  strict: switchFlag("Stop at the first place that cannot be decoded, instead of leaving it out."),
  recover: switchFlag(
    "Read an MP4 whose index is missing (a recording that was cut off) from its raw stream.",
  ),
  backend: valueFlag(
    "LIST",
    `Engines to try, in order: ${backendNames.join(",")}.`,
    parseChoices(backendNames),
  ),
  threads: valueFlag(
    "N",
    "Threads of the CPU engine; default what the machine has, up to 8.",
    parseInteger(1, 64),
  ),
  patch: valueFlag(
    "N",
    "Longest side of a patch in input pixels; default by frame and threads, up to 384.",
    parseInteger(8, 4096),
  ),
  batch: valueFlag("N", "Patches handed to the engine at once; default 1.", parseInteger(1, 1024)),
  reuse: valueFlag(
    reuseModes.join("|"),
    "Reuse patches that are the same bit for bit (the default), or that changed by little, or none.",
    parseChoice(reuseModes),
  ),
  fuse: valueFlag(
    fuseModes.join("|"),
    "Of a camera that does not move: take what stands still from the mean of the frames before (static), or only once that has shown to gain (auto); default off.",
    parseChoice(fuseModes),
  ),
  latency: valueFlag("N", "Frames whose patches may be computed together; default 4.", parseInteger(1, 64)),
  integers: switchFlag(
    "Let a GPU compute on 8-bit integers where that is quicker; costs some hundredths of a dB.",
  ),
  "debug-view": valueFlag(
    debugViews.join("|"),
    "Tint patches that were reused, parts that larger networks made, or pixels by how many frames they rest on.",
    parseChoice(debugViews),
  ),
  "to-sdr": switchFlag(
    "Convert 10-bit and HDR input to 8-bit SDR; without it ten bits and HDR are kept in videos, and refused for pictures.",
  ),
  resume: switchFlag(
    "Work in segments that are kept in OUTPUT.tatami until all are joined; after a crash the same command goes on with them.",
  ),
  keep: switchFlag("As --resume, and Ctrl-C keeps finished segments, too."),
  "keep-times": switchFlag("Give each output its input's times of last change and last access."),
  overwrite: switchFlag("Replace outputs that exist.", "y"),
  "skip-existing": switchFlag("Leave outputs that exist as they are, and count them."),
  jobs: valueFlag(
    "N",
    "Files at once, which share the CPU engine's threads; default 1, at most 16.",
    parseInteger(1, 16),
  ),
  join: switchFlag(
    "Make one video of all inputs, in the order given, of a folder by name; what is missing between them is told.",
  ),
  watch: switchFlag(
    "Take the files of a folder as they are finished, until Ctrl-C; those whose outputs exist are left.",
  ),
  settle: valueFlag(
    "SECONDS",
    "With --watch: for how long a file stays as it is before it counts as finished; default 5.",
    parseNumber(0.1, 3600),
  ),
  "dry-run": switchFlag("Say what would be done, and do nothing."),
  json: switchFlag("Print one JSON object a file on stdout."),
  quiet: switchFlag("Print nothing but errors and JSON.", "q"),
  verbose: switchFlag("Also print what was tried and set aside, and the time of each stage."),
};

/** What was typed. */
export type UpscaleFlags = FlagValues<typeof upscaleFlags>;
