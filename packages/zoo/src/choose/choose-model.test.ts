import type { FileReading, PictureMeasures } from "@tatami/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseModel } from "./choose-model.ts";
import { policies } from "./policy.generated.ts";
import { settingsFor } from "./policy.ts";

/** A file like the mean of those that were fitted on, but for what is given. */
function readingOf(measures: Partial<PictureMeasures>, stillShare: number | null = null): FileReading {
  const names = policies[2]!.measures.map(([name, mean]) => [name, name === "noise" ? 0.5 : mean]);
  const usual = { combed: 0, ...Object.fromEntries(names) } as PictureMeasures;
  return { codec: "avc", bitsPerPixel: null, frames: 6, stillShare, measures: { ...usual, ...measures } };
}

describe("chooseModel", () => {
  it("settings are within their ranges, whatever is measured", () => {
    const measures = fc.record(
      Object.fromEntries(
        policies[2]!.measures.map(([name]) => [name, fc.double({ min: -20, max: 20, noNaN: true })]),
      ),
    );
    const files = fc.record({
      bitsPerPixel: fc.option(fc.double({ min: 0, max: 24, noNaN: true })),
      codec: fc.constantFrom("avc", "mpeg4", "cinepak", null),
    });
    fc.assert(
      fc.property(measures, fc.constantFrom(2, 4), files, (seen, scale, { bitsPerPixel, codec }) => {
        const usual = readingOf({}).measures;
        const noise = Math.abs(seen["noise"] ?? 0);
        const { denoise, strength, rate } = settingsFor(
          { measures: { ...usual, ...seen, noise }, bitsPerPixel, codec },
          scale,
        );
        expect([0, 0.5, 1]).toContain(denoise);
        expect(strength).toBeGreaterThanOrEqual(0);
        expect(strength).toBeLessThanOrEqual(1.5);
        expect(Number.isFinite(rate)).toBe(true);
      }),
    );
  });

  it("says what was seen and what follows, and loads that model", async () => {
    const seen = await chooseModel().choose(readingOf({ edges: -2, noise: 5, equal: 0.7, combed: 0.2 }, 0.9));
    expect(seen.sentence).toMatch(
      /noisy, soft, drawn or a screen, combed like interlaced video, fixed camera: .*, strength \d\.\d\d/,
    );
    expect(seen).toMatchObject({ look: "faithful", model: { scale: 2 } });
    const name =
      seen.denoise === 0 ? "m5-x2" : seen.denoise === 1 ? "m5-x2-camera" : `m5-x2 denoise ${seen.denoise}`;
    expect(seen.model.name).toBe(name);
    expect((await chooseModel({ scale: 4, size: "m3" }).choose(readingOf({}))).model.name).toMatch(/^m3-x4/);
  });

  it("what is given is not chosen, and a sharp look never holds back", async () => {
    const soft = readingOf({ edges: -2, tips: 0, weave: 0.2 });
    const faithful = await chooseModel().choose(soft);
    const sharp = await chooseModel({ look: "sharp" }).choose(soft);
    expect(sharp.strength).toBeGreaterThanOrEqual(Math.max(1, faithful.strength));
    const given = await chooseModel({ strength: 0.35, denoise: 1 }).choose(soft);
    expect(given).toMatchObject({ strength: 0.35, denoise: 1, model: { name: "m5-x2-camera" } });
  });

  it("patches are reused within bounds where a fixed camera's pictures were compressed", async () => {
    expect((await chooseModel().choose(readingOf({}, 0.1))).reuse).toBe("exact");
    expect((await chooseModel().choose(readingOf({}, null))).reuse).toBe("exact");
  });

  it("with an effort two networks of one track are chosen, the larger one named", async () => {
    const seen = await chooseModel({ effort: "medium" }).choose(readingOf({}));
    const track = seen.denoise === 1 ? "-camera" : "";
    expect([0, 1]).toContain(seen.denoise);
    expect(seen.models?.map(({ name }) => name)).toEqual([`m5-x2${track}`, `m11-x2${track}`]);
    expect(seen.model).toBe(seen.models?.[1]);
    expect(() => chooseModel({ effort: "high", size: "m7" })).toThrow("left out beside chooseModel.effort");
    expect(() => chooseModel({ effort: "most" as "high" })).toThrow("chooseModel.effort");
  });

  it("refuses what does not ship, and values out of range", () => {
    expect(() => chooseModel({ size: "m99" })).toThrow("of a model that ships for both tracks");
    expect(() => chooseModel({ size: "micro" })).toThrow("both tracks");
    expect(() => chooseModel({ scale: 3 })).toThrow("both tracks");
    expect(() => chooseModel({ strength: 2 })).toThrow("1.5");
    expect(() => chooseModel({ denoise: -1 })).toThrow("denoise");
    expect(() => chooseModel({ look: "nice" as "sharp" })).toThrow("faithful");
  });

  it("an abort rethrows its reason", async () => {
    const reason = new Error("enough");
    await expect(chooseModel().choose(readingOf({}), AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
