import { createPlane } from "@tatami/core";
import type { Plane } from "@tatami/core";
import { resizePlane } from "@tatami/patches";
import { createUpscaler } from "@tatami/upscale";
import { loadModel } from "@tatami/zoo";
import { createFrame } from "@tatami/core";
import { expect, test } from "vitest";
import { filterPlane, mixStrength } from "./mix-strength.ts";

const scene = (width: number, height: number): Plane => {
  const plane = createPlane({ width, height });
  for (let at = 0; at < plane.data.length; at++) {
    const [x, y] = [at % width, Math.floor(at / width)];
    plane.data[at] = 120 + 60 * Math.sin(x / 3) * Math.cos(y / 5) + (x > y ? 40 : 0);
  }
  return plane;
};

test("strength 0 is the filter, 1 the network as it is, and between them every level lies between", () => {
  const filter = scene(16, 16);
  const network = createPlane({ width: 16, height: 16 });
  network.data.fill(90);
  expect(mixStrength(filter, network, 0).data).toEqual(filter.data);
  expect(mixStrength(filter, network, 1)).toBe(network);
  const half = mixStrength(filter, network, 0.5).data;
  half.forEach((value, at) => {
    expect(Math.abs(value - (filter.data[at]! + 90) / 2)).toBeLessThanOrEqual(0.5);
  });
  const loud = mixStrength({ ...network, data: network.data.map(() => 10) }, filter, 1.5).data;
  expect(Math.max(...loud)).toBe(255);
});

test("a weaker network is to a level what the engine gives at that strength", async () => {
  const source = scene(40, 32);
  const chroma = (): Plane => createPlane({ width: 20, height: 16 });
  await using upscaler = await createUpscaler({ model: await loadModel("micro-x2"), backends: ["wasm"] });
  const enlarge = async (): Promise<Plane> => {
    const frame = createFrame({ luma: source, chroma: [chroma(), chroma()] }, { timestamp: 0 });
    const larger = await upscaler.frame(frame);
    const { luma } = await larger.planes();
    larger.close();
    return luma;
  };
  const network = await enlarge();
  upscaler.setStrength(0.4);
  const exact = await enlarge();
  const mixed = mixStrength(filterPlane(source, 2, resizePlane), network, 0.4);
  let most = 0;
  exact.data.forEach((value, at) => (most = Math.max(most, Math.abs(value - mixed.data[at]!))));
  expect(most).toBeLessThanOrEqual(1);
});
