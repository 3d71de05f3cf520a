/** The tuner's memory and candidates; what it measures is tried in the browser tests. */

import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { seededSesr } from "../../testing/models.ts";
import { readChain } from "../../read-chain.ts";
import type { OpenDevice } from "../device.ts";
import { createTuneMemory } from "./tune-memory.ts";
import { candidates, tuneKey } from "./tuner.ts";
import { defaultVariant } from "../variant.ts";

describe("createTuneMemory", () => {
  const storageOf = (entries: Record<string, string>): Pick<Storage, "getItem" | "setItem"> => ({
    getItem: (key) => entries[key] ?? null,
    setItem: (key, value) => void (entries[key] = value),
  });

  it("brings every candidate back from a storage as it was", () => {
    const entries: Record<string, string> = {};
    for (const variant of [...candidates(true, true), defaultVariant("swiftshader"), defaultVariant("")]) {
      createTuneMemory(storageOf(entries)).set("here", variant);
      expect(createTuneMemory(storageOf(entries)).get("here")).toEqual(variant);
    }
  });

  it("takes nothing from a storage that is no variant", () => {
    const [right] = candidates(false);
    const wrong = fc.oneof(
      fc.string(),
      fc.json(),
      fc.constantFrom(
        JSON.stringify({ ...right, columns: 3 }),
        JSON.stringify({ ...right, workgroup: [512, 1] }),
        JSON.stringify({ ...right, workgroup: [64, 64] }),
        JSON.stringify({ ...right, weights: "texture" }),
        JSON.stringify({ ...right, features: "f64" }),
      ),
    );
    fc.assert(
      fc.property(wrong, (text) => {
        expect(createTuneMemory(storageOf({ here: text })).get("here")).toBeUndefined();
      }),
    );
  });

  it("remembers within the process where there is no storage, or one that refuses", () => {
    const refusing = {
      getItem: (): never => {
        throw new Error("forbidden");
      },
      setItem: (): never => {
        throw new Error("full");
      },
    };
    for (const storage of [undefined, refusing]) {
      const memory = createTuneMemory(storage);
      expect(memory.get("here")).toBeUndefined();
      memory.set("here", defaultVariant(""));
      expect(memory.get("here")).toEqual(defaultVariant(""));
    }
  });
});

describe("the tuner", () => {
  it("offers half floats only where the device has them, integers only where they may be taken, and fits every workgroup into the least limit", () => {
    expect(candidates(false).every(({ features }) => features === "f32")).toBe(true);
    expect(candidates(true).some(({ features }) => features === "f16")).toBe(true);
    expect(candidates(true).every(({ features }) => features !== "int8")).toBe(true);
    expect(candidates(false, true).some(({ features }) => features === "int8")).toBe(true);
    for (const { workgroup } of candidates(true, true))
      expect(workgroup[0] * workgroup[1]).toBeLessThanOrEqual(256);
  });

  it("remembers by adapter, weights and size", () => {
    const size = { width: 320, height: 180 };
    const keyOf = (seed: number, description: string, width = 320, integers = false): string => {
      const model = seededSesr("m3", 2, seed);
      const open = { description } as OpenDevice;
      return tuneKey({ open, model, chain: readChain(model), integers }, { ...size, width });
    };
    expect(keyOf(1, "a")).toBe(keyOf(1, "a"));
    const others = [keyOf(2, "a"), keyOf(1, "b"), keyOf(1, "a", 321), keyOf(1, "a", 320, true)];
    expect(new Set([keyOf(1, "a"), ...others]).size).toBe(5);
  });

  it("reads a model's weights once, whatever sizes it is tuned for", () => {
    const model = seededSesr("m3", 2, 1);
    const { layers, ...rest } = readChain(model);
    const read = vi.fn(() => layers);
    const chain = Object.defineProperty({ ...rest, layers }, "layers", { get: read });
    const keyOf = (width: number): string =>
      tuneKey(
        { open: { description: "a" } as OpenDevice, model, chain, integers: false },
        { width, height: 180 },
      );
    expect(keyOf(320)).not.toBe(keyOf(640));
    expect(read).toHaveBeenCalledOnce();
  });
});
