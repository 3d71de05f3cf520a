/** Where choices of the tuner are kept: in the browser's storage, else for as long as the process lives. */

import type { Variant } from "../variant.ts";

/** Choices by key. */
export interface TuneMemory {
  get(key: string): Variant | undefined;
  set(key: string, variant: Variant): void;
}

/** A memory on a storage; what cannot be read or written there is not remembered. */
export function createTuneMemory(storage: Pick<Storage, "getItem" | "setItem"> | undefined): TuneMemory {
  const known = new Map<string, Variant>();
  return {
    get(key) {
      const here = known.get(key);
      if (here) return here;
      try {
        return readVariant(storage?.getItem(key) ?? undefined);
      } catch {
        return undefined;
      }
    },
    set(key, variant) {
      known.set(key, variant);
      try {
        storage?.setItem(key, JSON.stringify(variant));
      } catch {
        // a full or forbidden storage costs another measurement, no more
      }
    },
  };
}

/** The memory that is used where none is given. Workers have no storage of this kind. */
export const sharedTuneMemory: TuneMemory = createTuneMemory(pageStorage());

function pageStorage(): Storage | undefined {
  try {
    return typeof document === "undefined" ? undefined : globalThis.localStorage;
  } catch {
    return undefined;
  }
}

/** What was stored may be of another version, or somebody else's. */
function readVariant(text: string | undefined): Variant | undefined {
  if (text === undefined) return undefined;
  const value = JSON.parse(text) as Partial<Variant> | null;
  const { weights, columns, workgroup, features } = value ?? {};
  const right =
    (["literal", "uniform", "storage"] as unknown[]).includes(weights) &&
    [1, 2, 4, 8].includes(columns as number) &&
    Array.isArray(workgroup) &&
    workgroup.length === 2 &&
    workgroup.every((side: unknown) => Number.isInteger(side) && Number(side) >= 1 && Number(side) <= 256) &&
    workgroup[0]! * workgroup[1]! <= 256 &&
    (["f32", "f16", "int8"] as unknown[]).includes(features);
  return right ? (value as Variant) : undefined;
}
