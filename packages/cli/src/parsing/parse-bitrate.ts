/** Bitrates as people write them. */

import { invalidOption } from "@tatami/core";

const factors: Readonly<Record<string, number>> = { "": 1, k: 1e3, m: 1e6 };

/** Bits a second from `2M`, `2.5M`, `2500k` or `2500000`. A thousand at least, so that `2` is not taken for `2M`. */
export function parseBitrate(text: string, flag: string): number {
  const match = /^(\d+(?:\.\d+)?)([kKmM]?)$/.exec(text);
  const bits = match ? Math.round(Number(match[1]) * factors[match[2]!.toLowerCase()]!) : 0;
  if (bits >= 1000 && Number.isSafeInteger(bits)) return bits;
  throw invalidOption(flag, "a bitrate of at least 1k, such as 2M, 2500k or 2500000", text);
}
