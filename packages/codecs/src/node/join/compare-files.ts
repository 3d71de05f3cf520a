/** What files that are joined must agree in, and what is told where they differ. */

import type { Changed, MediaDescription } from "@tatami/core";
import { formatSize, TatamiError } from "@tatami/core";
import { formatSeconds } from "../../driver/explain-error.ts";
import type { InputStream } from "../input/input-streams.ts";
import type { Media } from "../input/media.ts";

/** A file that was looked at. */
export interface LookedAt {
  /** For people. */
  readonly name: string;
  readonly media: Pick<Media, "description" | "tags" | "audio" | "chapters">;
  /** Seconds at which it begins in the whole. */
  readonly at: number;
  /** Seconds it lasts. */
  readonly lasts: number;
}

/** Seconds between the clocks of two files that are no gap. */
const noGap = 1;

/** @throws TatamiError `invalid-option` for two pictures that cannot be of one video, naming both files. */
export function checkSame(first: LookedAt, other: LookedAt): void {
  const [one, two] = [first.media.description.video, other.media.description.video];
  const shapes: readonly (readonly [string, string, string])[] = [
    ["size", formatSize(one), formatSize(two)],
    ["rotation", `${one.rotation}°`, `${two.rotation}°`],
    ["shape of pixels", aspectOf(one), aspectOf(two)],
  ];
  for (const [what, mine, theirs] of shapes) {
    if (mine === theirs) continue;
    throw new TatamiError({
      code: "invalid-option",
      message: `${other.name} cannot follow ${first.name}: their ${what} differs, ${theirs} and ${mine}.`,
      fix: `Leave ${other.name} or ${first.name} out, or bring one of them to the other's ${what} first.`,
    });
  }
}

function aspectOf({ pixelAspectRatio }: MediaDescription["video"]): string {
  return `${pixelAspectRatio.numerator}:${pixelAspectRatio.denominator}`;
}

/** Whether packets of two streams can follow one another in one track. */
export function isSameSound({ parameters: one }: InputStream, { parameters: two }: InputStream): boolean {
  const setup = ({ extradata }: InputStream["parameters"]): string => extradata?.toString("base64") ?? "";
  return (
    one.codecId === two.codecId &&
    one.sampleRate === two.sampleRate &&
    one.channels === two.channels &&
    one.format === two.format &&
    setup(one) === setup(two)
  );
}

/** What differs from each file to the next, in sentences. */
export function describeSeams(files: readonly LookedAt[], sounds: number): readonly Changed[] {
  return files.flatMap((file, index) => {
    const before = files[index - 1];
    return [...(before ? seamsBetween(before, file) : []), ...missingSound(file, sounds)];
  });
}

function seamsBetween(before: LookedAt, file: LookedAt): readonly Changed[] {
  const [one, two] = [before.media.description.video, file.media.description.video];
  const at = formatSeconds(file.at);
  const seams: Changed[] = [];
  if (one.frameRate !== null && two.frameRate !== null && Math.abs(one.frameRate - two.frameRate) > 0.01) {
    const rates = `from ${formatRate(one.frameRate)} to ${formatRate(two.frameRate)} a second`;
    seams.push({ kind: "times", message: `Pictures change ${rates} at ${at}, where ${file.name} begins.` });
  }
  if ((one.bitDepth ?? 8) !== (two.bitDepth ?? 8)) {
    const message = `Pictures of ${file.name}, from ${at} on, have ${two.bitDepth ?? 8} bits a sample, those of ${before.name} ${one.bitDepth ?? 8}; all are written as those of the first file are.`;
    seams.push({ kind: "sampling", message });
  }
  const gap = gapBetween(before, file);
  if (gap > noGap) {
    const message = `Between ${before.name} and ${file.name} ${formatSeconds(gap)} are missing, by the times at which they were recorded; they follow one another at ${at}.`;
    seams.push({ kind: "times", message });
  }
  if (JSON.stringify(one.color) !== JSON.stringify(two.color)) {
    const message = `The colours of ${file.name}, from ${at} on, are stated otherwise than those of ${before.name}; the output states those of the first file.`;
    seams.push({ kind: "color", message });
  }
  return seams;
}

function missingSound({ name, at, lasts, media }: LookedAt, sounds: number): readonly Changed[] {
  const found = media.audio.length;
  if (found >= sounds) return [];
  const what = found === 0 ? "no sound" : `${found} of ${sounds} tracks of sound`;
  const message = `${name} has ${what}: there is silence from ${formatSeconds(at)} to ${formatSeconds(at + lasts)}.`;
  return [{ kind: "sound", message }];
}

/** Seconds from one recording's end to the next one's beginning, by what they say; 0 where they do not. */
function gapBetween(before: LookedAt, file: LookedAt): number {
  const [one, two] = [before, file].map(({ media }) => Date.parse(media.tags["creation_time"] ?? "") / 1000);
  const gap = two! - one! - before.lasts;
  return Number.isFinite(gap) ? gap : 0;
}

function formatRate(rate: number): string {
  return String(Number(rate.toFixed(2)));
}
