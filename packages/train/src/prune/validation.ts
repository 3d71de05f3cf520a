/** The pictures that decide what is cut: of the caller's folder, never trained on, and crops of them. */

import { createHash } from "node:crypto";
import { basename } from "node:path";
import { invalidOption, psnr } from "@tatami/core";
import { createEnlarge, toPlane } from "../report/evaluate.ts";
import { roundLuma } from "../data/luma.ts";
import type { CropPair } from "../feed/draw-crops.ts";
import type { CompiledKernels } from "../run/kernels.ts";
import { networkModel } from "../shape/network-model.ts";
import { architectureOf } from "./cuts/net.ts";
import type { PrunedNet } from "./cuts/net.ts";

/** One picture in so many is held back. */
const heldOf = 24;
/** Fewer pictures than this say nothing. */
const fewest = 4;

/** Whether a picture of the folder is held back for validation: by its name, so the same in every run. */
export function isHeld(path: string): boolean {
  return createHash("sha256").update(basename(path)).digest().readUInt32LE(0) % heldOf === 0;
}

/** @throws TatamiError `invalid-option` where a folder holds too few pictures to hold some back. */
export function checkHeld(paths: readonly string[]): void {
  const held = paths.filter(isHeld).length;
  if (held >= fewest && held < paths.length) return;
  throw invalidOption(
    "data",
    `a folder of which ${fewest} pictures can be held back for validation, one in ${heldOf} by its name`,
    `${paths.length} pictures, ${held} of them held back`,
    `Name a folder of some ${2 * fewest * heldOf} pictures or more.`,
  );
}

/** Mean Y-PSNR in dB of a net over crops, rounded to 8 bits, a border of `scale` pixels not counted. */
export type Validate = (net: PrunedNet) => number;

/** @param crops of one size */
export function createValidation(compiled: CompiledKernels, crops: readonly CropPair[]): Validate {
  return (net) => {
    const kind = { name: "pruned", network: "sesr" as const, architecture: architectureOf(net) };
    const enlarge = createEnlarge(compiled, networkModel(kind, net.weights));
    const scores = crops.map(({ low, high }) => psnr(roundLuma(enlarge(toPlane(low))), high, net.scale));
    return scores.reduce((sum, score) => sum + score, 0) / scores.length;
  };
}
