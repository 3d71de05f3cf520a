/** Enlarging each picture as the chooser would a file of it alone, whose bits are not known. */

import { mixModels } from "@tatami/graph";
import type { Look } from "@tatami/graph";
import { describePictures, measurePicture } from "@tatami/patches";
import { loadModel } from "@tatami/zoo";
import { settingsFor } from "@tatami/zoo/policy";
import { resizeLuma } from "../../src/data/bicubic.ts";
import type { EnlargeDecoded } from "../../src/data/camera/evaluate-compressed.ts";
import { createModelEnlarge } from "../../src/report/model-enlarge.ts";
import type { CompiledKernels } from "../../src/run/kernels.ts";
import type { Enlarge } from "../../src/report/evaluate.ts";

/** @param name of the clean network, whose camera sibling ships */
export async function createChosenEnlarge(
  compiled: CompiledKernels,
  name: string,
  look: Look,
): Promise<EnlargeDecoded> {
  const [clean, camera] = [await loadModel(name), await loadModel(`${name}-camera`)];
  const enlargers = new Map<number, Enlarge>();
  const enlargerOf = (denoise: number): Enlarge => {
    const known = enlargers.get(denoise) ?? createModelEnlarge(compiled, mixModels(clean, camera, denoise));
    enlargers.set(denoise, known);
    return known;
  };
  return (low, { width, height, data }) => {
    const measures = describePictures([measurePicture({ width, height, stride: width, data }, false)]);
    const { denoise, strength } = settingsFor(
      { measures, bitsPerPixel: null, codec: null },
      clean.scale,
      look,
    );
    const filtered = resizeLuma(low, width * clean.scale, height * clean.scale);
    const { data: network } = enlargerOf(denoise)(low);
    return { ...filtered, data: filtered.data.map((value, i) => value + strength * (network[i]! - value)) };
  };
}
