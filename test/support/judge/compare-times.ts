/** Whether the frames are there, and when they are shown. */

import type { Difference } from "./difference.ts";
import { differ } from "./difference.ts";
import type { FileFacts } from "./facts.ts";

/** ffprobe prints times in six digits. */
const printedDigit = 1e-6;

/** An output begins at 0, within so many seconds; only Matroska may keep the input's clock. */
const lateStart = 0.1;

/** Compares frames, their times, and how long both files are. */
export function compareTimes(before: FileFacts, after: FileFacts): Difference[] {
  const [was, is] = [before.picture!, after.picture!];
  const tolerance = Math.max(was.tick, is.tick) + 2 * printedDigit;
  const differences: Difference[] = [];
  const add = (aspect: Difference["aspect"], detail: string, amount = 1): void =>
    void differences.push({ aspect, detail, amount });

  const [had, has] = [was.times.length, is.times.length];
  if (has < had) add("frames missing", `${has} frames of ${had}`, had - has);
  if (has > had) add("frames too many", `${has} frames from ${had}`);
  const keepsClock =
    after.container.includes("matroska") && Math.abs(after.startTime - before.startTime) < lateStart;
  if (after.startTime > lateStart && !keepsClock)
    add("start", `the output begins at ${seconds(after.startTime)} of its clock`);
  if (before.breaksOff) add("end", "the input breaks off");
  const falls = is.times.findIndex((time, index) => !(time > (is.times[index - 1] ?? -Infinity)));
  if (falls >= 0)
    add(
      "times fall",
      `frame ${falls} of the output is at ${seconds(is.times[falls]!)}, not after the one before`,
    );

  // a stream without a container has no times at all
  const base = was.times.findIndex((time) => !Number.isNaN(time));
  if (base < 0) return differences;
  // with frames missing, the first that is left need not be the first that was
  const isWhole = had === has;
  const [wasFirst, isFirst] = isWhole ? [was.times[base]!, is.times[base]!] : [0, 0];
  // the input's start is the output's time 0, whether or not anything is shown or heard there
  const shown = isFirst + (keepsClock || after.startTime > lateStart ? 0 : after.startTime);
  // without the sound that began the file it begins elsewhere
  const soundTracks = ({ streams }: FileFacts): number =>
    streams.filter(({ kind }) => kind === "audio").length;
  if (Math.abs(shown - wasFirst) > tolerance && isWhole && soundTracks(before) === soundTracks(after))
    add("times", `the first frame at ${seconds(shown)} of the file, was at ${seconds(wasFirst)}`);
  const [places, now] = [was.times.map((time) => time - wasFirst), is.times.map((time) => time - isFirst)];
  const wrong = now.findIndex((time, index) =>
    isWhole
      ? Math.abs(time - places[index]!) > tolerance
      : places.every((place) => Math.abs(time - place) > tolerance),
  );
  const from = isWhole ? "after the first" : "of the file";
  const right = isWhole ? `was ${seconds(places[wrong] ?? 0)}` : "where there was none";
  if (wrong >= 0) add("times", `frame ${wrong} at ${seconds(now[wrong]!)} ${from}, ${right}`);
  return [...differences, ...compareDurations(before, after)];
}

// Containers count the last frame's and the last sound's length differently: within one of each they are the same.
function compareDurations(before: FileFacts, after: FileFacts): Difference[] {
  const { times, tick } = before.picture!;
  const interval = times.length > 1 ? (times.at(-1)! - times[0]!) / (times.length - 1) : tick;
  const packetOfSound = 0.03;
  const isOff = Math.abs(after.duration - before.duration) > Math.max(interval, 0) + packetOfSound;
  return [
    ...(isOff ? differ("duration", "length", seconds(before.duration), seconds(after.duration)) : []),
    ...(after.misstatesDuration && !before.misstatesDuration
      ? [{ aspect: "misstated duration", detail: "the output states another length than it has" } as const]
      : []),
  ];
}

function seconds(value: number): string {
  return `${value.toFixed(3)} s`;
}
