/** A shipped model, by name. */

import type { OptionRule, OptionRules } from "@tatami/core";
import { checkByRules, invalidOption, numberRule, ownRule, TatamiError, throwIfAborted } from "@tatami/core";
import { mixModels, readOnnx } from "@tatami/graph";
import type { Model } from "@tatami/graph";
import { closest } from "fastest-levenshtein";
import { readAsset } from "#read-asset";
import { checkHash } from "./check-hash.ts";
import { registry } from "./registry.generated.ts";
import type { Registry, RegistryEntry } from "./registry.ts";

/** Options of {@link loadModel}. */
export interface LoadModelOptions {
  /**
   * Folder that holds the `.onnx` files, for setups that do not bundle them.
   * @defaultValue the files of this package: on disk in Node, bundled by Vite and webpack 5
   */
  readonly baseUrl?: string | URL;
  /**
   * How much of what cameras and codecs add is taken away, from 0 (the model as it is named) to 1 (its sibling of the camera
   * track): between the two their weights are mixed. `loadModel("m5-x2", { denoise: 0.5 })` mixes `m5-x2` and `m5-x2-camera`.
   * @defaultValue 0
   */
  readonly denoise?: number;
  readonly signal?: AbortSignal;
}

/** A folder: its path, or its address. */
export const folderRule: OptionRule = ownRule((path, value) => {
  if (typeof value !== "string" && !(value instanceof URL))
    throw invalidOption(path, "a path or a URL", value);
});

const rules: OptionRules<LoadModelOptions> = {
  baseUrl: folderRule,
  denoise: numberRule(0, 1),
  signal: { kind: "signal" },
};

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
  if (denoise === undefined) return readModel(name, entry, options);
  const sibling = siblingOf(models, name);
  if (!sibling) throw noSibling(models, name, denoise);
  // the ends need no more than one of the two
  if (denoise === 0) return readModel(name, entry, options);
  if (denoise < 1 && sibling.card.mixesWith !== name) throw notMixable(models, name, denoise);
  const camera = await readModel(sibling.card.name, sibling, options);
  return denoise === 1 ? camera : mixModels(await readModel(name, entry, options), camera, denoise);
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

async function readModel(name: string, entry: RegistryEntry, options: LoadModelOptions): Promise<Model> {
  const { baseUrl, signal } = options;
  const url = baseUrl === undefined ? entry.url() : resolveUrl(entry, baseUrl);
  const bytes = await readAsset(url, signal);
  await checkHash(name, bytes, entry.card.sha256);
  throwIfAborted(signal);
  return { ...readOnnx(bytes).model, name };
}

function resolveUrl(entry: RegistryEntry, baseUrl: string | URL): URL {
  const folder = String(baseUrl);
  const file = `${folder.endsWith("/") ? folder : `${folder}/`}${entry.card.name}.onnx`;
  const page = (globalThis as { location?: { href: string } }).location?.href;
  try {
    return new URL(file, page);
  } catch {
    throw new TatamiError({
      code: "invalid-option",
      message: `options.baseUrl must be a URL, not ${JSON.stringify(folder)}.`,
      fix: "Give an absolute URL; for a folder on disk use pathToFileURL(folder).",
      detail: { option: "options.baseUrl", value: folder },
    });
  }
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
