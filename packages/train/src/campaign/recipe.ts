/** A recipe: everything that decides what a training run makes, but for the pictures themselves. */

import { checkInteger, checkKnownOptions, checkNumber, checkOneOf, invalidOption } from "@tatami/core";
import { networkOf, networks } from "@tatami/graph";
import type { NetworkName } from "@tatami/graph";
import type { TrackName } from "../data/track.ts";
import { trackNames, tracks, usualTrack } from "../data/tracks.ts";
import { drawingSide } from "../data/drawing/drawing-side.ts";
import type { Distil, DistilInit } from "../distil/options.ts";
import { createDistil } from "../distil/options.ts";
import type { LossName } from "../objective/terms.ts";
import { lossNames } from "../objective/terms.ts";
import type { OptimizerName } from "../optimizer/flat-optimizer.ts";

/** A network's shape, in the words of its kind: `sesr` has `blocks`, `features` and `width`. */
export interface NetworkShape {
  readonly scale: number;
  readonly [option: string]: unknown;
}

/** On which side of the fold weights learn: those of wide linear blocks (SESR, section 3), or the kernels that run. */
export type Side = "wide" | "folded";

/** A recipe as written in `recipes/*.ts`. */
export interface RecipeInit {
  /** Names the model, its checkpoint and its files: "m5-x2". */
  readonly name: string;
  /** Its kind. @defaultValue "sesr" */
  readonly network?: NetworkName;
  readonly architecture: NetworkShape;
  /** The network to begin with, of any size: a model's name, or a path from where training is called. @defaultValue a random start */
  readonly from?: string;
  /** The network whose enlargements are learned in place of the pictures. @defaultValue the pictures themselves */
  readonly teacher?: string;
  /** How that is learned from. @defaultValue by its enlargements alone, which take the place of the pictures */
  readonly distil?: DistilInit;
  /**
   * The network of another track whose weights are to be mixed with this one's, so that users can choose between the two:
   * every second step learns with the weights a quarter, half or three quarters of the way. @defaultValue none
   */
  readonly mixesWith?: string;
  /**
   * How low-resolution pictures are made: by MATLAB's bicubic filter, for comparison with the literature, or as cameras
   * make them, with blur, noise and real compression. @defaultValue "bicubic"
   */
  readonly track?: TrackName;
  /**
   * The file of a learned degradation, on the camera track at scale 2: a path from where training is called. It makes some
   * of the versions in place of that track's cameras. @defaultValue none
   */
  readonly degradation?: string;
  /** The share that it makes, 0 to 1. @defaultValue 0.25, which costs some hundredths of a decibel on the track's own cameras */
  readonly degradationShare?: number;
  /** Low-resolution versions of each picture; the bicubic track has one. @defaultValue 4 on the camera track, else 1 */
  readonly degradations?: number;
  /**
   * Sizes that each picture is learned from at, as parts of its own: reduced by the bicubic filter, it is sharper and
   * holds more in a crop. @defaultValue its own, [1]
   */
  readonly sizes?: readonly number[];
  /**
   * Pictures of text and line art, drawn at random beside the folder's: photographs hold little of what screens, signs
   * and camera clocks show. @defaultValue 0
   */
  readonly drawn?: number;
  /** @defaultValue 1 */
  readonly seed?: number;
  /** @defaultValue 30000 */
  readonly steps?: number;
  /** Crops in a step. @defaultValue 16 */
  readonly batch?: number;
  /** Side of a crop in low-resolution pixels; with drawings, at most what they are large. @defaultValue 48 */
  readonly crop?: number;
  /** Crops drawn for each one trained on: the one with the most detail is taken. @defaultValue 1 */
  readonly candidates?: number;
  /** "psnr" counts a crop by the decibels it gains, which networks that nearly have what they can learn end with. @defaultValue "l1" */
  readonly loss?: LossName;
  /** @defaultValue "adam" */
  readonly optimizer?: OptimizerName;
  /** @defaultValue "wide" with Adam, "folded" with SOAP, which makes of gradients what wide blocks do */
  readonly side?: Side;
  /** Highest learning rate. @defaultValue 0.0005 with Adam, 0.005 with SOAP */
  readonly rate?: number;
  /** Steps of the learning rate's rise. @defaultValue 200 */
  readonly warmUp?: number;
  /** Part of all steps, after the rise, that the highest rate is held for. @defaultValue 0 */
  readonly hold?: number;
  /** @defaultValue 1 */
  readonly clipNorm?: number;
  /** Adam only. @defaultValue false */
  readonly amsgrad?: boolean;
  /** @defaultValue 0.999 */
  readonly averageDecay?: number;
}

/** A recipe with nothing left open: a network it does not begin with or learn from is not there. */
export type Recipe = Required<Omit<RecipeInit, NamedNetwork | "distil">> &
  Pick<RecipeInit, NamedNetwork> & {
    /** There where a recipe said so; a teacher without it is learned from by its enlargements. */
    readonly distil?: Distil;
  };

type NamedNetwork = "from" | "teacher" | "mixesWith" | "degradation";

const networkNames = Object.keys(networks) as NetworkName[];
/** In place of a network's name: none. */
const noNetwork = "none";

const optionNames = [
  "name",
  "network",
  "architecture",
  "from",
  "teacher",
  "distil",
  "mixesWith",
  "track",
  "degradation",
  "degradationShare",
  "degradations",
  "sizes",
  "drawn",
  "seed",
  "steps",
  "batch",
  "crop",
  "candidates",
  "loss",
  "optimizer",
  "side",
  "rate",
  "warmUp",
  "hold",
  "clipNorm",
  "amsgrad",
  "averageDecay",
];

const sides = { adam: "wide", soap: "folded" } as const;
const rates = { adam: 5e-4, soap: 5e-3 } as const;

/** Fills in defaults. @throws TatamiError `invalid-option`. */
export function createRecipe(init: RecipeInit): Recipe {
  checkKnownOptions("recipe", init, optionNames);
  const track = checkOneOf("recipe.track", init.track ?? usualTrack.name, trackNames);
  const optimizer = checkOneOf("recipe.optimizer", init.optimizer ?? "adam", ["adam", "soap"]);
  const network = checkOneOf("recipe.network", init.network ?? "sesr", networkNames);
  const architecture = networkOf(network).check(init.architecture) as NetworkShape;
  const { usual, most } = tracks[track].degradations;
  if (init.degradation !== undefined && init.degradation !== noNetwork && track !== "camera")
    throw invalidOption("recipe.degradation", "left out on the bicubic track", init.degradation);
  const drawn = checkInteger("recipe.drawn", init.drawn ?? 0, 0, 100_000);
  // a crop that no drawing holds would leave them all out
  const widest = drawn === 0 ? 512 : drawingSide / architecture.scale;
  return {
    name: init.name,
    network,
    architecture,
    ...named("from", init.from),
    ...named("teacher", init.teacher),
    ...(init.distil && { distil: createDistil(init.distil) }),
    ...named("mixesWith", init.mixesWith),
    track,
    ...named("degradation", init.degradation),
    degradationShare: checkNumber("recipe.degradationShare", init.degradationShare ?? 0.25, 0, 1),
    degradations: checkInteger("recipe.degradations", init.degradations ?? usual, 1, most),
    sizes: checkSizes(init.sizes ?? [1]),
    drawn,
    seed: checkInteger("recipe.seed", init.seed ?? 1, 0, 2 ** 32 - 1),
    steps: checkInteger("recipe.steps", init.steps ?? 30_000, 1),
    batch: checkInteger("recipe.batch", init.batch ?? 16, 1, 1024),
    crop: checkInteger("recipe.crop", init.crop ?? 48, 8, widest),
    candidates: checkInteger("recipe.candidates", init.candidates ?? 1, 1, 16),
    loss: checkOneOf("recipe.loss", init.loss ?? "l1", lossNames),
    optimizer,
    side: checkOneOf("recipe.side", init.side ?? sides[optimizer], ["wide", "folded"]),
    rate: checkNumber("recipe.rate", init.rate ?? rates[optimizer], 0, 1),
    warmUp: checkInteger("recipe.warmUp", init.warmUp ?? 200, 0),
    hold: checkNumber("recipe.hold", init.hold ?? 0, 0, 1),
    clipNorm: checkNumber("recipe.clipNorm", init.clipNorm ?? 1, 0),
    amsgrad: init.amsgrad ?? false,
    averageDecay: checkNumber("recipe.averageDecay", init.averageDecay ?? 0.999, 0, 1),
  };
}

function named(option: NamedNetwork, name: string | undefined): Pick<RecipeInit, NamedNetwork> {
  if (name === undefined || name === noNetwork) return {};
  if (name !== "") return { [option]: name };
  throw invalidOption(`recipe.${option}`, "a network's name", name);
}

function checkSizes(sizes: readonly number[]): readonly number[] {
  if (sizes.length === 0) throw invalidOption("recipe.sizes", "one at least", "none");
  return sizes.map((size) => checkNumber("recipe.sizes", size, 0.1, 1));
}
