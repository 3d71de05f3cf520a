/** A teacher and a pupil brought together: what the pupil's loss looks at besides pictures, and where that comes from. */

import type { Model, Node } from "@tatami/graph";
import { networkOf, parameter, shapesOf, weightParameters } from "@tatami/graph";
import { createGraphRunner } from "@tatami/runtime/programs";
import { invalidOption } from "@tatami/core";
import type { Recipe } from "../campaign/recipe.ts";
import { resizeLuma } from "../data/bicubic.ts";
import type { Dataset } from "../data/dataset.ts";
import type { CropPair } from "../feed/draw-crops.ts";
import { drawCrops } from "../feed/draw-crops.ts";
import type { Feed } from "../feed/feed.ts";
import { createMaskFeed } from "../feed/feed.ts";
import type { CompiledKernels } from "../run/kernels.ts";
import { toPlane } from "../report/evaluate.ts";
import type { OnnxNetwork } from "../teacher/onnx-network.ts";
import { openOnnxNetwork } from "../teacher/onnx-network.ts";
import type { FoundTeacher } from "../teacher/teacher.ts";
import type { FeatureMeasures } from "./measure.ts";
import { createFeatureMeter } from "./measure.ts";
import { createMipkd, featureName, maskName } from "./mipkd.ts";
import type { Distil } from "./options.ts";
import { choose, modelPoints, pointsOf } from "./points.ts";
import type { Teaching } from "./teaching.ts";

/** Crops that features are measured on. */
const measured = 64;

/** Whether pictures are looked at beside what the teacher makes of them. */
export function seesTruth({ distil }: Recipe): boolean {
  return distil !== undefined && distil.truth > 0;
}

/**
 * Prepares a lesson.
 *
 * @param lessons the teacher's enlargements of the run's pictures
 * @throws TatamiError `invalid-option` for more points than a network has, and for a teacher whose features nobody sees.
 */
export async function prepareTeaching(
  recipe: Recipe,
  found: FoundTeacher,
  lessons: Dataset,
  compiled: CompiledKernels,
): Promise<Teaching> {
  const { distil } = recipe;
  const beside = seesTruth(recipe) ? { lessons } : {};
  const { teacher, model } = found;
  if (distil?.method !== "mipkd") {
    const turns = distil && distil.turns < 8 ? `, in ${distil.turns} of its eight turns` : "";
    const remarks = [`learns what ${teacher.name} makes of them (${teacher.runtime})${turns}`];
    return { ...beside, feeds: [], remarks, release: async () => undefined };
  }
  const { points, mask } = distil;
  const network = model ? undefined : await openFeatures(found, distil);
  const pupil = pupilChannels(recipe, points);
  const crops = drawCrops(lessons, measured, recipe.crop, recipe.seed);
  const measures = model
    ? measureModel(model, points, crops, compiled)
    : await measureOnnx(network!, points, crops);
  const { crop } = recipe;
  const mipkd = createMipkd({ distil, teacher: measures, pupil, crop, ...(model && { model }) });
  const masks = mask === "halves" ? [] : measures.map((_, point) => createMaskFeed(maskName(point), mask));
  const { length } = mipkd.extension.variants;
  return {
    ...beside,
    mipkd,
    feeds: [...masks, ...(network ? [featureFeed(network, points, crop)] : [])],
    remarks: [
      `learns from ${teacher.name} by mixed features at ${points} points${
        length > 1
          ? ` and ${length} mixed paths`
          : model
            ? ""
            : "; an ONNX file of other ops has no parts to be mixed (its outputs and features teach)"
      }`,
    ],
    release: async () => network?.release(),
  };
}

async function openFeatures({ teacher }: FoundTeacher, { feature, points }: Distil): Promise<OnnxNetwork> {
  const { name, features, file } = teacher;
  if (features.length < points || feature === 0)
    throw invalidOption(
      "recipe.distil",
      `outputs for ${name}, whose file gives ${features.length} features where ${points} points are to be compared`,
      "mipkd",
      `Learn from its outputs (--distil outputs), give a file with features as outputs, or ask for fewer points.`,
    );
  return openOnnxNetwork(file, name);
}

function pupilChannels({ network, architecture, name }: Recipe, points: number): readonly number[] {
  const kind = networkOf(network);
  const { weight } = weightParameters(kind.weights(architecture));
  const built = kind.build(architecture, weight, parameter("low", [1, 1, 16, 16]));
  const shapes = (node: Node): readonly number[] => shapesOf(node, [1, 1, 16, 16]).get(node)!;
  return pointsOf(built, points, name).points.map((node) => {
    const [, channels = 0, height] = shapes(node);
    if (height === 16) return channels;
    throw invalidOption(
      "recipe.distil.method",
      "outputs, as this network has features of several sizes",
      "mipkd",
    );
  });
}

function measureModel(
  model: Model,
  points: number,
  crops: readonly CropPair[],
  compiled: CompiledKernels,
): readonly FeatureMeasures[] {
  const runner = createGraphRunner(compiled, model.name, (picture) =>
    Object.fromEntries(modelPoints(model, picture, points).points.map((node, point) => [`${point}`, node])),
  );
  const seen = (low: CropPair["low"]): ReturnType<typeof runner.run>[string][] =>
    Object.values(runner.run(low));
  const meter = createFeatureMeter(seen(crops[0]!.low).map(({ shape }) => shape[1]!));
  for (const crop of crops)
    meter.add(
      seen(crop.low).map(({ data }) => data),
      gainedOver(crop),
    );
  return meter.read();
}

async function measureOnnx(
  network: OnnxNetwork,
  points: number,
  crops: readonly CropPair[],
): Promise<readonly FeatureMeasures[]> {
  const chosen = choose([...network.features.keys()], points, "the teacher's file");
  const meter = createFeatureMeter(chosen.map((at) => network.features[at]!.channels));
  for (const crop of crops) {
    const all = await network.look(crop.low.data, crop.low.shape[2]!);
    meter.add(
      chosen.map((at) => all[at]!),
      gainedOver(crop),
    );
  }
  return meter.read();
}

/** Mean of |teacher − bicubic|, of 0..1. */
function gainedOver({ low, high }: CropPair): number {
  const plain = resizeLuma(toPlane(low), high.width, high.height);
  const sum = plain.data.reduce((total, value, i) => total + Math.abs(value - high.data[i]!), 0);
  return sum / plain.data.length / 255;
}

/** A teacher's features of the very crops that the pupil is to learn, computed as they are drawn. */
function featureFeed(network: OnnxNetwork, points: number, crop: number): Feed {
  const chosen = choose([...network.features.keys()], points, "the teacher's file");
  return {
    async fill(_random, examples) {
      const wanting = examples.filter((example) => example[featureName(0)]);
      if (wanting.length === 0) return;
      const pictures = new Float32Array(wanting.length * crop ** 2);
      wanting.forEach((example, at) => pictures.set(example["low"]!, at * crop ** 2));
      const all = await network.look(pictures, crop);
      for (const [point, at] of chosen.entries()) {
        const each = network.features[at]!.channels * crop ** 2;
        wanting.forEach((example, item) =>
          example[featureName(point)]!.set(all[at]!.subarray(item * each, (item + 1) * each)),
        );
      }
    },
  };
}
