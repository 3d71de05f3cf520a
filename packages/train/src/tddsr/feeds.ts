/** What TDDSR-mini's examples hold, and where it comes from. */

import type { Random } from "@tatami/core";
import { forkRandom, invalidOption } from "@tatami/core";
import type { Dataset } from "../data/dataset.ts";
import type { LumaPlane } from "../data/luma.ts";
import { toTensor } from "../report/evaluate.ts";
import { resizeLuma } from "../data/bicubic.ts";
import { createCropFeed, createNoiseFeed, joinFeeds } from "../feed/feed.ts";
import type { Example, Feed } from "../feed/feed.ts";
import { turnCount } from "../feed/turn.ts";
import { turnPlane } from "../teacher/enlarge-turned.ts";

/** Sides of the blocks that codecs code by: a camera's crops begin at their corners. */
const block = 8;

/** Crops of the camera track, by the names that stages A and B know them by, and noise of which every other example has none. */
export function createCameraFeed(camera: Dataset, crop: number): Feed {
  return joinFeeds(renamed(createCropFeed(camera, crop, 3), { low: "camera", high: "seen" }), quietHalf());
}

/** All that stage C's examples hold. @param real a camera's own pictures, Y′ of 0..255 */
export function createLearningFeed(pictures: Dataset, real: readonly LumaPlane[], crop: number): Feed {
  return joinFeeds(
    createCropFeed(pictures, crop, 3),
    createRealFeed(real, crop),
    quietHalf(),
    createNoiseFeed("halfNoise", 1),
    ...[0, 1].flatMap((at) => [
      createNoiseFeed(`chance${at}`, 1),
      createCodeFeed(`code${at}`),
      createRoundingFeed(`rounding${at}`),
    ]),
  );
}

/** Noise as a diffusion has it, and none in every other example: the network that ships draws none. */
function quietHalf(): Feed {
  const noise = createNoiseFeed("noise", 1);
  return {
    async fill(random, examples) {
      await noise.fill(random, examples);
      examples.forEach((example, at) => at % 2 === 1 && example["noise"]?.fill(0));
    },
  };
}

/** One normal number for each of four planes. */
export function createCodeFeed(name: string): Feed {
  const drawn = createNoiseFeed("code", 1);
  return {
    async fill(random, examples) {
      for (const example of examples) {
        const planes = example[name];
        if (!planes) continue;
        const code = new Float32Array(4);
        await drawn.fill(random, [{ code }]);
        const each = planes.length / 4;
        code.forEach((value, plane) => planes.fill(value, plane * each, (plane + 1) * each));
      }
    },
  };
}

/** Even noise of one level of 8 bits. */
function createRoundingFeed(name: string): Feed {
  return {
    fill(random, examples) {
      for (const example of examples) {
        const values = example[name] ?? [];
        for (let i = 0; i < values.length; i++) values[i] = (random.uniform() - 0.5) / 255;
      }
    },
  };
}

/**
 * Crops of a camera's pictures at its codec's blocks, in all turns: `real`, and `realHalf` by the bicubic filter.
 *
 * @throws TatamiError `invalid-option` where no picture holds a crop.
 */
export function createRealFeed(pictures: readonly LumaPlane[], crop: number): Feed {
  const large = pictures.filter(({ width, height }) => width >= crop && height >= crop);
  if (large.length === 0)
    throw invalidOption(
      "real",
      `pictures of ${crop}×${crop} pixels or more`,
      `${pictures.length} smaller ones`,
    );
  const draw = (random: Random): LumaPlane => {
    const picture = large[random.integer(large.length)]!;
    const at = (side: number): number => block * random.integer(Math.floor((side - crop) / block) + 1);
    const [left, top] = [at(picture.width), at(picture.height)];
    const data = new Float32Array(crop * crop);
    for (let y = 0; y < crop; y++) {
      const start = (top + y) * picture.width + left;
      data.set(picture.data.subarray(start, start + crop), y * crop);
    }
    return turnPlane({ width: crop, height: crop, data }, random.integer(turnCount));
  };
  return {
    fill(stream, examples) {
      const random = forkRandom(stream, "real");
      for (const example of examples) {
        if (!example["real"] && !example["realHalf"]) continue;
        const plane = draw(random);
        example["real"]?.set(toTensor(plane).data);
        if (example["realHalf"])
          example["realHalf"].set(toTensor(resizeLuma(plane, crop / 2, crop / 2)).data);
      }
    },
  };
}

/** A feed that knows its tensors by other names. */
function renamed(feed: Feed, names: Readonly<Record<string, string>>): Feed {
  return {
    fill: (random, examples) =>
      feed.fill(
        random,
        examples.map(
          (example) =>
            Object.fromEntries(
              Object.entries(names).flatMap(([own, name]) => (example[name] ? [[own, example[name]]] : [])),
            ) as Example,
        ),
      ),
  };
}
