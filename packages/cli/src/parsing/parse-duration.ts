/** A length of time. */

import { invalidOption } from "@tatami/core";
import { parseTime } from "./parse-trim.ts";

const secondsIn: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** Reads `30`, `30s`, `5m`, `1.5h` or `h:mm:ss` as seconds. */
export function parseDuration(text: string, flag: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)([smh])$/.exec(text) ?? [];
  const seconds = unit === undefined ? parseTime(text) : Number(amount) * (secondsIn[unit] ?? NaN);
  if (seconds > 0) return seconds;
  throw invalidOption(flag, "a length of time above 0, such as 30s, 5m, 1.5h or 1:30", text);
}
