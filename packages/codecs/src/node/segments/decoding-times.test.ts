import fc from "fast-check";
import { expect, test } from "vitest";
import type { DecodingClock, DecodingPlan, PacketTimes } from "./decoding-times.ts";
import { createDecodingClock, planDecoding } from "./decoding-times.ts";

/** Packets as an encoder with `delay` pictures of reordering gives them, times of showing as they come. */
function encode(shown: readonly number[], delay: number): PacketTimes {
  const order = shown.map((_, place) => place);
  // within a group of pictures every third one comes before the two that are shown before it
  const groups = delay > 0 ? Math.floor((order.length - 1) / 3) : 0;
  for (let at = 1; at <= 3 * groups - 2; at += 3) order.splice(at, 3, at + 2, at, at + 1);
  const pts = order.map((place) => shown[place]!);
  const lead = shown.length > delay ? (shown[delay] ?? 0) - (shown[0] ?? 0) : 0;
  const dts = shown.map((time, index) =>
    shown.length <= delay || index < delay ? time - lead : shown[index - delay]!,
  );
  return { pts, dts };
}

function clockOf(parts: readonly PacketTimes[]): DecodingClock {
  return createDecodingClock(parts.reduce<DecodingPlan | undefined>(planDecoding, undefined)!);
}

const gaps = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 40 });

test("times of joined parts rise, and are never later than those of showing", () => {
  fc.assert(
    fc.property(fc.array(gaps, { minLength: 1, maxLength: 8 }), fc.constantFrom(0, 2), (parts, delay) => {
      let now = 0;
      const times = parts.map((part) =>
        encode(
          part.map((gap) => (now += gap)),
          delay,
        ),
      );
      const clock = clockOf(times);
      let last = -Infinity;
      for (const part of times) {
        const given = clock(part);
        expect(given).toHaveLength(part.pts.length);
        given.forEach((time, index) => {
          expect(time).toBeGreaterThan(last);
          expect(time).toBeLessThanOrEqual(part.pts[index]!);
          last = time;
        });
      }
    }),
  );
});

test("they are those of an encoder that had gone on", () => {
  const shown = Array.from({ length: 60 }, (_, index) => index * 40);
  const whole = encode(shown, 2);
  const cuts = [0, 13, 14, 40, 60];
  const parts = cuts.slice(1).map((end, index) => encode(shown.slice(cuts[index], end), 2));
  const clock = clockOf(parts);
  expect(parts.flatMap((part) => [...clock(part)])).toEqual(whole.dts);
});

test("a part without frames takes no place", () => {
  const parts = [encode([0, 40], 0), { pts: [], dts: [] }, encode([80], 0)];
  const clock = clockOf(parts);
  expect(parts.map((part) => clock(part))).toEqual([[0, 40], [], [80]]);
});
