/** The part of a clip to work on. */

import { invalidOption } from "@tatami/core";
import { usage } from "./parse-flags.ts";

/** Seconds from the start of the input; an absent side is the input's own. */
export interface Trim {
  readonly start?: number;
  readonly end?: number;
}

const time = /^(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d+)?|\.\d+)$/;

/** Reads `a-b`, `a-` or `-b`, each side in seconds or as `h:mm:ss`. */
export function parseTrim(text: string, flag: string): Trim {
  const wrong = () => invalidOption(flag, "a-b in seconds or h:mm:ss, such as 2.5-10, 1:00- or -0:30", text);
  const sides = text.split("-");
  if (sides.length !== 2) throw wrong();
  const [start, end] = sides.map((side) => (side === "" ? undefined : parseTime(side)));
  if (Number.isNaN(start) || Number.isNaN(end) || (start === undefined && end === undefined)) throw wrong();
  if (end !== undefined && (start ?? 0) >= end) {
    throw invalidOption(flag, "a-b with a before b", text, `Give ${flag} a start that comes before its end.`);
  }
  return { ...(start !== undefined && { start }), ...(end !== undefined && { end }) };
}

/** `--trim` and `--duration` as one cut. @throws TatamiError `invalid-option` where both say where to end */
export function cutOf({
  trim,
  duration,
}: {
  readonly trim: Trim | undefined;
  readonly duration: number | undefined;
}): Trim {
  if (duration === undefined) return trim ?? {};
  if (trim?.end !== undefined)
    throw usage("--trim already says where to end, and --duration is given too.", "Give one of them.");
  // 0.2 and 0.4 are a little more than 0.6, where a picture begins that is none of the cut's
  return { ...trim, end: Math.round(((trim?.start ?? 0) + duration) * 1e6) / 1e6 };
}

/** Seconds, or NaN when it is not a time. Minutes and seconds beside larger units stay below 60. */
export function parseTime(text: string): number {
  const match = time.exec(text);
  if (!match) return NaN;
  const [, hours, minutes, seconds] = match;
  if (minutes !== undefined && Number(seconds) >= 60) return NaN;
  if (hours !== undefined && Number(minutes) >= 60) return NaN;
  return Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds);
}
