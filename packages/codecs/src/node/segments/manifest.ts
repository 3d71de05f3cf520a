/** The manifest of an output in segments: what its parts were made of, and where the video is cut. */

import { open, readFile, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Segment } from "@tatami/core";
import { syncFolder, unfinishedName } from "./part-file.ts";

/** Raised when parts or the manifest are written otherwise. */
const format = 1;

/** The manifest. */
export interface Manifest {
  /** All that parts depend on, by names for people. */
  readonly depends: Readonly<Record<string, string>>;
  readonly segments: readonly Segment[];
}

/** Reads a folder's manifest; nothing where there is none, or none of this form. */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
  const text = await readFile(manifestPath(folder), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  try {
    const found = JSON.parse(text) as Manifest & { readonly format: number };
    return found.format === format && Array.isArray(found.segments) ? found : undefined;
  } catch {
    return undefined;
  }
}

/** Writes it, whole or not at all. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const path = manifestPath(folder);
  const partial = unfinishedName(path);
  const file = await open(partial, "wx");
  try {
    await file.writeFile(`${JSON.stringify({ format, ...manifest }, null, 1)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(partial, path);
  await syncFolder(dirname(path));
}

/** Names of what differs between what parts were made of and what they would be made of now. */
export function differences(before: Manifest["depends"], now: Manifest["depends"]): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  return [...names].filter((name) => before[name] !== now[name]);
}

function manifestPath(folder: string): string {
  return join(folder, "manifest.json");
}
