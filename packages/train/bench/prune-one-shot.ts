/**
 * Prints what rankings of channels are worth without any training: inner layers cut to one width, with and without a
 * refit of what reads them, in dB on luma against the network as it is.
 *
 *     npx tsx --conditions=@tatami/source packages/train/bench/prune-one-shot.ts PICTURES MODEL WIDTH,WIDTH… SET…
 *
 * PICTURES are what the refit observes: not those that are scored.
 */

import { basename } from "node:path";
import { createRandom } from "@tatami/core";
import { loadModel } from "@tatami/zoo";
import { readDataset } from "../src/data/read-dataset.ts";
import { readEvaluationSet } from "../src/data/read-evaluation-set.ts";
import { macsCost } from "../src/prune/cost.ts";
import { criteria, rankChannels } from "../src/prune/cuts/criterion.ts";
import { architectureOf, groupsOf, keepChannels, prunableNet } from "../src/prune/cuts/net.ts";
import type { PrunedNet } from "../src/prune/cuts/net.ts";
import { createObserver } from "../src/prune/cuts/observe.ts";
import { removeChannels } from "../src/prune/cuts/refit.ts";
import { drawCrops } from "../src/feed/draw-crops.ts";
import { createEnlarge, evaluate } from "../src/report/evaluate.ts";
import { compileKernels } from "../src/run/kernels.ts";
import { networkModel } from "../src/shape/network-model.ts";
import { trainedModel } from "../src/shape/trained-model.ts";

const [pictures = "", name = "", widths = "", ...folders] = process.argv.slice(2);
const compiled = await compileKernels();
const model = await loadModel(name as Parameters<typeof loadModel>[0]);
const whole = prunableNet(trainedModel(model).startWeights());
const dataset = await readDataset(pictures, model.scale, 48);
const observe = createObserver(
  compiled,
  drawCrops(dataset, 16, 40, 1).map(({ low }) => low),
);
const sets = await Promise.all(
  folders.map(async (folder) => ({
    name: basename(folder),
    pictures: await readEvaluationSet(folder, model.scale),
  })),
);
const score = (net: PrunedNet): readonly number[] => {
  const kind = { name, network: "sesr" as const, architecture: architectureOf(net) };
  const enlarge = createEnlarge(compiled, networkModel(kind, net.weights));
  return sets.map((set) => evaluate(set.pictures, enlarge, net.scale).at(-1)!.model.psnr);
};
const before = score(whole);
const row = (cells: readonly (string | number)[]): void => console.log(`| ${cells.join(" | ")} |`);
row([
  "width",
  "MACs a pixel",
  "ranked by",
  ...sets.flatMap((set) => [`${set.name}, cut`, `${set.name}, refitted`]),
]);
row(["---", "---", "---", ...sets.flatMap(() => ["---", "---"])]);
row([
  whole.features[1]!,
  macsCost(whole.scale).of(whole.features),
  "as it is",
  ...before.flatMap((psnr) => [psnr.toFixed(2), ""]),
]);
for (const width of widths.split(",").map(Number))
  for (const criterion of criteria) {
    const random = createRandom(3);
    let [cut, refitted] = [whole, whole];
    for (const group of groupsOf(whole).slice(1)) {
      const seen = observe(refitted, group.consumers);
      const ranked = rankChannels(criterion, refitted, group, seen, random);
      const kept = ranked.slice(-width).toSorted((a, b) => a - b);
      refitted = removeChannels(refitted, group, kept, seen);
      cut = keepChannels(cut, group, kept);
    }
    const [bare, fitted] = [score(cut), score(refitted)];
    row([
      width,
      macsCost(cut.scale).of(cut.features),
      criterion,
      ...sets.flatMap((_, at) => [bare, fitted].map((scores) => (scores[at]! - before[at]!).toFixed(2))),
    ]);
  }
