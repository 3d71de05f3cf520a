/** `tatami inspect FILE`: what is in a file. */

import { formatSize } from "@tatami/core";
import type { MediaDescription } from "@tatami/core";
import { defineCommand } from "../command.ts";
import type { Command } from "../command.ts";
import { describeTrack } from "../jobs/describe-plan.ts";
import { expandInputs } from "../jobs/expand-inputs.ts";
import { switchFlag } from "../flags.ts";
import { formatBitrate, formatDuration, formatRate } from "../display/format.ts";
import { usage } from "../parsing/parse-flags.ts";
import { toLine } from "../to-json.ts";

/** Says what is in a file. */
export const inspectCommand: Command = defineCommand({
  name: "inspect",
  summary: "Say what is in a video file.",
  usage: "FILE [flags]",
  flags: { json: switchFlag("Print one JSON object on stdout.") },
  examples: ["clip.mp4", "clip.mp4 --json"],
  async run(words, flags, shell) {
    if (words.length !== 1) {
      throw usage(
        `tatami inspect takes one file, and was given ${words.length}.`,
        "Write tatami inspect FILE.",
      );
    }
    const { files } = await expandInputs(words, shell.cwd);
    const [file] = files;
    if (files.length !== 1 || !file) {
      throw usage(`${words[0]} matches ${files.length} files.`, "Name one of them.");
    }
    if (file.failure) throw file.failure;
    const media = await shell.library.inspect(file.path);
    shell.stdout.write(flags.json ? toLine(media) : describeMedia(file.name, media));
    return 0;
  },
});

function describeMedia(name: string, media: MediaDescription): string {
  const { video } = media;
  const { numerator, denominator } = video.pixelAspectRatio;
  const { primaries, transfer, matrix, fullRange } = video.color;
  const facts: (string | false | null)[] = [
    formatSize(video),
    video.codec,
    video.frameRate !== null && `${formatRate(video.frameRate)} fps`,
    video.frameCount !== null && `${video.frameCount} frames`,
    video.bitrate !== null && formatBitrate(video.bitrate),
    video.bitDepth !== null && `${video.bitDepth} bit`,
    video.rotation !== 0 && `turned by ${video.rotation}°`,
    numerator !== denominator && `pixels ${numerator}:${denominator}`,
    video.hasAlpha && "with alpha",
  ];
  const range = fullRange === null ? "not stated" : fullRange ? "full" : "limited";
  const colors = [primaries, transfer, matrix].map((part) => part ?? "not stated");
  const lines = [
    `${media.container}, ${formatDuration(media.duration)}`,
    `video: ${facts.filter((fact) => typeof fact === "string").join(", ")}`,
    `colour: primaries ${colors[0]}, transfer ${colors[1]}, matrix ${colors[2]}, range ${range}`,
    ...media.tracks.map((track) => `track ${track.index}: ${describeTrack(track)}`),
    ...media.blindSpots.map((blindSpot) => `note: ${blindSpot}`),
  ];
  return `${name}\n${lines.map((line) => `  ${line}\n`).join("")}`;
}
