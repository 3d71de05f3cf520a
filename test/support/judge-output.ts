/** Whether an output has the frames, times, size and sound of its input. */

import { registerMediabunnyServer } from "@mediabunny/server";
import { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input } from "mediabunny";
import type { PrintedReport } from "./awkward.ts";
import { hasFfprobe, probe } from "./ffprobe.ts";

/** A verdict, and what it rests on. */
export interface Judgement {
  readonly detail: string;
  readonly valid: boolean;
}

interface Facts {
  readonly width: number;
  readonly height: number;
  readonly timestamps: readonly number[];
  readonly audioTracks: number;
  readonly rotation?: number;
}

/**
 * Compares an output of twice the size with its input: with what the container lists where mediabunny reads it, with
 * what ffprobe decodes where it does not. Without an ffprobe only the output is looked at, and the detail says so.
 */
export async function judgeOutput(input: string, output: string, report: PrintedReport): Promise<Judgement> {
  registerMediabunnyServer();
  const after = await listPackets(output);
  if (!after) return { detail: "the output has no picture", valid: false };
  const isForeign = report.driver !== "mediabunny" || report.damaged.length > 0;
  const before = isForeign ? (hasFfprobe() ? probe(input) : undefined) : await listPackets(input);
  const problems = before
    ? differences(before, after, report)
    : after.timestamps.length === report.frames
      ? []
      : [`${after.timestamps.length} frames written of ${report.frames}`];
  const sound = after.audioTracks === 0 ? "no sound" : `${after.audioTracks} of sound`;
  const judge = isForeign ? (before ? ", as ffprobe's" : ", no ffprobe to compare") : "";
  const done = `${after.timestamps.length} frames, ${after.width}×${after.height}, ${sound}${judge}`;
  const damage = report.damaged.map(({ seconds, message }) => `at ${seconds.toFixed(3)} s: ${message}`);
  return { detail: [...problems, done, ...damage].join("; "), valid: problems.length === 0 };
}

function differences(before: Facts, after: Facts, report: PrintedReport): string[] {
  const { leftOut } = report.encoding;
  const silent = leftOut.filter(({ track }) => track.kind === "audio").length;
  return [
    after.timestamps.length === before.timestamps.length
      ? ""
      : `${after.timestamps.length} frames from ${before.timestamps.length}`,
    after.width === 2 * before.width && after.height === 2 * before.height
      ? ""
      : `${after.width}×${after.height} from ${before.width}×${before.height}`,
    before.rotation === undefined || after.rotation === before.rotation
      ? ""
      : `turned by ${after.rotation}°, not ${before.rotation}°`,
    largestShift(before.timestamps, after.timestamps) < (report.driver === "mediabunny" ? 1e-6 : 1e-3)
      ? ""
      : `timestamps off by ${largestShift(before.timestamps, after.timestamps).toFixed(4)} s`,
    after.audioTracks === before.audioTracks - silent
      ? ""
      : `${after.audioTracks} tracks of sound from ${before.audioTracks}`,
  ].filter((problem) => problem !== "");
}

/** The packets' index, not the frames: it is what the container itself says. */
async function listPackets(path: string): Promise<Facts | undefined> {
  const input = new Input({ source: new FilePathSource(path), formats: ALL_FORMATS });
  try {
    const track = await input.getPrimaryVideoTrack();
    if (!track) return undefined;
    const timestamps: number[] = [];
    for await (const packet of new EncodedPacketSink(track).packets(undefined, undefined, {
      metadataOnly: true,
    }))
      timestamps.push(packet.timestamp);
    timestamps.sort((a, b) => a - b);
    const { codedWidth: width, codedHeight: height, rotation } = track;
    return { width, height, rotation, timestamps, audioTracks: (await input.getAudioTracks()).length };
  } finally {
    input.dispose();
  }
}

// Equal from the first frame on: an edit list may begin before zero, which MP4 writes as a shift of all.
function largestShift(before: readonly number[], after: readonly number[]): number {
  // a stream without a container has no times at all
  if (before.every(Number.isNaN)) return 0;
  const shift = (after[0] ?? 0) - (before[0] ?? 0);
  return Math.max(0, ...before.map((time, index) => Math.abs((after[index] ?? Infinity) - time - shift)));
}
