/**
 * Fits what a file's looks ask for to cases that `collect.ts` wrote, and prints how far that carries to clips it was not
 * fitted on:
 *
 *     npx tsx --conditions=@tatami/source packages/train/bench/reading/fit.ts OUT.ts 2=CASES.jsonl[,…] [4=…] [--judge 2=TABLE.jsonl]
 *
 * OUT.ts is `packages/zoo/src/choose/policy.generated.ts`. Without OUT (a dash) nothing is written. Cases of --judge are only
 * scored, by a fit to all others' clips.
 */

import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import type { PictureMeasures } from "@tatami/core";
import { layOutFlat, parameter } from "@tatami/graph";
// what is fitted is what runs
import type { Policy } from "@tatami/zoo/policy";
import { applyPolicy, expandSeen, weigh } from "@tatami/zoo/policy";
import { createFlatOptimizer } from "../../src/optimizer/flat-optimizer.ts";
import { compileKernels, createKernels } from "../../src/run/kernels.ts";

const mixturesTried = [0, 0.5, 1];
const measuresTried = [
  "noise",
  "tips",
  "weave",
  "edges",
  "slopes",
  "detail",
  "structure",
  "texture",
  "textureStructure",
  "contrast",
  "grid",
  "emptied",
  "equal",
] as const satisfies readonly (keyof PictureMeasures)[];
const [steps, learningRate, decay] = [3000, 0.02, 0.001];
/** What a decibel below the better filter counts for, beside one above it. */
const penalty = 7;
/** Below this, in levels², an error is not told from rounding. */
const leastError = 0.02;

interface Case {
  readonly name: string;
  readonly codec: string;
  readonly quantizer: number;
  readonly lens: number;
  readonly softness: number;
  readonly sharpening: number;
  readonly noise: number;
  readonly measures: PictureMeasures;
  /** `null` where nothing was compressed. */
  readonly bitsPerPixel: number | null;
  readonly bicubic: number;
  readonly lanczos: number;
  /** For each mixture a, b, c of error(s) = a + 2·b·s + c·s². */
  readonly curves: readonly (readonly [number, number, number])[];
}

const { values: flags, positionals } = parseArgs({
  options: {
    judge: { type: "string", multiple: true, default: [] },
    folds: { type: "string", default: "5" },
  },
  allowPositionals: true,
});
const [out = "-", ...sources] = positionals;
const compiled = await compileKernels();
const policies: Record<number, Policy> = {};
for (const source of sources) {
  const { scale, cases } = await readCases(source);
  console.log(
    `×${scale}: ${cases.length} cases of ${new Set(cases.map(({ name }) => name)).size} clips and pictures`,
  );
  printScores("clips not fitted on", crossValidate(cases, Number(flags.folds)));
  policies[scale] = fit(cases);
  for (const judge of flags.judge) {
    const judged = await readCases(judge);
    if (judged.scale !== scale) continue;
    // a clip that is judged is fitted on in none of its cases
    const names = new Set(judged.cases.map(({ name }) => clipOf(name)));
    const policy = fit(cases.filter(({ name }) => !names.has(clipOf(name))));
    const scored = judged.cases.map((each) => score(each, policy));
    printScores(judge, scored);
    printTable(scored);
  }
}
if (out !== "-") await writeFile(out, policyText(policies));

async function readCases(word: string): Promise<{ scale: number; cases: readonly Case[] }> {
  const [scale, files] = word.split("=") as [string, string];
  const texts = await Promise.all(files.split(",").map((file) => readFile(file, "utf8")));
  const lines = texts.flatMap((text) => text.split("\n").filter((line) => line !== ""));
  return { scale: Number(scale), cases: lines.map((line) => JSON.parse(line) as Case) };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function clipOf(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

/** A policy of least expected loss: decibels over the better filter, those below it counted several times. */
function fit(cases: readonly Case[]): Policy {
  const measures = measuresTried.map((name) => {
    const seen = cases.map((each) => weigh(name, each.measures[name]));
    const mean = meanOf(seen);
    return [name, mean, Math.sqrt(meanOf(seen.map((value) => (value - mean) ** 2))) + 1e-6] as const;
  });
  const logs = cases.flatMap(({ bitsPerPixel }) => (bitsPerPixel === null ? [] : [Math.log(bitsPerPixel)]));
  const bits = [meanOf(logs), Math.sqrt(meanOf(logs.map((value) => (value - meanOf(logs)) ** 2)))] as const;
  const empty: Policy = { measures, bits, mixtures: mixturesTried, weights: [] };
  // containers that do not tell how many bits there are must be served, too
  const terms = cases.map((each, index) =>
    expandSeen(empty, index % 5 === 0 ? { ...each, bitsPerPixel: null } : each),
  );
  const rows = 2 * mixturesTried.length + 1;
  const count = terms[0]!.length;
  const layout = layOutFlat([parameter("weights", [Math.ceil((rows * count) / 4) * 4])]);
  const optimizer = createFlatOptimizer(createKernels(compiled), layout, new Float32Array(layout.count), {
    optimizer: "adam",
    amsgrad: false,
    clipNorm: 1e9,
    averageDecay: 0.99,
  });
  for (let step = 0; step < steps; step++) {
    const weights = optimizer.weights();
    optimizer.gradient.fill(0);
    for (const [index, each] of cases.entries())
      addGradient(optimizer.gradient, weights, each, terms[index]!);
    optimizer.gradient.forEach(
      (sum, i, gradient) => (gradient[i] = sum / cases.length + decay * weights[i]!),
    );
    optimizer.step(step, learningRate * Math.min(1, (2 * (steps - step)) / steps));
  }
  const flat = optimizer.average();
  const weights = Array.from({ length: rows }, (_, row) =>
    Array.from(flat.subarray(row * count, (row + 1) * count)),
  );
  return { ...empty, weights };
}

/** The gradient of one case's expected loss, mixtures being chosen by softmax; and of its squared error in rate. */
function addGradient(
  gradient: Float32Array,
  weights: Float32Array,
  each: Case,
  terms: readonly number[],
): void {
  const count = terms.length;
  const mixtures = mixturesTried.length;
  const sum = (row: number): number =>
    terms.reduce((total, term, i) => total + term * weights[row * count + i]!, 0);
  // drawn more often than they are met
  const weightOfCase = each.sharpening > 0 ? 0.2 : each.softness > 0 ? 0.4 : 1;
  const add = (row: number, slope: number): void => {
    for (let i = 0; i < count; i++) gradient[row * count + i]! += weightOfCase * slope * terms[i]!;
  };
  const preferences = mixturesTried.map((_, k) => sum(mixtures + k));
  const largest = Math.max(...preferences);
  const powers = preferences.map((value) => Math.exp(value - largest));
  const total = powers.reduce((a, b) => a + b, 0);
  const losses = mixturesTried.map((_, k) => {
    const share = 1 / (1 + Math.exp(-sum(k)));
    const strength = 1.5 * share;
    const [a, b, c] = each.curves[k]!;
    const error = Math.max(leastError, a + 2 * b * strength + c * strength ** 2);
    const decibels = 10 * Math.log10(error / filterError(each));
    const weight = decibels > 0 ? penalty : 1;
    const slope = (10 / Math.LN10) * ((2 * b + 2 * c * strength) / error) * 1.5 * share * (1 - share);
    // those that are seldom preferred learn their strength, too
    add(k, (0.1 + powers[k]! / total) * weight * slope);
    return weight * decibels;
  });
  const expected = losses.reduce((mean, loss, k) => mean + (powers[k]! / total) * loss, 0);
  losses.forEach((loss, k) => add(mixtures + k, (powers[k]! / total) * (loss - expected)));
  if (each.codec !== "avc" || each.noise > 0) return;
  // in tenths of a rate factor, so that this learns as quickly
  add(2 * mixtures, (sum(2 * mixtures) - each.quantizer / 10) * 0.2);
}

function filterError({ bicubic, lanczos }: Case): number {
  return Math.max(leastError, Math.min(bicubic, lanczos));
}

interface Scored {
  readonly of: Case;
  readonly denoise: number;
  readonly strength: number;
  /** Decibels over the better filter. */
  readonly gain: number;
  readonly rate: number;
  /** Of each track at strength 1, clean first. */
  readonly fixed: readonly [number, number];
  /** Of the best strength of the best mixture. */
  readonly best: number;
}

function score(of: Case, policy: Policy): Scored {
  const { denoise, strength, rate } = applyPolicy(policy, of);
  const rounded = Math.round(strength * 20) / 20;
  const gain = (k: number, s: number): number => {
    const [a, b, c] = of.curves[k]!;
    return 10 * Math.log10(filterError(of) / Math.max(leastError, a + 2 * b * s + c * s * s));
  };
  const bests = of.curves.map(([, b, c], k) => gain(k, Math.min(1.5, Math.max(0, -b / c))));
  return {
    of,
    denoise,
    strength: rounded,
    rate,
    gain: gain(mixturesTried.indexOf(denoise), rounded),
    fixed: [gain(0, 1), gain(mixturesTried.length - 1, 1)],
    best: Math.max(...bests),
  };
}

/** Every clip is scored by a policy that was fitted on others. */
function crossValidate(cases: readonly Case[], folds: number): readonly Scored[] {
  const names = [...new Set(cases.map(({ name }) => clipOf(name)))];
  return Array.from({ length: folds }, (_, fold) => {
    const left = new Set(names.filter((_name, index) => index % folds === fold));
    const policy = fit(cases.filter(({ name }) => !left.has(clipOf(name))));
    return cases.filter(({ name }) => left.has(clipOf(name))).map((each) => score(each, policy));
  }).flat();
}

function printScores(title: string, scores: readonly Scored[]): void {
  const mean = (pick: (each: Scored) => number): string =>
    (scores.reduce((sum, each) => sum + pick(each), 0) / scores.length).toFixed(3);
  const below = scores.filter(({ gain }) => gain < -0.05);
  const worst = scores.toSorted((a, b) => a.gain - b.gain).slice(0, 5);
  console.log(
    `${title}: over the better filter ${mean(({ gain }) => gain)} dB; always clean ${mean(({ fixed }) => fixed[0])}, ` +
      `always camera ${mean(({ fixed }) => fixed[1])}, best of all ${mean(({ best }) => best)}; ` +
      `${below.length} of ${scores.length} below the better filter by more than 0.05 dB`,
  );
  for (const { of, gain, best, denoise, strength } of worst)
    console.log(
      `  ${gain.toFixed(2)} (best ${best.toFixed(2)}) denoise ${denoise} strength ${strength.toFixed(2)}  ${of.name} ` +
        `${of.codec} ${of.quantizer}, lens ${of.lens.toFixed(1)}, soft ${of.softness.toFixed(1)}, noise ${of.noise.toFixed(1)}`,
    );
}

/** Means by look and rate. */
function printTable(scores: readonly Scored[]): void {
  const keys = [
    ...new Set(scores.map(({ of }) => `soft ${of.softness} lens ${of.lens} ${of.codec} ${of.quantizer}`)),
  ];
  console.log(
    "case                          chosen   clean  camera    best  worst chosen  denoise strength  rate",
  );
  for (const key of keys) {
    const same = scores.filter(
      ({ of }) => `soft ${of.softness} lens ${of.lens} ${of.codec} ${of.quantizer}` === key,
    );
    const mean = (pick: (each: Scored) => number): number =>
      same.reduce((sum, each) => sum + pick(each), 0) / same.length;
    const cells = [
      (s: Scored) => s.gain,
      (s: Scored) => s.fixed[0],
      (s: Scored) => s.fixed[1],
      (s: Scored) => s.best,
    ];
    const numbers = cells.map((pick) => mean(pick).toFixed(2).padStart(8)).join("");
    const worst = Math.min(...same.map(({ gain }) => gain)).toFixed(2);
    const settings = [(s: Scored) => s.denoise, (s: Scored) => s.strength].map((pick) =>
      mean(pick).toFixed(2).padStart(9),
    );
    console.log(
      `${key.padEnd(28)}${numbers}${worst.padStart(14)}${settings.join("")}${mean(({ rate }) => rate)
        .toFixed(0)
        .padStart(6)}`,
    );
  }
}

function policyText(fitted: Readonly<Record<number, Policy>>): string {
  const short = (key: string, value: unknown): unknown =>
    typeof value === "number" && key !== "mixtures" ? Number(value.toPrecision(5)) : value;
  return `/** Written by \`packages/train/bench/reading/fit.ts\`. */

/** By scale. */
export const policies = ${JSON.stringify(fitted, short)} as const;
`;
}
