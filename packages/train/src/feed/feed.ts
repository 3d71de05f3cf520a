/** Where examples come from. */

import type { Random } from "@tatami/core";
import { forkRandom } from "@tatami/core";
import type { Dataset } from "../data/dataset.ts";
import { cropFields, createCropCutter, createCropSampler } from "./crop.ts";

/** An example's tensors by name, to be written. */
export type Example = Readonly<Record<string, Float32Array>>;

/**
 * Fills the examples of a batch: those of its tensors that a loss looks at, so that players with different losses can
 * share it. Everything drawn comes from the run's own stream, so a resumed run is the same run.
 */
export interface Feed {
  fill(random: Random, examples: readonly Example[]): void | Promise<void>;
}

/**
 * Crops of pictures: `low`, and what it is to become, `high`.
 *
 * @param candidates see {@link createCropSampler}
 * @param lessons what a teacher makes of the same pictures: `lesson`
 */
export function createCropFeed(dataset: Dataset, crop: number, candidates = 1, lessons?: Dataset): Feed {
  const sampler = createCropSampler(dataset, crop, candidates);
  const cutter = createCropCutter(dataset, crop);
  const taught = lessons && createCropCutter(lessons, crop);
  let fields = new Int32Array(0);
  // where only one of the two is looked at
  const [spareLow, spareHigh] = [new Float32Array(crop ** 2), new Float32Array((crop * dataset.scale) ** 2)];
  return {
    fill(random, examples) {
      if (!examples.some(({ low, high, lesson }) => low ?? high ?? lesson)) return;
      if (fields.length !== examples.length * cropFields)
        fields = new Int32Array(examples.length * cropFields);
      sampler.sample(random, fields);
      examples.forEach(({ low, high, lesson }, item) => {
        const at = fields.subarray(item * cropFields, (item + 1) * cropFields);
        cutter.cut(at, low ?? spareLow, high ?? spareHigh);
        if (lesson) taught!.cut(at, spareLow, lesson);
      });
    },
  };
}

/** Several feeds, each filling tensors of its own, one after the other. */
export function joinFeeds(...feeds: readonly Feed[]): Feed {
  return {
    async fill(random, examples) {
      for (const feed of feeds) await feed.fill(random, examples);
    },
  };
}

/** 0 or 1 in every element of a tensor, from a stream of its own: crops are the same with and without. @param share of ones */
export function createMaskFeed(name: string, share: number): Feed {
  return {
    fill(stream, examples) {
      const random = forkRandom(stream, name);
      for (const example of examples) {
        const values = example[name] ?? [];
        for (let i = 0; i < values.length; i++) values[i] = random.uniform() < share ? 1 : 0;
      }
    },
  };
}

/** Normal noise in every element of a tensor (Box and Muller, 1958). @param deviation its standard deviation */
export function createNoiseFeed(name: string, deviation: number): Feed {
  return {
    fill(random, examples) {
      for (const example of examples) {
        const values = example[name] ?? [];
        for (let i = 0; i < values.length; i += 2) {
          // 1 − u is never zero
          const radius = deviation * Math.sqrt(-2 * Math.log(1 - random.uniform()));
          const angle = 2 * Math.PI * random.uniform();
          values[i] = radius * Math.cos(angle);
          if (i + 1 < values.length) values[i + 1] = radius * Math.sin(angle);
        }
      }
    },
  };
}
