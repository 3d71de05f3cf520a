import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRandom } from "@tatami/core";
import { openLpips } from "@tatami/train/lpips";
import { expect, test } from "vitest";
import type { RgbPicture } from "../pictures/to-rgb.ts";
import { createTemporaryFolder } from "../testing/temporary-folder.ts";
import { shippedLpips } from "./shipped-lpips.ts";

const [width, height] = [40, 33];

/** Waves, with noise of so many levels. */
function picture(noise: number): RgbPicture {
  const random = createRandom(7);
  const data = Uint8Array.from({ length: width * height * 3 }, (_, at) => {
    const [x, y] = [Math.floor(at / 3) % width, Math.floor(at / 3 / width)];
    return 128 + 70 * Math.sin(x / 3) * Math.cos(y / 4 + (at % 3)) + noise * (random.uniform() - 0.5);
  });
  return { width, height, data };
}

test("the network that ships: nothing between equals, the same both ways, more with more noise", async () => {
  await using lpips = await openLpips(shippedLpips);
  const plain = picture(0);
  expect(await lpips.measure(plain, plain)).toBe(0);
  const distances: number[] = [];
  for (const noise of [4, 16, 40, 90]) distances.push(await lpips.measure(picture(noise), plain));
  expect(distances).toEqual(distances.toSorted((a, b) => a - b));
  expect(distances[0]).toBeGreaterThan(1e-4);
  expect(await lpips.measure(plain, picture(90))).toBeCloseTo(distances[3]!, 5);
});

test("what is not there, and what is no such network, is told", async () => {
  await expect(openLpips("/nowhere/a.onnx")).rejects.toMatchObject({ code: "input-not-found" });
  const path = join(await createTemporaryFolder(), "a.onnx");
  await writeFile(path, "no model");
  await expect(openLpips(path)).rejects.toMatchObject({ code: "invalid-model" });
});
