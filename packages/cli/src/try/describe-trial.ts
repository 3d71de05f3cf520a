/** A trial for people at a terminal, and for programs. */

import { formatSize } from "@tatami/core";
import { timeText } from "../compare/describe-comparison.ts";
import { formatBytes, formatClock, formatDuration, formatRate } from "../format.ts";
import { textTable } from "../text-table.ts";
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
export function waysOf({ networks }: Trial): readonly Way[] {
  return [
    { network: 0, strength: 0 },
    ...networks.flatMap(({ strengths }, network) => strengths.map((strength) => ({ network, strength }))),
  ];
}

/** The command that does a whole file in this way. */
export function commandOf(trial: Trial, { network, strength }: Way, { name, flags }: TriedFile): string {
  const { word } = trial.networks[network]!;
  const strengthWords = strength === 1 ? [] : ["--strength", String(strength)];
  const words = ["upscale", quote(name), "--model", quote(word), ...strengthWords, ...flags];
  return `tatami ${words.join(" ")}`;
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
    const { word, track = "own", milliseconds, seconds } = networks[way.network]!;
    const isFilter = way.strength === 0;
    return [
      isFilter ? "bicubic filter" : word,
      isFilter ? "" : trackName(track),
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
    `${trial.choice ? `  ${trial.choice.sentence}\n` : ""}\n` +
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

/** What a track's networks are for. */
export function trackName(track: string): string {
  return track === "bicubic" ? "clean video" : track === "camera" ? "cameras" : track;
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
