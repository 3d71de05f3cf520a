/** The SESR networks of the paper: arXiv 2103.09404, section 4 and table 1. */

import { TatamiError } from "@tatami/core";

/** The paper's sizes, smallest first. */
export type SesrSize = "m3" | "m5" | "m7" | "m11" | "xl";

/** Everything that tells one SESR network from another, of the paper's sizes or any other. */
export interface SesrShape {
  /** For instance `sesr-m5-x2`. */
  readonly name: string;
  readonly scale: 2 | 4;
  /** Channels between blocks: f. */
  readonly features: number;
  /** 3×3 blocks between the two 5×5 ones: m. */
  readonly depth: number;
  /** Channels inside a linear block while training: p. They are gone after collapse. */
  readonly expandedWidth: number;
}

/** A network of the paper. */
export interface SesrConfig extends SesrShape {
  readonly size: SesrSize;
}

/** All ten networks. */
export const sesrConfigs: readonly SesrConfig[] = ([2, 4] as const).flatMap((scale) => [
  config("m3", scale, 16, 3, 256),
  config("m5", scale, 16, 5, 256),
  config("m7", scale, 16, 7, 256),
  config("m11", scale, 16, 11, 64),
  config("xl", scale, 32, 11, 64),
]);

/** The configuration of one network. @throws TatamiError `invalid-option` when there is none. */
export function sesrConfig(size: SesrSize, scale: 2 | 4): SesrConfig {
  const found = sesrConfigs.find((each) => each.size === size && each.scale === scale);
  if (found) return found;
  throw new TatamiError({
    code: "invalid-option",
    message: `There is no SESR network of size ${String(size)} and scale ${String(scale)}.`,
    fix: "Use m3, m5, m7, m11 or xl, with scale 2 or 4.",
    detail: { size, scale },
  });
}

function config(
  size: SesrSize,
  scale: 2 | 4,
  features: number,
  depth: number,
  expandedWidth: number,
): SesrConfig {
  return { name: `sesr-${size}-x${scale}`, size, scale, features, depth, expandedWidth };
}
