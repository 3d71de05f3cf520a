/** The contract between what a file looks like and what it is enlarged with. */

import type { FileReading, looks } from "@tatami/core";
import type { Model } from "./model.ts";

/**
 * What a picture is to be: `faithful` adds no more than a file's own frames give evidence of, measured as PSNR; `sharp`
 * is what viewers prefer: all that the network adds.
 */
export type Look = (typeof looks)[number];

/** What a file is enlarged with. */
export interface ModelChoice {
  /** Of several networks the largest. */
  readonly model: Model;
  /** All that share frames, smallest first. @defaultValue the model alone */
  readonly models?: readonly Model[];
  /** How much of what the network adds to the filter is used: 0 to 1.5. */
  readonly strength: number;
  /** 0: a network for clean pictures, 1: one for what cameras give; between them their mixture. */
  readonly denoise: number;
  readonly look: Look;
  /** Whether patches that changed by less than the noise may be reused. */
  readonly reuse: "exact" | "bounded";
  /** What was seen and what follows, for people: "compressed hard, soft: camera track, strength 0.60". */
  readonly sentence: string;
}

/** Chooses by what was seen. `chooseModel` of `@tatami/zoo` makes one. */
export interface ModelChooser {
  readonly scale: number;
  /** The same for another scale, where a size is asked for that this one does not reach, or that less reaches. @defaultValue it has one scale */
  at?(scale: number): ModelChooser;
  choose(reading: FileReading, signal?: AbortSignal): Promise<ModelChoice>;
  /** The network of a scale that enlarges further what was chosen has made: one for clean pictures. @defaultValue there is none */
  follow?(scale: number, signal?: AbortSignal): Promise<Model>;
}
