import { describe, expect, it } from "vitest";
import { tensor } from "../../tensor.ts";
import { clip } from "./clip.ts";
import { input } from "../leaves/input.ts";
import { prelu } from "./prelu.ts";
import { preluInputGradient } from "./prelu-input-gradient.ts";
import { preluSlopeGradient } from "./prelu-slope-gradient.ts";
import { relu } from "./relu.ts";
import { sigmoid } from "./sigmoid.ts";

const values = tensor([1, 2, 1, 3], Float32Array.of(-2, 0, 3, -4, 5, -0.5));

describe("relu", () => {
  it("keeps what is positive", () => {
    expect([...relu.reference([values], {}).data]).toEqual([0, 0, 3, 0, 5, 0]);
  });
});

describe("prelu", () => {
  it("multiplies what is negative by its channel's slope", () => {
    const slopes = tensor([2], Float32Array.of(0.5, -1));
    expect([...prelu.reference([values, slopes], {}).data]).toEqual([-1, 0, 3, 4, 5, 0.5]);
  });

  it("knows a batch's channels by their place", () => {
    const batch = tensor([2, 2, 1, 1], Float32Array.of(-1, -1, -1, -1));
    const slopes = tensor([2], Float32Array.of(0.25, 2));
    expect([...prelu.reference([batch, slopes], {}).data]).toEqual([-0.25, -2, -0.25, -2]);
  });

  it("refuses slopes that are not one a channel", () => {
    expect(() => prelu.shape([[1, 2, 3, 3], [3]], {})).toThrowError(
      /2 channels wants slopes of \[2\], not \[3\]/,
    );
  });
});

describe("clip", () => {
  it("limits", () => {
    expect([...clip.reference([values], { minimum: -1, maximum: 3 }).data]).toEqual([-1, 0, 3, -1, 3, -0.5]);
  });

  it("refuses limits the wrong way round", () => {
    expect(() => clip.shape([[1]], { minimum: 1, maximum: 0 })).toThrowError(
      /minimum 1 is above the maximum 0/,
    );
  });
});

describe("sigmoid", () => {
  it("goes from 0 to 1, and never further", () => {
    const given = tensor([5], Float32Array.of(-1000, -Math.log(3), 0, Math.log(3), 1000));
    const [first, ...rest] = sigmoid.reference([given], {}).data;
    expect(first).toBe(0);
    for (const [at, value] of [0.25, 0.5, 0.75, 1].entries()) expect(rest[at]).toBeCloseTo(value, 6);
  });
});

describe("the gradients of prelu", () => {
  it("know a batch's channels by their place, and count 0 to the side of the slope", () => {
    const outgoing = tensor([2, 2, 1, 2], Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8));
    const picture = tensor([2, 2, 1, 2], Float32Array.of(1, -1, 0, 2, -3, 3, 4, -4));
    const slopes = tensor([2], Float32Array.of(0.5, -1));
    const ofPicture = preluInputGradient.reference([outgoing, picture, slopes], {});
    expect([...ofPicture.data]).toEqual([1, 1, -3, 4, 2.5, 6, 7, -8]);
    const ofSlopes = preluSlopeGradient.reference([outgoing, picture], {});
    expect(ofSlopes).toEqual(tensor([2], Float32Array.of(-2 - 15, -32)));
  });
});

describe("input", () => {
  it("refuses another number of channels", () => {
    expect(input.shape([[3, 1, 8, 8]], { channels: 1 })).toEqual([3, 1, 8, 8]);
    expect(() => input.shape([[1, 3, 8, 8]], { channels: 1 })).toThrowError(
      /has 3 channels, the model takes 1/,
    );
  });
});
