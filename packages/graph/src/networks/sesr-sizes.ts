/** The SESR networks of the paper: arXiv 2103.09404, section 4 and table 1. */

/** The paper's sizes. */
export type SesrSize = "m3" | "m5" | "m7" | "m11" | "xl";

/** What `networks.sesr.check` takes, but for the scale. */
export interface SesrSizeShape {
  /** 3×3 blocks between the two 5×5 ones: m. */
  readonly blocks: number;
  /** Channels of every layer but the last: f. */
  readonly features: number;
  /** Hidden channels of a linear block while it is trained: p. */
  readonly width: number;
}

/** The ten networks, smallest first: each of these is in the paper at ×2 and at ×4. */
export const sesrSizes: Readonly<Record<SesrSize, SesrSizeShape>> = {
  m3: { blocks: 3, features: 16, width: 256 },
  m5: { blocks: 5, features: 16, width: 256 },
  m7: { blocks: 7, features: 16, width: 256 },
  m11: { blocks: 11, features: 16, width: 64 },
  xl: { blocks: 11, features: 32, width: 64 },
};
