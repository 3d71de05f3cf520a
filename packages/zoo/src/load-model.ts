/** A shipped model, by name. */

import type { OptionRules } from "@tatami/core";
import { checkByRules, invalidOption, numberRule, TatamiError, throwIfAborted } from "@tatami/core";
import { mixModels } from "@tatami/graph";
import type { Model } from "@tatami/graph";
import { closest } from "fastest-levenshtein";
import { readModel, readRules } from "./read-model.ts";
import type { ReadModelOptions, ShippedFile } from "./read-model.ts";
import { registry } from "./registry.generated.ts";
import type { Registry, RegistryEntry } from "./registry.ts";

/** Options of {@link loadModel}. */
export interface LoadModelOptions extends ReadModelOptions {
  /**
   * How much of what cameras and codecs add is taken away, from 0 (the model as it is named) to 1 (its sibling of the camera
   * track): between the two their weights are mixed. `loadModel("m5-x2", { denoise: 0.5 })` mixes `m5-x2` and `m5-x2-camera`.
   * @defaultValue 0
   */
  readonly denoise?: number;
}

const rules: OptionRules<LoadModelOptions> = { ...readRules, denoise: numberRule(0, 1) };

/**
 * Loads a model that ships with this package, and checks its bytes against the published hash.
 * Nothing is fetched from anywhere but the package itself or `baseUrl`.
 *
 * @throws TatamiError `invalid-option` for an unknown name, or for `denoise` where the model has no camera sibling, or none
 * that it can be mixed with; `input-not-found` when the file is missing, `invalid-model` when it is not the published one.
 */
export function loadModel(name: string, options: LoadModelOptions = {}): Promise<Model> {
  return loadFrom(registry, name, options);
}

/** {@link loadModel} over any registry. */
export async function loadFrom(models: Registry, name: string, options: LoadModelOptions): Promise<Model> {
  const { denoise, signal } = checkByRules("options", options, rules);
  throwIfAborted(signal);
  const entry = Object.hasOwn(models, name) ? models[name] : undefined;
  if (!entry) throw unknownModel(models, name);
  if (denoise === undefined) return readModel(shipped(entry), options);
  const sibling = siblingOf(models, name);
  if (!sibling) throw noSibling(models, name, denoise);
  // the ends need no more than one of the two
  if (denoise === 0) return readModel(shipped(entry), options);
  if (denoise < 1 && sibling.card.mixesWith !== name) throw notMixable(models, name, denoise);
  const camera = await readModel(shipped(sibling), options);
  return denoise === 1 ? camera : mixModels(await readModel(shipped(entry), options), camera, denoise);
}

function shipped({ card, url }: RegistryEntry): ShippedFile {
  return { name: card.name, sha256: card.sha256, url };
}

/** What lies between networks that were not trained to be mixed is none. */
function notMixable(models: Registry, name: string, denoise: number): TatamiError<"invalid-option"> {
  const mixed = Object.keys(models).filter((each) => siblingOf(models, each)?.card.mixesWith === each);
  return invalidOption(
    "options.denoise",
    `0 or 1 for "${name}", whose camera sibling was not trained to be mixed with it`,
    denoise,
    mixed.length > 0 ? `Use 0 or 1, or load one of: ${mixed.join(", ")}.` : "Use 0 or 1.",
  );
}

/** The model that was tuned from this one for what cameras and codecs do. */
function siblingOf(models: Registry, name: string): RegistryEntry | undefined {
  const camera = `${name}-camera`;
  return Object.hasOwn(models, camera) && models[name]?.card.track === "bicubic" ? models[camera] : undefined;
}

function noSibling(models: Registry, name: string, denoise: number): TatamiError<"invalid-option"> {
  const mixed = Object.keys(models).filter((each) => siblingOf(models, each));
  const fix =
    mixed.length > 0
      ? `Leave options.denoise out, or load one of: ${mixed.join(", ")}.`
      : "Leave options.denoise out.";
  return invalidOption(
    "options.denoise",
    `left out for "${name}", which has no camera sibling`,
    denoise,
    fix,
  );
}

function unknownModel(models: Registry, name: string): TatamiError<"invalid-option"> {
  const names = Object.keys(models);
  if (typeof name !== "string")
    return invalidOption("name", "a model's name", name, `Use one of: ${names.join(", ")}.`);
  const suggestion = names.length > 0 ? `Did you mean "${closest(name, names)}"? ` : "";
  return new TatamiError({
    code: "invalid-option",
    message: `There is no model named ${JSON.stringify(name)}.`,
    fix: `${suggestion}Use one of: ${names.join(", ")}.`,
    detail: { option: "name", value: name },
  });
}
