/** What TDDSR-mini's examples hold, and where it comes from. */

import type { Random } from "@tatami/core";
import { forkRandom, invalidOption } from "@tatami/core";
import type { Dataset } from "../data/dataset.ts";
import type { LumaPlane } from "../data/luma.ts";
import { cutLuma } from "../data/luma.ts";
import { toTensor } from "../report/evaluate.ts";
import { resizeLuma } from "../data/bicubic.ts";
import { cropFields, createCropCutter, createCropSampler } from "../feed/crop.ts";
import { createCropFeed, createNoiseFeed, joinFeeds } from "../feed/feed.ts";
import type { Example, Feed } from "../feed/feed.ts";
import { turnCount } from "../feed/turn.ts";
import { turnPlane } from "../teacher/enlarge-turned.ts";

/** Sides of the blocks that codecs code by: a camera's crops begin at their corners. */
const block = 8;

/** Crops of the camera track, by the names that stages A and B know them by, and noise of which every other example has none. */
export function createCameraFeed(camera: Dataset, crop: number): Feed {
  return joinFeeds(cameraCropFeed(camera, crop), quietHalf());
}

function cameraCropFeed(camera: Dataset, crop: number): Feed {
  return renamed(createCropFeed(camera, crop, 3), { low: "camera", high: "seen" });
}

/** Pictures of a co-learning: by the bicubic filter, by the camera track, and a camera's own, Y′ of 0..255. */
export interface LearningPictures {
  readonly bicubic: Dataset;
  readonly camera: Dataset;
  readonly real: readonly LumaPlane[];
}

/** All that stage C's examples hold. */
export function createLearningFeed({ bicubic, camera, real }: LearningPictures, crop: number): Feed {
  return joinFeeds(
    createRealFeed(real, crop),
    createMatchedFeed(bicubic, crop),
    cameraCropFeed(camera, crop),
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

/** Crops drawn for each that is taken. */
const candidates = 8;
/** Side of what coarse detail is seen on, in small pixels: what no camera's lens or codec does much about. */
const coarse = 4;

/**
 * Crops of pictures, `low` and `high`, each with about as much coarse detail as the camera's crop beside it, `real`. A critic
 * that is shown the most detailed of photographs beside any part of a film tells what was photographed, not by what: a degrader that
 * is to please it makes everything soft.
 */
export function createMatchedFeed(dataset: Dataset, crop: number): Feed {
  const sampler = createCropSampler(dataset, crop);
  const cutter = createCropCutter(dataset, crop);
  const drawn = new Int32Array(candidates * cropFields);
  const [low, high] = [new Float32Array(crop ** 2), new Float32Array((crop * dataset.scale) ** 2)];
  return {
    fill(random, examples) {
      for (const example of examples) {
        if (!example["low"] && !example["high"]) continue;
        sampler.sample(random, drawn);
        const fields = Array.from({ length: candidates }, (_, at) =>
          drawn.subarray(at * cropFields, (at + 1) * cropFields),
        );
        const wanted = example["real"] && coarseDetail(example["real"], crop);
        const apart = fields.map((each) => {
          cutter.cut(each, low, high);
          return wanted === undefined ? 0 : Math.abs(coarseDetail(low, crop) - wanted);
        });
        cutter.cut(
          fields[apart.indexOf(Math.min(...apart))]!,
          example["low"] ?? low,
          example["high"] ?? high,
        );
      }
    },
  };
}

/** How far means of blocks are from their neighbours': the logarithm of the mean square, of levels. @param values of 0..1 */
export function coarseDetail(values: Float32Array, side: number): number {
  const cells = Math.floor(side / coarse);
  const means = new Float64Array(cells ** 2);
  for (let y = 0; y < cells * coarse; y++)
    for (let x = 0; x < cells * coarse; x++)
      means[Math.floor(y / coarse) * cells + Math.floor(x / coarse)]! +=
        (255 * values[y * side + x]!) / coarse ** 2;
  let squares = 0;
  for (let y = 0; y < cells; y++)
    for (let x = 0; x < cells; x++) {
      const mean = means[y * cells + x]!;
      if (x > 0) squares += (mean - means[y * cells + x - 1]!) ** 2;
      if (y > 0) squares += (mean - means[(y - 1) * cells + x]!) ** 2;
    }
  // what has none is like what has a level of it
  return Math.log(1 + squares / (2 * cells * Math.max(1, cells - 1)));
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
    const part = cutLuma(picture, { x: left, y: top, width: crop, height: crop });
    return turnPlane(part, random.integer(turnCount));
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
