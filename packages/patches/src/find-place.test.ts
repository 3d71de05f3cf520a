import { createPlane } from "@tatami/core";
import { expect, test } from "vitest";
import { detailedPlaces, worstPlace } from "./find-place.ts";

test("the worst place is where the error is, also at the last edge", () => {
  const [picture, truth] = [createPlane({ width: 50, height: 30 }), createPlane({ width: 50, height: 30 })];
  picture.data[29 * 50 + 49] = 9;
  expect(worstPlace(picture, truth, 16)).toEqual({ x: 34, y: 14, width: 16, height: 16 });
  expect(worstPlace(picture, truth, 100)).toEqual({ x: 20, y: 0, width: 30, height: 30 });
});

test("detailed places come most detailed first and do not overlap; a flat picture has some too", () => {
  const plane = createPlane({ width: 64, height: 64 });
  for (let at = 0; at < 64; at += 2) plane.data[40 * 64 + at] = at < 32 ? 200 : 100;
  const places = detailedPlaces(plane, 16, 3);
  expect(places.map(({ x, y }) => [x, y])).toEqual([
    [0, 32],
    [16, 32],
    [32, 32],
  ]);
  expect(detailedPlaces(createPlane({ width: 20, height: 20 }), 16, 4)).toEqual([
    { x: 0, y: 0, width: 16, height: 16 },
  ]);
});
