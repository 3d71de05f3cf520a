import { describe, expect, it } from "vitest";
import { createPace } from "./pace.ts";

describe("pace", () => {
  it("is not judged by the first pictures, nor by one slow one", () => {
    const pace = createPace();
    for (const cost of [2000, 1500, 50, 50, 50, 50, 50]) pace.made(cost);
    expect(pace.rate()).toBe(Infinity);
    pace.made(900);
    expect(pace.rate()).toBe(20);
  });

  it("follows a machine that has become slow, and forgets when told to", () => {
    const pace = createPace();
    for (let index = 0; index < 20; index++) pace.made(20);
    expect(pace.rate()).toBe(50);
    for (let index = 0; index < 8; index++) pace.made(500);
    expect(pace.rate()).toBe(2);
    pace.restart();
    expect(pace.rate()).toBe(Infinity);
  });
});
