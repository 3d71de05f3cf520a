import { createRandom } from "@tatami/core";
import { expect, test } from "vitest";
import { smallDataset } from "../data/test-support.ts";
import { createCropCutter, createCropSampler, cropFields } from "./crop.ts";
import { createCropFeed, createMaskFeed, createNoiseFeed, joinFeeds } from "./feed.ts";
import type { Example, Feed } from "./feed.ts";

const [scale, crop, batch] = [2, 12, 3];
const dataset = smallDataset(scale, crop);

test.each([1, 3])(
  "crops are the cutter's pictures of what the sampler draws, of %i candidates",
  async (candidates) => {
    const feed = createCropFeed(dataset, crop, candidates);
    const random = createRandom(4);
    const sampler = createCropSampler(dataset, crop, candidates);
    const cutter = createCropCutter(dataset, crop);
    const same = createRandom(4);
    // two batches, so that what one leaves behind is seen
    for (let round = 0; round < 2; round++) {
      const examples = await fill(feed, random, { low: crop ** 2, high: (crop * scale) ** 2 });
      const fields = new Int32Array(batch * cropFields);
      sampler.sample(same, fields);
      examples.forEach(({ low, high }, item) => {
        const expected = { low: new Float32Array(crop ** 2), high: new Float32Array((crop * scale) ** 2) };
        const own = fields.subarray(item * cropFields, (item + 1) * cropFields);
        cutter.cut(own, expected.low, expected.high);
        expect({ low, high }).toEqual(expected);
        expect(new Set(high).size).toBeGreaterThan(10);
      });
    }
    expect(random.state()).toEqual(same.state());
  },
);

test.each([0, 0.3, 1])("a mask has its share of ones: %d", async (share) => {
  const masks = (await fill(createMaskFeed("mask", share), createRandom(1), { mask: 5000 })).flatMap(
    ({ mask }) => [...mask!],
  );
  expect(masks.every((value) => value === 0 || value === 1)).toBe(true);
  const mean = masks.reduce((sum, value) => sum + value, 0) / masks.length;
  if (share === 0 || share === 1) expect(mean).toBe(share);
  // six deviations of a mean of 15,000
  else expect(Math.abs(mean - share)).toBeLessThan(6 * Math.sqrt((share * (1 - share)) / masks.length));
});

test("noise is normal: mean, deviation, and how much lies within one and two deviations", async () => {
  const deviation = 0.4;
  // an odd count: the last number has no partner
  const values = (await fill(createNoiseFeed("noise", deviation), createRandom(2), { noise: 9001 })).flatMap(
    ({ noise }) => [...noise!],
  );
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const within = (deviations: number): number =>
    values.filter((value) => Math.abs(value) < deviations * deviation).length / values.length;
  expect(Math.abs(mean)).toBeLessThan((6 * deviation) / Math.sqrt(values.length));
  expect(Math.sqrt(variance) / deviation).toBeCloseTo(1, 1);
  expect(within(1)).toBeCloseTo(0.6827, 1);
  expect(within(2)).toBeCloseTo(0.9545, 2);
  expect(values.every(Number.isFinite)).toBe(true);
  // neighbours are no copies of one another
  const together = values.slice(1).reduce((sum, value, i) => sum + value * values[i]!, 0) / values.length;
  expect(Math.abs(together)).toBeLessThan((6 * deviation ** 2) / Math.sqrt(values.length));
});

test("several feeds fill what is theirs from one stream: the same from the same, others from another", async () => {
  const sizes = { low: crop ** 2, high: (crop * scale) ** 2, mask: 50, noise: 31 };
  const feed = (): Feed =>
    joinFeeds(createCropFeed(dataset, crop), createMaskFeed("mask", 0.5), createNoiseFeed("noise", 1));
  const first = await fill(feed(), createRandom(7), sizes);
  expect(await fill(feed(), createRandom(7), sizes)).toEqual(first);
  const others = await fill(feed(), createRandom(8), sizes);
  for (const name of Object.keys(sizes)) expect(others[0]![name]).not.toEqual(first[0]![name]);
  for (const name of Object.keys(sizes)) expect(first[1]![name]).not.toEqual(first[0]![name]);
});

test("a loss that looks at some of the tensors only is given those", async () => {
  const feed = joinFeeds(
    createCropFeed(dataset, crop),
    createMaskFeed("mask", 0.5),
    createNoiseFeed("noise", 1),
  );
  const whole = await fill(feed, createRandom(3), { low: crop ** 2, high: (crop * scale) ** 2 });
  expect(await fill(feed, createRandom(3), { low: crop ** 2 })).toEqual(whole.map(({ low }) => ({ low })));
  expect(await fill(feed, createRandom(3), { high: (crop * scale) ** 2 })).toEqual(
    whole.map(({ high }) => ({ high })),
  );
  const random = createRandom(3);
  const [noise] = await fill(feed, random, { noise: 8 });
  expect(noise!["noise"]!.every((value) => value !== 0)).toBe(true);
  // what nobody looks at is not drawn
  expect((await fill(createNoiseFeed("noise", 1), createRandom(3), { noise: 8 }))[0]).toEqual(noise);
});

/** A batch whose tensors are of these sizes. */
async function fill(
  feed: Feed,
  random: ReturnType<typeof createRandom>,
  sizes: Record<string, number>,
): Promise<readonly Example[]> {
  const examples = Array.from({ length: batch }, () =>
    Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, new Float32Array(size)])),
  );
  await feed.fill(random, examples);
  return examples;
}
