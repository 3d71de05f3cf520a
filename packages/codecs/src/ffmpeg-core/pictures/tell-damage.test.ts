/** Complaints and gaps, told as places. */

import type { Damage } from "@tatami/core";
import { expect, test } from "vitest";
import { createDamageTeller } from "./tell-damage.ts";

const collect = (): { readonly told: Damage[]; readonly teller: ReturnType<typeof createDamageTeller> } => {
  const told: Damage[] = [];
  return {
    told,
    teller: createDamageTeller(
      (damage) => void told.push(damage),
      0.1,
      () => 0,
    ),
  };
};

test("a complaint waits for the gap it speaks of", () => {
  const { told, teller } = collect();
  for (const tick of [0, 1, 2]) teller.picture(tick / 10, []);
  teller.picture(0.3, ["Invalid NAL unit size"]);
  teller.picture(0.4, []);
  teller.picture(0.7, []);
  teller.end([], 0);
  expect(told).toHaveLength(1);
  expect(told[0]).toMatchObject({ frames: 2, message: expect.stringMatching(/Invalid NAL unit size\.$/) });
  expect(told[0]!.seconds).toBeCloseTo(0.5, 9);
});

test("one that leaves no gap is told of where it was made; a gap without one is no damage", () => {
  const { told, teller } = collect();
  teller.picture(0, []);
  teller.picture(0.5, []);
  teller.picture(0.6, ["concealing errors"]);
  for (let tick = 7; tick < 40; tick++) teller.picture(tick / 10, []);
  expect(told).toEqual([{ seconds: 0.6, frames: 0, message: expect.stringContaining("0.600 s") }]);
});

test("what a header counts and nothing was read of is told at the end", () => {
  const { told, teller } = collect();
  teller.picture(0, []);
  teller.end([], 30);
  expect(told).toEqual([{ seconds: 0.1, frames: 30, message: expect.stringMatching(/ends before/) }]);
});

test("without anyone to tell, the first complaint ends it", () => {
  const teller = createDamageTeller(undefined, 0.1, () => 7);
  teller.picture(0, []);
  expect(() => teller.picture(0.1, ["broken"])).toThrow(
    expect.objectContaining({ code: "damaged-input", detail: { seconds: 0.1, framesRead: 7 } }),
  );
});
