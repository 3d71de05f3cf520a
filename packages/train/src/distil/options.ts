/** How a teacher is learned from. */

import { checkInteger, checkKnownOptions, checkNumber, checkOneOf, invalidOption } from "@tatami/core";
import { turnCount } from "../feed/turn.ts";

/** Enlargements alone, or what lies between as well: MiPKD (arXiv 2404.02573). */
export const distilMethods = ["outputs", "mipkd"] as const;
/** One of them. */
export type DistilMethod = (typeof distilMethods)[number];

/**
 * Options of a recipe's `distil`. The paper gives the weights of the feature and the block mixer (λ 1 and 0.1); sizes of
 * the encoders, the share of the masks, the scaling of features and the weight of the auto-encoders are ours, as no
 * public text of it states them.
 */
export interface DistilInit {
  /** @defaultValue "outputs" */
  readonly method?: DistilMethod;
  /** What the pictures themselves count for beside the teacher's enlargements, which count 1. @defaultValue 0, with mipkd 1 */
  readonly truth?: number;
  /** Turns of every picture that the teacher looks at, 1 to 8: its enlargement is their mean. @defaultValue 8 */
  readonly turns?: number;
  /**
   * What is learned of the trainer's own drawings: the teacher's enlargements too, or the drawings themselves, for teachers
   * that were trained on photographs alone. @defaultValue "teacher"
   */
  readonly drawings?: "teacher" | "truth";
  /**
   * The share of pictures that are themselves enlarged by the teacher, for pairs that have no truth but the teacher's (DUKD,
   * up-cycling). Without pictures' truth only. @defaultValue 0
   */
  readonly upcycled?: number;
  /** mipkd: pairs of places, one behind a layer of each network, at which features are mixed. @defaultValue 3 */
  readonly points?: number;
  /** mipkd: channels of the space in which they are mixed. @defaultValue 16 */
  readonly latent?: number;
  /** mipkd: what the feature mixer counts for. @defaultValue 1 */
  readonly feature?: number;
  /** mipkd: what the block mixer counts for. @defaultValue 0.1 */
  readonly block?: number;
  /** mipkd: what encoding and decoding without mixing counts for. @defaultValue 0.1 */
  readonly autoencoder?: number;
  /** mipkd: the share of the teacher's in a mixture, drawn by element; "halves" is the first half of the channels, always. @defaultValue 0.5 */
  readonly mask?: number | "halves";
  /** mipkd: of so many steps one mixes, the others learn from pictures alone. @defaultValue 1 */
  readonly every?: number;
}

/** With nothing left open. */
export type Distil = Required<DistilInit>;

const outputOptions = ["method", "truth", "turns", "drawings", "upcycled"];
const mixerOptions = ["points", "latent", "feature", "block", "autoencoder", "mask", "every"];

/**
 * What truth counts for beside a teacher that counts α of the whole: MambaLiteSR's loss (arXiv 2502.14090, section 3) is α
 * of the teacher's and 1 − α of the pictures' own.
 *
 * @throws TatamiError `invalid-option` for an α that is not above 0 and at most 1
 */
export function truthBeside(alpha: number): number {
  const share = checkNumber("alpha", alpha, 0.001, 1);
  return (1 - share) / share;
}

/** Fills in defaults. @throws TatamiError `invalid-option`. */
export function createDistil(init: DistilInit): Distil {
  const method = checkOneOf("recipe.distil.method", init.method ?? "outputs", distilMethods);
  checkKnownOptions("recipe.distil", init, [...outputOptions, ...mixerOptions]);
  const weight = (name: keyof DistilInit, usual: number): number =>
    checkNumber(`recipe.distil.${name}`, init[name] ?? usual, 0, 1000);
  const truth = weight("truth", method === "mipkd" ? 1 : 0);
  const upcycled = checkNumber("recipe.distil.upcycled", init.upcycled ?? 0, 0, 1);
  if (upcycled > 0 && truth > 0)
    throw invalidOption(
      "recipe.distil.upcycled",
      "0 beside a truth that counts: such pairs have none",
      upcycled,
    );
  const [feature, block, autoencoder] = [
    weight("feature", 1),
    weight("block", 0.1),
    weight("autoencoder", 0.1),
  ];
  if (method === "mipkd" && feature + block === 0)
    throw invalidOption("recipe.distil.feature", "above 0, or block above 0, with mipkd", feature);
  return {
    method,
    truth,
    turns: checkInteger("recipe.distil.turns", init.turns ?? turnCount, 1, turnCount),
    drawings: checkOneOf("recipe.distil.drawings", init.drawings ?? "teacher", ["teacher", "truth"]),
    upcycled,
    points: checkInteger("recipe.distil.points", init.points ?? 3, 1, 8),
    latent: checkInteger("recipe.distil.latent", init.latent ?? 16, 1, 256),
    feature,
    block,
    autoencoder,
    mask: init.mask === "halves" ? "halves" : checkNumber("recipe.distil.mask", init.mask ?? 0.5, 0, 1),
    every: checkInteger("recipe.distil.every", init.every ?? 1, 1, 1000),
  };
}
