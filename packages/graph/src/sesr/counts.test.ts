/** The paper's counts, exactly. */

import { describe, expect, it } from "vitest";
import { countMacs, countParameters } from "../model/count.ts";
import type { Model } from "../model/model.ts";
import { paperMacs, paperParameters } from "../networks/paper-counts.fixture.ts";
import { tensor } from "../tensor.ts";
import { sesrConfig, sesrConfigs } from "./config.ts";
import type { SesrConfig } from "./config.ts";
import { initialSesrWeights } from "./initial-weights.ts";
import { createCollapsedSesr, createWideSesr } from "./network.ts";

function collapsedZeros(config: SesrConfig): Model {
  const { features: f, scale, depth } = config;
  const block = (inputs: number, outputs: number, side: number) => ({
    kernel: tensor([outputs, inputs, side, side]),
    bias: tensor([outputs]),
  });
  return createCollapsedSesr(config, {
    first: block(1, f, 5),
    middle: Array.from({ length: depth }, () => ({ ...block(f, f, 3), slopes: tensor([f]) })),
    last: block(f, scale ** 2, 5),
  });
}

describe.each(sesrConfigs.map((config) => [config.name, config] as const))("%s", (name, config) => {
  const model = collapsedZeros(config);

  it("has the paper's parameters, to the one", () => {
    expect(countParameters(model)).toBe(paperParameters[name]);
  });

  it("has the paper's MACs", () => {
    const [to720, from1080] = paperMacs[name]!;
    const to720Size = { width: 1280 / config.scale, height: 720 / config.scale };
    expect(Math.abs(countMacs(model, to720Size) / 1e9 - to720)).toBeLessThan(0.01);
    expect(Math.abs(countMacs(model, { width: 1920, height: 1080 }) / 1e9 - from1080)).toBeLessThan(0.1);
  });

  it("looks m + 4 pixels far, wide or collapsed", () => {
    expect(model.halo).toBe(config.depth + 4);
    expect(createWideSesr(config, initialSesrWeights(config, 1)).halo).toBe(config.depth + 4);
  });
});

describe("the wide M5", () => {
  it("costs 41.775 GMAC a step of 32 pictures of 64×64, as collapsed training avoids", () => {
    const config = sesrConfig("m5", 2);
    const model = createWideSesr(config, initialSesrWeights(config, 1));
    expect((countMacs(model, { width: 64, height: 64 }) * 32) / 1e9).toBeCloseTo(41.775, 3);
    expect((countMacs(collapsedZeros(config), { width: 64, height: 64 }) * 32) / 1e9).toBeCloseTo(1.772, 3);
  });
});

describe("sesrConfig", () => {
  it("refuses a network that there is not", () => {
    expect(() => sesrConfig("m4" as "m5", 2)).toThrowError(
      expect.objectContaining({ code: "invalid-option", fix: expect.stringMatching(/\.$/) }),
    );
  });
});

describe("weights of the wrong shape", () => {
  it("are refused with the numbers seen", () => {
    const m3 = initialSesrWeights(sesrConfig("m3", 2), 1);
    const xl = initialSesrWeights(sesrConfig("xl", 2), 1);
    expect(() => createWideSesr(sesrConfig("m5", 2), m3)).toThrowError(/sesr-m5-x2: 3×3 blocks: 3, not 5/);
    expect(() => createWideSesr(sesrConfig("m11", 2), xl)).toThrowError(
      /channels of the first block: 32, not 16/,
    );
    expect(() => createWideSesr(sesrConfig("m3", 4), m3)).toThrowError(
      /channels of the last block: 4, not 16/,
    );
  });
});
