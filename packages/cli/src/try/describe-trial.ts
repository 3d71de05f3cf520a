/** A trial for people at a terminal, and for programs. */

import { formatSize } from "@tatami/core";
import { timeText } from "../compare/describe-comparison.ts";
import { formatBytes, formatClock, formatDuration, formatRate } from "../display/format.ts";
import { textTable } from "../display/text-table.ts";
import { automatic } from "./options.ts";
import type { Trial, Way } from "./options.ts";

/** What was typed, as far as it belongs into the commands that are suggested. */
export interface TriedFile {
  /** As it was typed. */
  readonly name: string;
  /** Bytes; `null` where it is no file. */
  readonly size: number | null;
  /** Flags that are needed to read it: `--to-sdr`. */
  readonly flags: readonly string[];
}

/** All ways in the order they are told: the filter, then each network at each strength. */
export function waysOf(trial: Trial): readonly Way[] {
  const ways = networkOrder(trial).flatMap((network) =>
    trial.networks[network]!.strengths.map((strength): Way => ({ network, strength })),
  );
  return [{ network: 0, strength: 0 }, ...ways];
}

/** Numbers of the networks in the order they are told: what is chosen automatically comes first. */
export function networkOrder({ networks }: Trial): readonly number[] {
  const isFirst = (network: number): boolean => networks[network]!.word === automatic;
  return [...networks.keys()].toSorted((a, b) => Number(isFirst(b)) - Number(isFirst(a)));
}

/** The command that does a whole file in this way. */
export function commandOf(trial: Trial, { network, strength }: Way, { name, flags }: TriedFile): string {
  const { word } = trial.networks[network]!;
  // what is chosen without being asked for is not written
  if (word === automatic && strength > 0)
    return `tatami ${["upscale", quote(name), ...scaleWords(trial), ...flags].join(" ")}`;
  const strengthWords = strength === 1 ? [] : ["--strength", String(strength)];
  const words = ["upscale", quote(name), "--model", quote(word), ...strengthWords, ...flags];
  return `tatami ${words.join(" ")}`;
}

function scaleWords({ scale }: Trial): readonly string[] {
  return scale === 2 ? [] : ["--scale", String(scale)];
}

/** Bytes of the whole result, about: the encoder keeps to its rate, and the rest of the file is copied. */
export function sizeOf({ media, bitrate, frames }: Trial, { size }: TriedFile): number | null {
  const { duration, video } = media;
  if (duration === Infinity || frames === null || frames < 2) return null;
  const pictures = (bitrate * duration) / 8;
  const source = video.bitrate === null ? null : (video.bitrate * duration) / 8;
  return pictures + (size === null || source === null ? 0 : Math.max(0, size - source));
}

/** A table of ways, each with its command. */
export function describeTrial(trial: Trial, file: TriedFile): string {
  const { media, moments, networks, size } = trial;
  const rows = waysOf(trial).map((way) => {
    const { word, track, milliseconds, seconds } = networks[way.network]!;
    const isFilter = way.strength === 0;
    return [
      isFilter ? "bicubic filter" : wordName(word),
      isFilter ? "" : trackName(word, track),
      String(way.strength),
      formatRate(milliseconds),
      seconds === null ? "–" : aboutTime(seconds),
      commandOf(trial, way, file),
    ];
  });
  const bytes = sizeOf(trial, file);
  const about = bytes === null ? "" : `, about ${formatBytes(bytes)} whichever the network`;
  return (
    `${file.name}\n  ${formatSize(media.video)} → ${formatSize(size)}, ${formatDuration(media.duration)}${about}\n` +
    `  looked at: ${moments.map(({ time }) => timeText(time)).join(", ")}; on ${trial.engine}\n` +
    `${trial.choice ? `  seen: ${trial.choice.sentence}\n` : ""}\n` +
    textTable(["network", "made for", "strength", "ms a frame", "whole file", "command"], rows)
  );
}

/** The figures and commands of {@link describeTrial} as data; pictures are in the page alone. */
export function trialToJson(trial: Trial, file: TriedFile, report: string): object {
  const { media, size, scale, frames, engine, moments, decoding, encoding, bitrate, choice, networks } =
    trial;
  return {
    file: file.name,
    report,
    media,
    size,
    scale,
    frames,
    engine,
    moments,
    decoding,
    encoding,
    bitrate,
    bytes: sizeOf(trial, file),
    ...(choice && { choice }),
    ways: waysOf(trial).map((way) => {
      const { word, track, milliseconds, seconds } = networks[way.network]!;
      const { strength } = way;
      return { model: word, track, strength, milliseconds, seconds, command: commandOf(trial, way, file) };
    }),
  };
}

/** What a network is for. */
export function trackName(word: string, track: string | undefined): string {
  if (word === automatic) return "this file";
  return track === "bicubic" ? "clean video" : track === "camera" ? "cameras" : (track ?? "–");
}

/** What a network is called. */
export function wordName(word: string): string {
  return word === automatic ? "automatic" : word;
}

/** `40 s`, `3:20`: as fine as such a guess is worth. */
export function aboutTime(seconds: number): string {
  return seconds < 59.5
    ? `${formatRate(seconds < 10 ? seconds : Math.round(seconds))} s`
    : formatClock(seconds);
}

/** As shells of Unix take it: in single quotes where it is not plain. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
