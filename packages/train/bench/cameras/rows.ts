/** The rows of a camera's table: ways of enlarging, each by name. */

import { join } from "node:path";
import type { Model } from "@tatami/graph";
import { foldCheckpoint } from "../../src/report/export-model.ts";
import { readCheckpoint } from "../../src/run/checkpoint/checkpoint.ts";
import { networkPlayer } from "../../src/run/network-task.ts";
import { averageIn } from "../../src/tddsr/start.ts";
import { stepsModel } from "../../src/tddsr/measure/steps-model.ts";
import type { Ablation, LearnSettings } from "./learn.ts";
import {
  ablations,
  armFolder,
  isReady,
  isStartFile,
  dropPictures,
  learnByFootage,
  learnCamera,
  learnStudent,
  stagePath,
  startOfStudents,
} from "./learn.ts";

/** A row of a camera. */
export interface Row {
  readonly name: string;
  /** Of the student that is trained for it. @defaultValue none is */
  readonly seed?: number;
  /** What enlarges; nothing where it is not trained and may not be. Bicubic enlargement is no model. */
  readonly model: () => Promise<Model | "bicubic" | undefined>;
}

/** Kinds of rows, as `--row` names them, in the order of the table. */
export const kinds = [
  "bicubic",
  "shipped",
  "footage",
  "longer",
  "learned",
  "half",
  "quarter",
  "restorer",
  "teacher",
  "ablations",
  "ablated students",
] as const;
/** One of them. */
export type Kind = (typeof kinds)[number];

/** What a camera's rows are. */
export interface RowOptions {
  readonly kinds: readonly Kind[];
  readonly seeds: readonly number[];
  /** Whether ablations are made for this camera. */
  readonly ablates: boolean;
}

/** A camera's rows, of those kinds. */
export function rowsOf(settings: LearnSettings, camera: string, options: RowOptions): readonly Row[] {
  const { out, student } = settings;
  const folder = armFolder(settings, camera, "all");
  const bySeeds = (name: string, model: (seed: number) => Promise<Model | undefined>): readonly Row[] =>
    options.seeds.map((seed) => ({ name, seed, model: () => model(seed) }));
  const learned = async (share: number, seed: number): Promise<Model | undefined> => {
    const files = await learnCamera(settings, camera, "all");
    return files && learnStudent(settings, join(folder, "students"), files.degradation, share, seed);
  };
  // each shows in the restorer, in the student, or in the degradation's own table
  const left = options.ablates ? (Object.keys(ablations) as Ablation[]) : [];
  const all: Readonly<Record<Kind, readonly Row[]>> = {
    bicubic: [{ name: "bicubic", model: () => Promise.resolve("bicubic") }],
    shipped: [{ name: student, model: async () => (await startOfStudents(settings)).model }],
    footage: [{ name: "by --footage", model: () => learnByFootage(settings, camera) }],
    // what further steps alone are worth; no camera's, and learned once
    longer: bySeeds("camera track, as long", (seed) =>
      learnStudent(settings, join(out, "students"), undefined, 0, seed),
    ),
    learned: bySeeds("on G", (seed) => learned(1, seed)),
    half: bySeeds("half camera track, half G", (seed) => learned(0.5, seed)),
    // what it costs on the camera track's own pictures goes with the share
    quarter: bySeeds("three quarters camera track, a quarter G", (seed) => learned(0.25, seed)),
    restorer: [
      {
        name: "U, fidelity",
        async model() {
          const path = await pathBefore(settings, camera, "upsampler");
          return path === undefined ? undefined : folded(path);
        },
      },
      {
        name: "U, perceptual",
        async model() {
          const files = await learnCamera(settings, camera, "all");
          return files && folded(stagePath(settings, camera, "all", "learning"));
        },
      },
    ],
    teacher: [1, 2, 4].map((steps) => ({
      name: `teacher, ${steps} ${steps === 1 ? "step" : "steps"}`,
      model: async () => {
        const path = await pathBefore(settings, camera, "teacher");
        if (path === undefined) return undefined;
        const checkpoint = await readCheckpoint(path);
        const weights = averageIn(checkpoint, "teacher", networkPlayer)!;
        const enlarger = averageIn(checkpoint, "enlarger");
        return stepsModel(checkpoint.recipe.architecture, weights, steps, enlarger);
      },
    })),
    ablations: left.map((arm) => ({
      name: `${arm}: U, perceptual`,
      model: async () =>
        (await learnCamera(settings, camera, arm)) && folded(stagePath(settings, camera, arm, "learning")),
    })),
    "ablated students": left.map((arm) => ({
      name: `${arm}: half camera track, half G`,
      seed: 1,
      model: () => ablatedStudent(settings, camera, arm),
    })),
  };
  return options.kinds.flatMap((kind) => all[kind]);
}

async function ablatedStudent(
  settings: LearnSettings,
  camera: string,
  arm: Ablation,
): Promise<Model | undefined> {
  const files = await learnCamera(settings, camera, arm);
  if (!files) return undefined;
  const folder = join(armFolder(settings, camera, arm), "students");
  const model = await learnStudent(settings, folder, files.degradation, 0.5, 1);
  await dropPictures(folder);
  return model;
}

/** A stage's checkpoint that knows no camera: where all begin, if that is told, else after the camera's own learning. */
async function pathBefore(
  settings: LearnSettings,
  camera: string,
  stage: "teacher" | "upsampler",
): Promise<string | undefined> {
  const { start, recipe } = settings;
  // what such a file begins with is past both
  if (isStartFile(start)) return undefined;
  if (start !== undefined) {
    const path = join(start, `${recipe.name}-${stage}.checkpoint`);
    return (await isReady(settings, start, stage)) ? path : undefined;
  }
  const files = await learnCamera(settings, camera, "all");
  return files && stagePath(settings, camera, "all", stage);
}

async function folded(path: string): Promise<Model> {
  return foldCheckpoint(await readCheckpoint(path)).model;
}
