import fc from "fast-check";
import { expect, test } from "vitest";
import type { Settings } from "./settings.ts";
import { firstSettings, parseSettings, presetIds } from "./settings.ts";

const isNetwork = (name: string): boolean => name === "m5-x2";
const share = (max: number): fc.Arbitrary<number | null> =>
  fc.option(fc.double({ min: 0, max, noNaN: true }).map((value) => Math.abs(value)));
const anySettings: fc.Arbitrary<Settings> = fc.record({
  preset: fc.constantFrom(...presetIds),
  network: fc.constantFrom("", "m5-x2"),
  target: fc.constantFrom<2 | 4>(2, 4),
  strength: share(1.5),
  denoise: share(1),
  codec: fc.constantFrom(null, "avc", "hevc", "vp9", "av1"),
  quality: fc.integer({ min: 1, max: 100 }),
  reuse: fc.constantFrom(null, "exact", "bounded", "off"),
  fuse: fc.constantFrom(null, "auto", "static"),
  tint: fc.boolean(),
});

test("what was written is read as it was", () => {
  fc.assert(
    fc.property(anySettings, (settings) => {
      expect(parseSettings(JSON.stringify(settings), isNetwork)).toEqual(settings);
    }),
  );
});

test("whatever is there, what is read can be worked with", () => {
  const keys = Object.keys(firstSettings);
  const anything = fc.oneof(
    fc.string(),
    fc.json(),
    fc.dictionary(fc.constantFrom(...keys), fc.jsonValue()).map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(fc.option(anything), (text) => {
      const { preset, network, target, strength, denoise, quality } = parseSettings(text, isNetwork);
      expect(preset !== null || isNetwork(network)).toBe(true);
      expect([2, 4]).toContain(target);
      expect(quality).toSatisfy((value: number) => value >= 1 && value <= 100);
      for (const [value, most] of [
        [strength, 1.5],
        [denoise, 1],
      ] as const)
        if (value !== null) expect(value).toSatisfy((seen: number) => seen >= 0 && seen <= most);
    }),
  );
});

test("a network that is no longer shipped is forgotten, and what is right beside it is not", () => {
  const text = JSON.stringify({ preset: null, network: "old-x2", target: 4, quality: 200, strength: 0.5 });
  expect(parseSettings(text, isNetwork)).toEqual({ ...firstSettings, target: 4, strength: 0.5 });
});
