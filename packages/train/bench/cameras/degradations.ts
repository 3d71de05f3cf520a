/** The degradation's own table: how like the camera's its pictures are. */

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { compressPictures } from "@tatami/codecs/node";
import { createRandom, sha256Of } from "@tatami/core";
import { tensor } from "@tatami/graph";
import { createGraphRunner } from "@tatami/runtime/programs";
import { resizeLuma } from "../../src/data/bicubic.ts";
import type { LumaPlane } from "../../src/data/luma.ts";
import { cutLuma, roundLuma } from "../../src/data/luma.ts";
import { cameraTrack } from "../../src/data/tracks/camera.ts";
import { spectrum } from "../../src/footage/softness.ts";
import { readCheckpoint } from "../../src/run/checkpoint/checkpoint.ts";
import type { CompiledKernels } from "../../src/run/kernels.ts";
import { createDegrade } from "../../src/tddsr/degradation.ts";
import type { Degrade } from "../../src/tddsr/degradation.ts";
import { blockiness, deviation, spectrumDistance } from "../../src/tddsr/measure/likeness.ts";
import { createTddsrNetworks, judge } from "../../src/tddsr/networks.ts";
import { averageIn } from "../../src/tddsr/start.ts";
import type { HeldPicture } from "./grey.ts";
import type { Ablation, Arm, LearnSettings } from "./learn.ts";
import { ablations, learnCamera, stagePath } from "./learn.ts";

/** One way of making small pictures, of the pictures that were held back. */
export interface DegradationScore {
  readonly name: string;
  /** Changes with the network and with the pictures. */
  readonly identity: string;
  /** The share of crops, half of them the camera's, that the learning's low critic tells: 0.5 where it guesses. */
  readonly accuracy?: number;
  /** Of pictures of one thing, in levels. */
  readonly deviation?: number;
  /** Spectrum beside the camera's: mean absolute difference in dB, and mean difference of the finer half. */
  readonly apart: number;
  readonly above: number;
  readonly blockiness: number;
}

/** Draws of a picture for its deviation, and pictures that it is taken of. */
const [drawsEach, drawn] = [8, 6];
/** Side of the crops that the critic judges. */
const cropSide = 64;

/** How a picture is made small. */
interface Way {
  readonly name: string;
  readonly identity: string;
  readonly isRandom: boolean;
  readonly degrade: Degrade;
}

/** Rows: the camera's own pictures, the bicubic filter, the camera track, and what was learned, whole and without its parts. */
export async function scoreDegradations(
  settings: LearnSettings,
  camera: string,
  held: readonly HeldPicture[],
  ablates: boolean,
): Promise<readonly DegradationScore[]> {
  if (!(await learnCamera(settings, camera, "all"))) return [];
  const critic = await readCritic(settings.compiled, stagePath(settings, camera, "all", "learning"));
  const folder = join(settings.out, camera, "scores");
  await mkdir(folder, { recursive: true });
  const wanted = spectrum(held.map(({ low }) => low));
  const ways = [
    own(held),
    bicubic,
    track,
    ...(await learnedWays(settings, camera, ablates ? (Object.keys(ablations) as Ablation[]) : [])),
  ];
  const rows: DegradationScore[] = [];
  const pictures = held.map(({ name }) => name).join();
  for (const way of ways) {
    const path = join(folder, `degradation-${way.name.replaceAll(/\W+/g, "-")}.json`);
    const identity = `${way.identity} ${critic?.identity ?? ""} ${pictures}`;
    const text = await readFile(path, "utf8").catch(() => undefined);
    const kept = text === undefined ? undefined : (JSON.parse(text) as DegradationScore);
    const row =
      kept?.identity === identity
        ? kept
        : { ...(await scoreWay(way, held, wanted, critic?.isReal)), identity };
    await writeFile(path, JSON.stringify(row));
    rows.push(row);
  }
  return rows;
}

async function scoreWay(
  { name, isRandom, degrade }: Way,
  held: readonly HeldPicture[],
  wanted: readonly number[],
  isReal: ((crop: LumaPlane) => boolean) | undefined,
): Promise<Omit<DegradationScore, "identity">> {
  const made: LumaPlane[] = [];
  for (const [at, { high }] of held.entries()) made.push(await degrade(high, createRandom(1000 + at)));
  const spreads: number[] = [];
  for (const { high } of isRandom ? held.slice(0, drawn) : []) {
    const draws: LumaPlane[] = [];
    for (let draw = 0; draw < drawsEach; draw++) draws.push(await degrade(high, createRandom(draw + 1)));
    spreads.push(deviation(draws));
  }
  const told = isReal && [
    ...cropsOf(held.map(({ low }) => low)).map((crop) => isReal(crop)),
    ...cropsOf(made).map((crop) => !isReal(crop)),
  ];
  return {
    name,
    ...(told && { accuracy: mean(told.map(Number)) }),
    ...(isRandom && { deviation: mean(spreads) }),
    ...spectrumDistance(spectrum(made), wanted),
    blockiness: mean(made.map(blockiness).filter(Number.isFinite)),
  };
}

/** The camera itself. */
function own(held: readonly HeldPicture[]): Way {
  const lows = new Map(held.map(({ high, low }) => [high, low]));
  return {
    name: "the camera",
    identity: "camera",
    isRandom: false,
    degrade: (high) => Promise.resolve(lows.get(high)!),
  };
}

const bicubic: Way = {
  name: "bicubic",
  identity: "bicubic",
  isRandom: false,
  degrade: (high) => Promise.resolve(roundLuma(resizeLuma(high, high.width / 2, high.height / 2))),
};

const track: Way = {
  name: "camera track",
  identity: cameraTrack.version,
  isRandom: true,
  async degrade({ width, height, data }, random) {
    const picture = { width, height, channels: 1 as const, data: Uint8Array.from(data, Math.round) };
    const way = { scale: 2, degradations: 1, keepsTruth: true, compress: compressPictures };
    return (await cameraTrack.reduce(picture, 0, { ...way, seed: random.integer(2 ** 31) })).lows[0]!;
  },
};

async function learnedWays(
  settings: LearnSettings,
  camera: string,
  without: readonly Ablation[],
): Promise<readonly Way[]> {
  const ways: Way[] = [];
  for (const arm of ["all", ...without] as const satisfies readonly Arm[]) {
    const files = await learnCamera(settings, camera, arm);
    if (!files) continue;
    const bytes = new Uint8Array(await readFile(files.degradation));
    ways.push({
      name: arm === "all" ? "G" : `G, ${arm}`,
      identity: await sha256Of(bytes),
      isRandom: true,
      degrade: createDegrade(settings.compiled, bytes, arm),
    });
  }
  return ways;
}

/** The whole learning's critic judges all. */
async function readCritic(
  compiled: CompiledKernels,
  path: string,
): Promise<{ readonly identity: string; readonly isReal: (crop: LumaPlane) => boolean } | undefined> {
  const checkpoint = await readCheckpoint(path);
  const weights = averageIn(checkpoint, "lowCritic");
  if (!weights) return undefined;
  const { base } = checkpoint.recipe.architecture as unknown as { readonly base: number };
  const weight = createTddsrNetworks({ base, scale: 2 }).lowCritic.constants(weights);
  const runner = createGraphRunner(compiled, "low critic", (picture) => ({
    score: judge(weight, picture),
  }));
  return {
    identity: `${checkpoint.state.step} ${JSON.stringify(checkpoint.state.random)}`,
    isReal: ({ width, height, data }) => {
      const seen = tensor(
        [1, 1, height, width],
        data.map((value) => value / 255),
      );
      return mean([...runner.run(seen)["score"]!.data]) > 0;
    },
  };
}

/** Side by side, from corners of blocks. */
function cropsOf(planes: readonly LumaPlane[]): readonly LumaPlane[] {
  const size = { width: cropSide, height: cropSide };
  return planes.flatMap((plane) => {
    const crops: LumaPlane[] = [];
    for (let y = 0; y + cropSide <= plane.height; y += cropSide)
      for (let x = 0; x + cropSide <= plane.width; x += cropSide)
        crops.push(cutLuma(plane, { x, y, ...size }));
    return crops;
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
