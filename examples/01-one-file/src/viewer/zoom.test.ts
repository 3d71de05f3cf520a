import fc from "fast-check";
import { expect, test } from "vitest";
import { firstScale, fitScale, pointIn, scaleWithin, settle, zoomAbout } from "./zoom.ts";

const box = fc.record({
  width: fc.integer({ min: 40, max: 4000 }),
  height: fc.integer({ min: 40, max: 4000 }),
});
const share = fc.double({ min: 0, max: 1, noNaN: true });
const scale = fc.double({ min: 0.05, max: 16, noNaN: true });
const anyView = fc.record({
  scale,
  x: fc.double({ min: -9000, max: 9000, noNaN: true }),
  y: fc.double({ min: -9000, max: 9000, noNaN: true }),
});

test("what is larger than the frame covers it, what is smaller is centred, and settling twice changes nothing", () => {
  fc.assert(
    fc.property(anyView, box, box, (view, frame, picture) => {
      const settled = settle(view, frame, picture);
      for (const [from, room, length] of [
        [settled.x, frame.width, picture.width * view.scale],
        [settled.y, frame.height, picture.height * view.scale],
      ] as const) {
        if (length <= room) expect(from).toBeCloseTo((room - length) / 2, 6);
        else {
          expect(from).toBeLessThanOrEqual(0);
          expect(from + length).toBeGreaterThanOrEqual(room - 1e-6);
        }
      }
      expect(settle(settled, frame, picture)).toEqual(settled);
    }),
  );
});

test("what is under the pointer stays there while one zooms in on a picture that covers the frame", () => {
  fc.assert(
    fc.property(
      anyView,
      box,
      box,
      share,
      share,
      fc.double({ min: 1, max: 8, noNaN: true }),
      (view, frame, picture, right, down, factor) => {
        fc.pre(picture.width * view.scale >= frame.width && picture.height * view.scale >= frame.height);
        const start = settle(view, frame, picture);
        const point = { x: right * frame.width, y: down * frame.height };
        const end = zoomAbout(start, start.scale * factor, point, frame, picture);
        const [before, after] = [pointIn(start, point), pointIn(end, point)];
        expect(after.x).toBeCloseTo(before.x, 4);
        expect(after.y).toBeCloseTo(before.y, 4);
      },
    ),
  );
});

test("a pointer on the picture is still on the same spot where the picture outgrows the frame on all sides of it", () => {
  const frame = { width: 800, height: 400 };
  const picture = { width: 400, height: 200 };
  const start = settle({ scale: 1, x: 0, y: 0 }, frame, picture);
  const point = { x: 400, y: 200 };
  const end = zoomAbout(start, 4, point, frame, picture);
  expect(pointIn(end, point)).toEqual(pointIn(start, point));
});

test("scales lie between the whole or the own size and sixteen times the own", () => {
  fc.assert(
    fc.property(scale, box, box, fc.constantFrom(1, 0.5), (wanted, frame, picture, own) => {
      const allowed = scaleWithin(wanted, frame, picture, own);
      const fit = fitScale(frame, picture);
      expect(allowed).toBeGreaterThanOrEqual(Math.min(own, fit, 16 * own));
      expect(allowed).toBeLessThanOrEqual(16 * own);
      const first = firstScale(frame, picture, own);
      expect([own, fit]).toContain(first);
      expect(first).toBeGreaterThanOrEqual(fit / 2);
      expect(picture.width * first).toBeLessThanOrEqual(frame.width + 1e-6);
      expect(picture.height * first).toBeLessThanOrEqual(frame.height + 1e-6);
    }),
  );
});
