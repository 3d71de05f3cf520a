/** Frames on their way: of 8 bits and of more, whole. */

import type { AnyPlane } from "@tatami/core";
import { bitsOf, createDeepPlane, createFrame, createPlane, frameLedger, planesOf } from "@tatami/core";
import { expect, test } from "vitest";
import { packPicture, unpackPicture } from "./wire-picture.ts";

const size = { width: 6, height: 4 };
const filled = <P extends AnyPlane>(plane: P): P => {
  plane.data.forEach((_, i) => (plane.data[i] = 250 + i));
  return plane;
};

test.each([8, 10, 16])("a frame of %i bits arrives with all of them, its own memory gone", async (bits) => {
  const make = (): AnyPlane => filled(bits > 8 ? createDeepPlane(size, bits) : createPlane(size));
  const planes = { luma: make(), chroma: [make(), make()] } as Parameters<typeof createFrame>[0];
  const wire = await packPicture(createFrame(planes, { timestamp: 1 }));
  expect(planes.luma.data.length).toBe(0);
  const there = unpackPicture(structuredClone(wire), "test");
  if ("visibleRect" in there) throw new Error("A frame was sent.");
  const { luma, chroma } = await planesOf(there);
  expect(bitsOf(luma)).toBe(bits);
  expect([luma.data, chroma[1].data]).toEqual([make().data, make().data]);
  there.close();
  expect(frameLedger.open).toBe(0);
});
