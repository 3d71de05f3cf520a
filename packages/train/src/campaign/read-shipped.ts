/** What ships as one file each, or comes from a file of somebody's own: recipes, campaigns. */

import { readdir } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { invalidOption, TatamiError } from "@tatami/core";

/** In the build they lie beside this file's folder, in the source beside that of all sources; each in its own language. */
const isBuilt = !import.meta.url.endsWith(".ts");
const ending = isBuilt ? ".js" : ".ts";

/** Things of one kind. */
export interface Shelf<T> {
  /** The names of those that ship. */
  list(): Promise<readonly string[]>;
  /**
   * The one of that name, or what a file exports. What has a dot or a slash is a file.
   *
   * @throws TatamiError `invalid-option` for an unknown name or a file without one, `input-not-found`.
   */
  read(nameOrFile: string): Promise<T>;
}

/**
 * A kind of things: "recipe" lies in `recipes` and its folders, and its files export `recipe`.
 *
 * @param usual what names may be written without at their end
 */
export function createShelf<T>(kind: string, usual = ""): Shelf<T> {
  const folder = new URL(`${isBuilt ? "../" : "../../"}${kind}s/`, import.meta.url);
  /** Addresses by name. */
  const findAll = async (): Promise<ReadonlyMap<string, URL>> => {
    const files = await readdir(folder, { recursive: true });
    const shipped = files.filter((file) => file.endsWith(ending) && !file.endsWith(".d.ts"));
    const named = shipped.map(
      (file) => [basename(file, ending), new URL(file.replaceAll("\\", "/"), folder)] as const,
    );
    return new Map(named.sort(([one], [other]) => (one < other ? -1 : 1)));
  };
  const addressOf = async (name: string): Promise<URL> => {
    const all = await findAll();
    const found = all.get(name) ?? all.get(`${name}${usual}`);
    if (found === undefined) throw unknownName(kind, name, [...all.keys()]);
    return found;
  };
  return {
    list: async () => [...(await findAll()).keys()],
    async read(nameOrFile) {
      const url = /[./\\]/.test(nameOrFile)
        ? pathToFileURL(resolve(nameOrFile))
        : await addressOf(nameOrFile);
      const module = (await import(url.href).catch((error: unknown) => {
        throw TatamiError.is(error) ? error : cannotLoad(kind, nameOrFile, error);
      })) as Readonly<Record<string, T | undefined>>;
      const found = module[kind];
      if (found !== undefined) return found;
      const option = kind.toUpperCase();
      throw invalidOption(
        option,
        `a file that exports \`${kind}\``,
        nameOrFile,
        `Export one: \`export const ${kind}\`.`,
      );
    },
  };
}

function unknownName(kind: string, name: string, names: readonly string[]): TatamiError<"invalid-option"> {
  return new TatamiError({
    code: "invalid-option",
    message: `There is no ${kind} named ${JSON.stringify(name)}.`,
    fix: `Use one of ${names.join(", ")}, or name a file: ./${name}.js.`,
    detail: { option: kind.toUpperCase(), value: name },
  });
}

function cannotLoad(kind: string, file: string, error: unknown): TatamiError<"input-not-found"> {
  const isUnknownLanguage = (error as NodeJS.ErrnoException).code === "ERR_UNKNOWN_FILE_EXTENSION";
  return new TatamiError({
    code: "input-not-found",
    message: `The ${kind} ${file} cannot be loaded: ${(error as Error).message}.`,
    fix: isUnknownLanguage
      ? `Write the ${kind} in JavaScript, run a Node that reads TypeScript (22.18 or newer), or load tsx: NODE_OPTIONS='--import tsx'.`
      : `Name a file that is there, or a ${kind} that ships.`,
    detail: { file },
    cause: error,
  });
}
