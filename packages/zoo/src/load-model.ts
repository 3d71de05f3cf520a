/** A shipped model, by name. */

import { TatamiError, throwIfAborted } from "@tatami/core";
import { readOnnx } from "@tatami/graph";
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
  readonly signal?: AbortSignal;
}

/**
 * Loads a model that ships with this package, and checks its bytes against the published hash.
 * Nothing is fetched from anywhere but the package itself or `baseUrl`.
 *
 * @throws TatamiError `invalid-option` for an unknown name, `input-not-found` when the file is missing,
 * `invalid-model` when it is not the published one.
 */
export function loadModel(name: string, options: LoadModelOptions = {}): Promise<Model> {
  return loadFrom(registry, name, options);
}

/** {@link loadModel} over any registry. */
export async function loadFrom(models: Registry, name: string, options: LoadModelOptions): Promise<Model> {
  const { baseUrl, signal } = options;
  throwIfAborted(signal);
  const entry = Object.hasOwn(models, name) ? models[name] : undefined;
  if (!entry) throw unknownModel(models, name);
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
  const suggestion = names.length > 0 ? `Did you mean "${closest(name, names)}"? ` : "";
  return new TatamiError({
    code: "invalid-option",
    message: `There is no model named ${JSON.stringify(name)}.`,
    fix: `${suggestion}Use one of: ${names.join(", ")}.`,
    detail: { option: "name", value: name },
  });
}
