import { expect, test } from "vitest";
import { denoisingOf } from "../work/denoising.ts";
import { chosenBy, networkWish } from "./chosen.ts";
import { presets } from "./presets.ts";
import { firstSettings } from "./settings.ts";

const shipped = (name: string, denoise = 0) => ({ kind: "shipped", name, denoise }) as const;

test("every preset names networks that there are, at both sizes", () => {
  for (const { id, networks } of presets)
    for (const target of [2, 4] as const) {
      const chosen = chosenBy({ ...firstSettings, preset: id, target }, undefined, undefined);
      if (networks === undefined) expect(chosen).toBeUndefined();
      else expect(chosen).toMatchObject({ scale: target, network: { name: networks[target] }, strength: 1 });
    }
});

test("a camera's network is the clean one, all the way to the other", () => {
  const camera = { ...firstSettings, preset: "camera" } as const;
  expect(chosenBy(camera, undefined, undefined)?.network).toEqual(shipped("m5-x2", 1));
  // part of the way only where their weights can be mixed
  const some = denoisingOf("m5-x2") === "any" ? 0.4 : 0;
  expect(chosenBy({ ...camera, denoise: 0.4 }, undefined, undefined)?.network).toEqual(
    shipped("m5-x2", some),
  );
  const named = { ...firstSettings, preset: null, network: "m7-x4-camera" };
  expect(chosenBy(named, undefined, undefined)).toEqual({
    network: shipped("m7-x4", 1),
    scale: 4,
    strength: 1,
    denoising: denoisingOf("m7-x4"),
  });
});

test("one without a camera's beside it has nothing to go to", () => {
  const fastest = { ...firstSettings, preset: "fastest", denoise: 1 } as const;
  expect(chosenBy(fastest, undefined, undefined)).toMatchObject({
    network: shipped("micro-x2"),
    denoising: "none",
  });
});

test("where the file decides, its choice is taken, but for what a person set; the next file decides anew", () => {
  const choice = { network: shipped("m5-x2", 1), strength: 0.6, reuse: "exact", sentence: "soft" } as const;
  expect(chosenBy(firstSettings, undefined, choice)).toMatchObject({
    strength: 0.6,
    network: choice.network,
  });
  const set = { ...firstSettings, strength: 1.2, denoise: 0.25 };
  const mixed = denoisingOf("m5-x2") === "any" ? 0.25 : 0;
  expect(chosenBy(set, undefined, choice)).toMatchObject({ strength: 1.2, network: shipped("m5-x2", mixed) });
  expect(networkWish(firstSettings, undefined)).toEqual({ kind: "automatic", scale: 2 });
  expect(networkWish(set, undefined)).toEqual({ kind: "automatic", scale: 2, denoise: 0.25 });
});

test("a person's own network comes before everything else", () => {
  const own = { file: new File([], "mine.onnx"), scale: 3 };
  expect(chosenBy(firstSettings, own, undefined)).toEqual({
    network: { kind: "own", file: own.file },
    scale: 3,
    strength: 1,
    denoising: "none",
  });
  expect(networkWish(firstSettings, own)).toEqual({ kind: "own", file: own.file });
});
