/** What the SESR paper counts (arXiv 2103.09404, table 1), by network, for tests. */

import { sesrSizes } from "./sesr-sizes.ts";
import type { SesrSize } from "./sesr-sizes.ts";

/** One of the paper's networks. */
export interface PaperNetwork {
  readonly name: string;
  readonly size: SesrSize;
  readonly scale: 2 | 4;
}

/** All ten of them. */
export const paperNetworks: readonly PaperNetwork[] = (Object.keys(sesrSizes) as SesrSize[]).flatMap((size) =>
  ([2, 4] as const).map((scale) => ({ name: `sesr-${size}-x${scale}`, size, scale })),
);

/** Weights only, table 1 of the paper (arXiv 2103.09404). */
export const paperParameters: Readonly<Record<string, number>> = {
  "sesr-m3-x2": 8_912,
  "sesr-m5-x2": 13_520,
  "sesr-m7-x2": 18_128,
  "sesr-m11-x2": 27_344,
  "sesr-xl-x2": 105_376,
  "sesr-m3-x4": 13_712,
  "sesr-m5-x4": 18_320,
  "sesr-m7-x4": 22_928,
  "sesr-m11-x4": 32_144,
  "sesr-xl-x4": 114_976,
};

/** Giga-MACs to a 1280×720 picture, and of a 1920×1080 picture, as the paper gives them: some cut, some rounded. */
export const paperMacs: Readonly<Record<string, readonly [number, number]>> = {
  "sesr-m3-x2": [2.05, 18.5],
  "sesr-m5-x2": [3.11, 28.0],
  "sesr-m7-x2": [4.17, 37.6],
  "sesr-m11-x2": [6.3, 56.7],
  "sesr-xl-x2": [24.28, 218.5],
  "sesr-m3-x4": [0.79, 28.4],
  "sesr-m5-x4": [1.05, 38.0],
  "sesr-m7-x4": [1.32, 47.5],
  "sesr-m11-x4": [1.85, 66.7],
  "sesr-xl-x4": [6.62, 238.4],
};
