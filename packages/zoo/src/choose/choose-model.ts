/** Chooses the network, the track and the strength that a file deserves. */

import type { FileReading, OptionRules } from "@tatami/core";
import {
  checkByRules,
  choiceRule,
  efforts,
  invalidOption,
  looks,
  mostStrength,
  numberRule,
} from "@tatami/core";
import type { Look, ModelChoice, ModelChooser } from "@tatami/graph";
import { loadModel } from "../load-model.ts";
import { folderRule } from "../read-model.ts";
import { listModels } from "../list-models.ts";
import { describeReading, describeSettings, isFixed } from "./describe.ts";
import { settingsFor } from "./policy.ts";

/** How much is computed: two networks share every frame, the larger one where its content needs it. */
export type Effort = (typeof efforts)[number];

/** By effort, the sizes of network that share frames, smallest first. */
const ladders: Readonly<Record<Effort, readonly string[]>> = {
  low: ["m3", "m5"],
  medium: ["m5", "m11"],
  high: ["m11", "xl"],
};

/** Options of {@link chooseModel}. What is given is not chosen. */
export interface ChooseModelOptions {
  /** @defaultValue "faithful" */
  readonly look?: Look;
  /** @defaultValue 2 */
  readonly scale?: number;
  /** A size of network, as model names begin. @defaultValue "m5" */
  readonly size?: string;
  /** Two networks in place of one of `size`; which is used where, the upscaler's `routingLoss` says. @defaultValue one network */
  readonly effort?: Effort;
  /** 0 to 1.5. @defaultValue by what is seen */
  readonly strength?: number;
  /** 0 to 1. @defaultValue by what is seen */
  readonly denoise?: number;
  /** As of `loadModel`. */
  readonly baseUrl?: string | URL;
}

/** What each of {@link ChooseModelOptions} may be. */
export const chooseRules: OptionRules<ChooseModelOptions> = {
  look: choiceRule(looks),
  // whether a model of it ships is seen with the size
  scale: numberRule(1),
  size: { kind: "text" },
  effort: choiceRule(efforts),
  strength: numberRule(0, mostStrength),
  denoise: numberRule(0, 1),
  baseUrl: folderRule,
};

/**
 * A chooser for `upscale` and `plan`: they look at some frames of the file, and it says what they are to be enlarged with.
 *
 *     await upscale(file, { model: chooseModel() });
 *
 * @throws TatamiError `invalid-option` for a size and scale that do not ship, or a value out of its range.
 */
export function chooseModel(options: ChooseModelOptions = {}): ModelChooser {
  checkByRules("chooseModel", options, chooseRules);
  const { scale = 2, baseUrl, ...given } = options;
  const sizes = sizesOf(options);
  const look = options.look ?? "faithful";
  const wantedNames = sizes.map((size) => `${size}-x${scale}`);
  const names = listModels().map((card) => card.name);
  for (const name of wantedNames)
    if (!names.includes(name) || !names.includes(`${name}-camera`))
      throw invalidOption("chooseModel.size and scale", "of a model that ships for both tracks", name);
  // how networks share frames was fitted to those that ship, not to mixtures
  const isMixable = wantedNames.every(
    (name, _, { length }) =>
      length === 1 && listModels().find((card) => card.name === `${name}-camera`)?.mixesWith === name,
  );
  return {
    scale,
    at: (other) => (other === scale ? chooseModel(options) : chooseModel({ ...options, scale: other })),
    follow: (other, signal) =>
      loadModel(`${sizes[0]}-x${other}`, {
        ...(baseUrl !== undefined && { baseUrl }),
        ...(signal && { signal }),
      }),
    async choose(reading, signal): Promise<ModelChoice> {
      const wanted = settingsFor(reading, scale, look);
      const strength = given.strength ?? round(wanted.strength);
      // of fused frames the camera track takes away what is not noise any more
      const asked = given.denoise ?? (reading.isFused === true ? wanted.denoise / 2 : wanted.denoise);
      const denoise = isMixable || given.denoise !== undefined ? asked : Math.round(asked);
      const reuse = boundedWhere(reading, wanted.rate);
      const loading = { denoise, ...(baseUrl !== undefined && { baseUrl }), ...(signal && { signal }) };
      const models = await Promise.all(wantedNames.map((name) => loadModel(name, loading)));
      const shared = models.length > 1 ? { models } : {};
      const words = describeReading(reading, wanted).join(", ");
      const sentence = `${words}: ${describeSettings({ denoise, strength }, reuse)}`;
      return { model: models.at(-1)!, ...shared, strength, denoise, look, reuse, sentence };
    },
  };
}

function sizesOf({ size, effort }: ChooseModelOptions): readonly string[] {
  if (effort === undefined) return [size ?? "m5"];
  if (size !== undefined)
    throw invalidOption(
      "chooseModel.size",
      "left out beside chooseModel.effort",
      size,
      "Give one of the two.",
    );
  return ladders[effort];
}

/** Where a fixed camera's pictures were compressed, what changes by less than that does not show. */
function boundedWhere({ stillShare }: FileReading, rate: number): "exact" | "bounded" {
  return isFixed(stillShare) && rate > 20 ? "bounded" : "exact";
}

function round(strength: number): number {
  return Math.round(strength * 20) / 20;
}
