import { expect, test } from "vitest";
import { createSlots } from "./slots.ts";

test("a slice keeps the most that changed in it, and is there only once a frame was", () => {
  const slots = createSlots(10, 5);
  slots.add(0);
  slots.add(0, 0.5);
  slots.add(1.9, 0.2);
  slots.add(6);
  expect(slots.all).toEqual([
    { from: 0, to: 2, share: 0.5 },
    { from: 6, to: 8 },
  ]);
});

test("frames before the start and after the end belong to the first slice and the last", () => {
  const slots = createSlots(10, 5);
  slots.add(-0.02, 1);
  slots.add(10.4, 0.1);
  expect(slots.all.map(({ from }) => from)).toEqual([0, 8]);
});

test("with a slice for every frame, no two frames share one", () => {
  const slots = createSlots(3, 75);
  for (let frame = 0; frame < 75; frame++) slots.add(frame / 25, 1);
  expect(slots.all).toHaveLength(75);
});
