/** What is said of raw video that comes without a header. */

import { checkNumber, invalidOption } from "@tatami/core";
import type { Size } from "@tatami/core";

/** Reads `WIDTHxHEIGHT` in pixels. */
export function parsePixels(text: string, flag: string): Size {
  const [, width, height] = /^([1-9]\d{0,4})[x×]([1-9]\d{0,4})$/i.exec(text) ?? [];
  if (height === undefined) throw invalidOption(flag, "WIDTHxHEIGHT in pixels, such as 1920x1080", text);
  return { width: Number(width), height: Number(height) };
}

/** Reads pictures a second: `25`, `29.97` or `30000/1001`. */
export function parseRate(text: string, flag: string): number {
  const [, count, seconds = "1"] = /^(\d+(?:\.\d+)?|\.\d+)(?:\/([1-9]\d*))?$/.exec(text) ?? [];
  if (count === undefined) throw invalidOption(flag, "pictures a second, such as 25 or 30000/1001", text);
  return checkNumber(flag, Number(count) / Number(seconds), 0.01, 1000);
}
