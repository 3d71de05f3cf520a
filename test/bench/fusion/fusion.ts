/**
 * What fusing the frames of a fixed camera gives and costs, against a truth that was never noisy and never coded:
 *
 *     npm run bench:fusion -- PICTURES [--clips FOLDER] [--noise 0,1,2.5,5] [--coding "h264 crf 28,h264 300k"] [--scenes 6] [--lpips FILE]
 *
 * Scenes are made of the folder's pictures (scenes.ts), recorded with noise, coded as cameras do and decoded; every arm takes
 * the decoded luma, and what it gives is enlarged by m5-x2-camera. dB are of luma, over static, moving and stopped pixels apart;
 * those of arms are differences from the single frame. Pop is the root mean square by which static pixels of the small picture change at
 * key frames from the sixth second on, wave the same from frame to frame between them, both without what the truth changes by. LPIPS is of the
 * last picture, its luma three times. The still is the best picture of the moment 8.2 s, of 8 s to both sides, against the single
 * frame of that moment. The milliseconds are the kernel's for a frame of 640×360, the median. With --clips: what the self-test
 * says of each recording of a folder, and what fusing it gives or costs (recordings.ts).
 */

import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Plane } from "@tatami/core";
import { createPlane } from "@tatami/core";
import { mixModels } from "@tatami/graph";
import { createPlaneFuser } from "@tatami/patches";
import { readEvaluationSet } from "@tatami/train";
import { createUpscaler } from "@tatami/upscale";
import { loadModel } from "@tatami/zoo";
import { createArms } from "./arms.ts";
import { codings, throughCodec } from "./code.ts";
import type { Coded } from "./code.ts";
import type { Scene, SceneInit } from "./scenes.ts";
import { backgroundOf, clock, playScene, rate, record } from "./scenes.ts";
import { createTally, difference, enlarged, meanOf, openDistance } from "./score.ts";
import type { Regions, Tally } from "./score.ts";
import { judgeRecordings } from "./recordings.ts";
import { gatherStill, moment, oracleStill } from "./still.ts";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    clips: { type: "string" },
    noise: { type: "string", default: "0,1,2.5,5" },
    coding: { type: "string", default: "h264 crf 28,h264 300k" },
    scenes: { type: "string", default: "6" },
    seed: { type: "string", default: "1" },
    lpips: { type: "string" },
  },
});
const pathOf = (folder: string): string => resolve(process.env["INIT_CWD"] ?? ".", folder);

/** Seconds at which pictures are scored; the last two stand for "after 10 s". */
const times = [1.2, 3.2, 7.2, 10.2, 11.2];
const late = times.slice(-2);
/** Seconds from which pops and waves are counted: the mean has come to rest then. */
const settled = 5;
const high = { width: 960, height: 544 };
const distance = flags.lpips === undefined ? undefined : await openDistance(pathOf(flags.lpips));
const frameAt = (time: number): number => Math.round(time * rate);

const camera = await loadModel("m5-x2-camera");
const half = mixModels(await loadModel("m5-x2"), camera, 0.5);
const upscalers = {
  camera: await createUpscaler({ model: camera, backends: ["wasm"], reuse: "off" }),
  half: await createUpscaler({ model: half, backends: ["wasm"], reuse: "off" }),
};

if (positionals[0] !== undefined) {
  await timeKernel();
  const scenes = await makeScenes(pathOf(positionals[0]), Number(flags.scenes));
  const results = new Map<string, Map<string, ArmScore>[]>();
  for (const init of scenes) await scoreScene(playScene(init, [...times, moment].map(frameAt)), results);
  for (const [title, scores] of results) printTable(title, scores);
}
if (flags.clips !== undefined) await judgeRecordings(pathOf(flags.clips), upscalers.camera);
for (const upscaler of Object.values(upscalers)) await upscaler.close();

async function timeKernel(): Promise<void> {
  const size = { width: 640, height: 360 };
  const fuser = await createPlaneFuser(size);
  const frames = Array.from({ length: 8 }, (_, seed) => {
    const plane = createPlane(size);
    plane.data.forEach((__, i) => (plane.data[i] = 100 + ((i * 31 + seed * 977) % 11)));
    return plane;
  });
  fuser.begin(frames[0]!);
  const thresholds = new Float32Array(256).fill(4);
  const spent = Array.from({ length: 400 }, (_, index) => {
    const since = performance.now();
    fuser.fuse(frames[index % 8]!, { thresholds, most: 128, share: 1 });
    return performance.now() - since;
  }).sort((a, b) => a - b);
  console.log(`kernel, 640×360: ${spent[200]!.toFixed(2)} ms a frame, least ${spent[0]!.toFixed(2)}`);
}

async function makeScenes(folder: string, count: number): Promise<readonly SceneInit[]> {
  const pictures = (await readEvaluationSet(folder, 2)).map(({ name, high: { width, height, data } }) => ({
    name,
    grey: { width, height, data: Float32Array.from(data, (level) => Math.min(235, Math.max(16, level))) },
  }));
  const small = pictures.map(({ grey }) => grey).filter(({ width, height }) => width > 200 && height > 200);
  // optics, noise and light as real cameras differ in them
  const looks = [
    { lens: 0.7, soft: 0, isCorrelated: true, drifts: true, dim: 1 },
    { lens: 0, soft: 1, isCorrelated: true, drifts: false, dim: 1 },
    { lens: 0.5, soft: 0, isCorrelated: false, drifts: true, dim: 0.6 },
    { lens: 0, soft: 1.2, isCorrelated: true, drifts: false, dim: 0.45 },
    { lens: 0.9, soft: 0, isCorrelated: false, drifts: true, dim: 1 },
    { lens: 0, soft: 1, isCorrelated: true, drifts: false, dim: 1 },
  ];
  const step = Math.max(1, Math.floor(pictures.length / count));
  return Array.from({ length: count }, (_, index) => {
    const { name, grey } = pictures[(index * step) % pictures.length]!;
    return {
      name,
      background: backgroundOf(grey, high),
      sprites: [1, 2, 3, 4, 5].map((other) => small[(index * step + other) % small.length]!),
      ...looks[index % looks.length]!,
    };
  });
}

/** What of one scene is remembered of each arm. */
interface ArmScore {
  readonly at: Map<number, Tally>;
  readonly mixed: Tally[];
  /** Of the still's moment: the frame alone, and ways to gather it. */
  readonly stills: Map<string, Tally>;
  readonly distances: number[];
  readonly mixedDistances: number[];
  readonly pops: number[];
  readonly waves: number[];
  before?: Plane;
}

/** Adds a scene to what is known of each noise and coding. */
async function scoreScene(scene: Scene, results: Map<string, Map<string, ArmScore>[]>): Promise<void> {
  for (const sigma of flags.noise.split(",").map(Number)) {
    const recorded = scene.frames.map((frame, index) =>
      record(frame, index, sigma, scene.isCorrelated, Number(flags.seed)),
    );
    for (const name of flags.coding.split(",").map((each) => each.trim())) {
      const coding = codings[name];
      if (!coding) throw new Error(`There is no coding "${name}": ${Object.keys(codings).join(", ")}.`);
      const decoded = await throughCodec(coding, recorded);
      if (decoded.length !== recorded.length) throw new Error(`${decoded.length} frames were decoded.`);
      const title = `noise ${sigma}, ${name}`;
      results.set(title, [...(results.get(title) ?? []), await scoreArms(scene, decoded, title)]);
    }
  }
}

function printTable(title: string, all: readonly Map<string, ArmScore>[]): void {
  const names = [...all[0]!.keys()];
  console.log(`\n${title}, ${all.length} scenes, t = ${late.join(" and ")} s`);
  console.log(
    [
      "arm",
      "all",
      "static",
      "moving",
      "stopped",
      "worst moving",
      "pop",
      "wave",
      "LPIPS",
      ...times.map((t) => `static at ${t} s`),
    ].join("\t"),
  );
  for (const name of [...names, "fused, half strength"]) {
    const isMixed = !names.includes(name);
    const scores = all.map((each) => each.get(isMixed ? "fused" : name)!);
    const singles = all.map((each) => each.get("single")!);
    const at = (region: keyof Regions, when: readonly number[]): number[] =>
      scores.map((score, i) => {
        const own = isMixed
          ? meanOf(score.mixed, region)
          : meanOf(
              when.map((t) => score.at.get(t)!),
              region,
            );
        return name === "single"
          ? own
          : own -
              meanOf(
                when.map((t) => singles[i]!.at.get(t)!),
                region,
              );
      });
    const mean = (values: readonly number[]): string => signed(average(values), name);
    console.log(
      [
        name,
        ...(["all", "static", "moving", "stopped"] as const).map((region) => mean(at(region, late))),
        signed(Math.min(...at("moving", late)), name),
        isMixed ? "" : average(scores.map(({ pops }) => average(pops))).toFixed(2),
        // where every frame is a key frame there are none between
        isMixed || scores[0]!.waves.length === 0
          ? ""
          : average(scores.map(({ waves }) => average(waves))).toFixed(2),
        average(scores.flatMap((score) => (isMixed ? score.mixedDistances : score.distances))).toFixed(3),
        ...(isMixed ? [] : times.map((t) => mean(at("static", [t])))),
      ].join("\t"),
    );
  }
  const stills = all.map((each) => each.get("single")!.stills);
  for (const name of [...stills[0]!.keys()].slice(1)) {
    const still = (region: keyof Regions): string =>
      signed(
        average(
          stills.map((each) => meanOf([each.get(name)!], region) - meanOf([each.get("alone")!], region)),
        ),
        "",
      );
    console.log(
      [`${name} at ${moment} s`, ...(["all", "static", "moving", "stopped"] as const).map(still)].join("\t"),
    );
  }
}

function createScore(): ArmScore {
  return {
    at: new Map(),
    mixed: [],
    stills: new Map(),
    distances: [],
    mixedDistances: [],
    pops: [],
    waves: [],
  };
}

async function scoreArms(
  { name: sceneName, frames, truths }: Scene,
  decoded: readonly Coded[],
  title: string,
): Promise<Map<string, ArmScore>> {
  const arms = await createArms(decoded[0]!.luma, rate);
  const scores = new Map<string, ArmScore>();
  for (const { name } of arms) scores.set(name, createScore());
  for (const [index, { luma, isKey }] of decoded.entries()) {
    const now = frames[index]!;
    for (const arm of arms) {
      const score = scores.get(arm.name)!;
      const shown = await arm.next(luma, index, isKey, now);
      if (score.before && index > settled * rate)
        (isKey === true ? score.pops : score.waves).push(
          difference(shown, score.before, now, frames[index - 1]!),
        );
      score.before = shown;
      if (arm.name === "single" && index === frameAt(moment)) {
        const gathered = await gatherStill(decoded);
        for (const [name, picture, upscaler] of [
          ["alone", shown, upscalers.camera],
          ["still", gathered, upscalers.camera],
          ["still, half strength", gathered, upscalers.half],
          ["still, oracle", oracleStill(decoded, frames), upscalers.camera],
        ] as const)
          score.stills.set(name, createTally(await enlarged(upscaler, picture), truths.get(index)!, clock));
      }
      const when = times.find((t) => frameAt(t) === index);
      if (when === undefined) continue;
      const truth = truths.get(index)!;
      const isLast = when === times.at(-1);
      const large = await enlarged(upscalers.camera, shown);
      score.at.set(when, createTally(large, truth, clock));
      if (distance && isLast) score.distances.push(await distance(large, truth.high));
      if (arm.name !== "fused" || !late.includes(when)) continue;
      const mixed = await enlarged(upscalers.half, shown);
      score.mixed.push(createTally(mixed, truth, clock));
      if (distance && isLast) score.mixedDistances.push(await distance(mixed, truth.high));
    }
  }
  for (const arm of arms)
    if (arm.summary) console.error(`${title}, ${sceneName}, ${arm.name}: ${arm.summary().sentence}`);
  return scores;
}

function average(values: readonly number[]): number {
  const known = values.filter((value) => Number.isFinite(value));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

function signed(value: number, arm: string): string {
  return `${arm !== "single" && value >= 0 ? "+" : ""}${value.toFixed(2)}`;
}
