/**
 * The whole zoo from a folder of pictures: small networks first, each larger one from the one before; the largest of a scale
 * teaches the others; scale 4 and the camera track begin with what scale 2 and clean pictures led to.
 */

import type { Campaign, CampaignEntry } from "@tatami/train";

/** From nothing but the pictures, as a parent for others. */
function untaught(size: string, from: string, steps: number): CampaignEntry {
  return {
    name: `${size}-x2-untaught`,
    recipe: `${size}-x2-bicubic`,
    from: from === "none" ? from : `${from}-x2-untaught`,
    teacher: "none",
    steps,
    ships: false,
  };
}

export const campaign: Campaign = {
  name: "zoo",
  // those of one track, one scale and one teacher stand together: their pictures are prepared once
  entries: [
    untaught("m3", "none", 40_000),
    untaught("m5", "m3", 40_000),
    untaught("m7", "m5", 20_000),
    untaught("m11", "m7", 20_000),
    { recipe: "xl-x2-bicubic", from: "m11-x2-untaught", steps: 60_000 },
    { recipe: "m3-x2-bicubic", from: "m3-x2-untaught", steps: 20_000 },
    { recipe: "m5-x2-bicubic", from: "m5-x2-untaught", steps: 40_000 },
    { recipe: "m7-x2-bicubic", from: "m7-x2-untaught", steps: 20_000 },
    { recipe: "m11-x2-bicubic", from: "m11-x2-untaught", steps: 30_000 },
    untaught("micro", "none", 20_000),
    { recipe: "micro-x2-bicubic", from: "micro-x2-untaught", steps: 10_000 },
    { recipe: "xl-x4-bicubic", steps: 10_000 },
    { recipe: "m3-x4-bicubic", steps: 15_000 },
    { recipe: "m5-x4-bicubic", steps: 15_000 },
    { recipe: "m7-x4-bicubic", steps: 10_000 },
    { recipe: "m11-x4-bicubic", steps: 10_000 },
    { recipe: "m3-x2-camera", steps: 20_000 },
    { recipe: "m5-x2-camera", steps: 30_000 },
    { recipe: "m7-x2-camera", steps: 15_000 },
    { recipe: "m11-x2-camera", steps: 10_000 },
    { recipe: "xl-x2-camera", steps: 10_000 },
    { recipe: "m3-x4-camera", steps: 8_000 },
    { recipe: "m5-x4-camera", steps: 8_000 },
    { recipe: "m7-x4-camera", steps: 6_000 },
    { recipe: "m11-x4-camera", steps: 6_000 },
    { recipe: "xl-x4-camera", steps: 4_000 },
  ],
};
