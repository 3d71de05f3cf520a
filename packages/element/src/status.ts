/** The line of text over the picture, for those who try the element. */

import type { Size, TatamiError } from "@tatami/core";
import { formatSize } from "@tatami/core";
import type { LiveStats } from "@tatami/upscale";
import type { TatamiVideoState } from "./contract.ts";

/** What the line is made of. */
export interface Facts {
  /** Of the larger picture. */
  readonly size: Size;
  readonly scale: number;
  readonly model: string;
  readonly engine: string;
  readonly stats: LiveStats;
  /** Pictures a second that can be made. */
  readonly rate: number;
  readonly error: TatamiError | undefined;
}

/** In words; nothing where there is nothing to say. */
export function describeState(state: TatamiVideoState, facts: Facts): string {
  const { size, scale, model, engine, stats, rate, error } = facts;
  switch (state) {
    case "empty":
      return "";
    case "loading":
      return "Getting the larger picture ready …";
    case "plain":
      return `Plain video. ${error?.message ?? ""}`;
    case "failed":
      return `${error?.message ?? ""} ${error?.fix ?? ""}`;
    case "slow":
      return `Plain video while it plays: ${rate.toFixed(1)} larger pictures a second are too few. Pause to see one.`;
    case "upscaling": {
      const small = { width: size.width / scale, height: size.height / scale };
      const shown = stats.framesPerSecond > 0 ? `, ${stats.framesPerSecond.toFixed(0)} a second` : "";
      return `${formatSize(small)} → ${formatSize(size)}, ${model} on ${engine}${shown}`;
    }
  }
}
