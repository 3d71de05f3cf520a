/** A shipped model's file, read and checked against its hash. */

import type { OptionRule, OptionRules } from "@tatami/core";
import { checkByRules, invalidOption, ownRule, sha256Of, TatamiError, throwIfAborted } from "@tatami/core";
import { readOnnx } from "@tatami/graph";
import type { Model } from "@tatami/graph";
import { readAsset } from "#read-asset";

/** How a model's file is read. */
export interface ReadModelOptions {
  /**
   * Folder that holds the `.onnx` files, for setups that do not bundle them.
   * @defaultValue the files of this package: on disk in Node, bundled by Vite and webpack 5
   */
  readonly baseUrl?: string | URL;
  readonly signal?: AbortSignal;
}

/** A folder: its path, or its address. */
export const folderRule: OptionRule = ownRule((path, value) => {
  if (typeof value !== "string" && !(value instanceof URL))
    throw invalidOption(path, "a path or a URL", value);
});

/** What each of {@link ReadModelOptions} may be. */
export const readRules: OptionRules<ReadModelOptions> = { baseUrl: folderRule, signal: { kind: "signal" } };

/** A file, and what it has to be. */
export interface ShippedFile {
  readonly name: string;
  readonly sha256: string;
  /** A function, so that nothing is resolved before it is asked for. */
  readonly url: () => URL;
}

/** @throws TatamiError `input-not-found` when the file is missing, `invalid-model` when it is not the published one. */
export async function readModel(file: ShippedFile, options: ReadModelOptions): Promise<Model> {
  const { baseUrl, signal } = options;
  throwIfAborted(signal);
  const url = baseUrl === undefined ? file.url() : resolveUrl(file.name, baseUrl);
  const bytes = await readAsset(url, signal);
  await checkHash(file.name, bytes, file.sha256);
  throwIfAborted(signal);
  return { ...readOnnx(bytes).model, name: file.name };
}

/** The loader of one model, which brings none of the others into a bundle: what `@tatami/zoo/models/NAME` exports. */
export function loaderOf(file: ShippedFile): (options?: ReadModelOptions) => Promise<Model> {
  return async (options = {}) => readModel(file, checkByRules("options", options, readRules));
}

function resolveUrl(name: string, baseUrl: string | URL): URL {
  const folder = String(baseUrl);
  const file = `${folder.endsWith("/") ? folder : `${folder}/`}${name}.onnx`;
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

/**
 * Throws unless `bytes` have the SHA-256 the card states.
 *
 * @throws TatamiError `invalid-model` when they differ, `unsupported-environment` where WebCrypto is missing.
 */
async function checkHash(name: string, bytes: Uint8Array, expected: string): Promise<void> {
  const seen = await sha256Of(bytes);
  if (seen === expected) return;
  throw new TatamiError({
    code: "invalid-model",
    message: `The file of the model "${name}" is not the one that was published: its SHA-256 is ${seen}, not ${expected}.`,
    fix: "Install @tatami/zoo again, and see that nothing on the way rewrites .onnx files (they are binary).",
    detail: { name, seen, expected },
  });
}
