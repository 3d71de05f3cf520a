/** A prepared data set on disk, so that a run that is resumed begins at once. */

import { createHash } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { relative } from "node:path";
import { outputFailed } from "@tatami/core";
import type { Dataset } from "./dataset.ts";
import { datasetParts, readDatasetFile, readLowSamples, writeDatasetFile } from "./dataset-file.ts";
import type { PictureSourceOptions } from "./picture-sources.ts";
import { readReduced } from "./read-dataset.ts";
import { listPictures } from "./read-picture.ts";
import type { Track } from "./track.ts";
import { usualTrack } from "./tracks.ts";
import { turnCount } from "../feed/turn.ts";
import type { LessonPlan } from "../teacher/teach-dataset.ts";
import { teachDataset } from "../teacher/teach-dataset.ts";
import type { Teacher } from "../teacher/teacher.ts";
import { addUpcycled } from "../teacher/upcycle.ts";
import { checkTeacher } from "../teacher/teacher.ts";
import { writeWhole } from "../run/write-whole.ts";

/** How the low-resolution pictures of a prepared data set are made. */
export interface PrepareOptions extends PictureSourceOptions {
  /** @defaultValue the bicubic one */
  readonly track?: Track;
  /** Low-resolution versions of each picture. @defaultValue what is usual on the track */
  readonly degradations?: number;
  /** Whose enlargements are learned in place of the pictures; its data set lies beside the other. @defaultValue none */
  readonly teacher?: Teacher;
  /** Turns of each picture that a teacher looks at. @defaultValue 8 */
  readonly turns?: number;
  /** What is learned of drawings beside a teacher. @defaultValue "teacher" */
  readonly drawings?: "teacher" | "truth";
  /** The share of pictures that a teacher enlarges themselves, besides what they were reduced to. @defaultValue 0 */
  readonly upcycled?: number;
  /** Told before a lesson begins what it will take. */
  readonly onPlan?: (plan: LessonPlan) => void;
  /** Threads that a teacher enlarges pictures on. @defaultValue 1 */
  readonly threads?: number;
  /** Told how many enlargements of how many a teacher has made; not called when that file is there already. */
  readonly onLesson?: (ready: number, count: number) => void;
  /** Told how many pictures of how many are ready; not called when the file is there already. */
  readonly onPicture?: (ready: number, count: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * The data set of a folder, from `file` when it was made of the same pictures in the same way, else read and
 * written there, picture by picture: its samples are never in memory twice. An abort leaves no file, but of a lesson what was
 * done. (Node cannot map a
 * file into memory that threads share, so the store is in memory whole.)
 *
 * @param crop side of a training crop in low-resolution pixels
 */
export async function prepareDataset(
  folder: string,
  scale: number,
  crop: number,
  file: string,
  options: PrepareOptions = {},
): Promise<Dataset> {
  const {
    track = usualTrack,
    seed = 1,
    degradations = track.degradations.usual,
    sizes = [1],
    drawn = 0,
    keeps,
    teacher,
    turns = turnCount,
    drawings: drawingsBy = "teacher",
    upcycled = 0,
    threads,
    onPlan,
    onLesson,
    onPicture,
    signal,
  } = options;
  // told before minutes of reading
  if (teacher) checkTeacher(teacher, scale);
  // how pictures are made, in words that change whenever they are made differently
  const drawnBy = track.random ? `${seed} ${degradations} ` : "";
  const pictures = `${track.version} ${drawnBy}${scale} ${crop}`;
  const drawings = drawn === 0 ? "" : ` drawn 1 ${seed} ${drawn}`;
  const key = await keyOf(folder, `${pictures} ${sizes.join(" ")}${drawings}`, keeps);
  const told = { ...(onPicture ? { onPicture } : {}), ...(signal ? { signal } : {}) };
  const way = { track, degradations, sizes, drawn, seed, ...(keeps && { keeps }) };
  const kept = async <T>(read: () => Promise<T | undefined>): Promise<T> => {
    const found = await read();
    if (found) return found;
    await writeDatasetFile(file, key, readReduced(folder, scale, crop, { ...way, ...told }));
    const written = await read();
    if (written) return written;
    throw outputFailed(JSON.stringify(file), new Error("what was written cannot be read"));
  };
  if (!teacher) return kept(() => readDatasetFile(file, key, scale));

  const more = upcycled === 0 ? "" : "-upcycled";
  const taughtFile = file.replace(/(\.dataset)?$/, `-by-${teacher.name}${more}.dataset`);
  const inTurns = turns === turnCount ? "" : `${turns} `;
  const taughtKey = `${key} turned ${inTurns}${teacher.identity}${upcycled === 0 ? "" : ` upcycled ${upcycled}`}`;
  // the lesson is the same either way
  const withDrawings = async (taught: Dataset): Promise<Dataset> => {
    if (drawingsBy === "truth" && drawn > 0)
      keepTruth(taught, await kept(() => readDatasetFile(file, key, scale)), drawn * degradations);
    return taught;
  };
  const taught = await readDatasetFile(taughtFile, taughtKey, scale);
  if (taught) return withDrawings(taught);
  // what the teacher takes the place of is not read
  const low =
    upcycled === 0
      ? await kept(() => readLowSamples(file, key))
      : addUpcycled(await kept(() => readDatasetFile(file, key, scale)), upcycled);
  // what an interrupted lesson goes on from
  const log = { path: `${taughtFile}.part`, key: taughtKey };
  const dataset = await teachDataset({ scale, ...low }, teacher, {
    turns,
    log,
    ...(threads !== undefined && { threads }),
    ...(onPlan && { onPlan }),
    ...(onLesson && { onPicture: onLesson }),
    ...(signal && { signal }),
  });
  await writeWhole(taughtFile, datasetParts(taughtKey, dataset));
  await rm(log.path, { force: true });
  return withDrawings(dataset);
}

/** Puts the truth of the last `count` pictures of a data set in the place of what a teacher made of them. */
function keepTruth(taught: Dataset, { entries, high, scale }: Dataset, count: number): void {
  const [from, to] = [new Uint8Array(high), new Uint8Array(taught.high)];
  for (let at = Math.max(0, entries.length - count); at < entries.length; at++) {
    const { width, height, high: start } = entries[at]!;
    to.set(from.subarray(start, start + width * height * scale * scale), taught.entries[at]!.high);
  }
}

/**
 * Changes with any picture's name or content, and with the way low-resolution pictures are made. Not with times and places: what is
 * copied or mounted elsewhere is the same, and hours of a teacher's lesson stay.
 */
async function keyOf(
  folder: string,
  way: string,
  keeps: (path: string) => boolean = () => true,
): Promise<string> {
  const hash = createHash("sha256").update(way);
  for (const path of (await listPictures(folder)).filter(keeps)) {
    const content = createHash("sha256")
      .update(await readFile(path))
      .digest("hex");
    hash.update(`${relative(folder, path)} ${content}\n`);
  }
  return hash.digest("hex");
}
