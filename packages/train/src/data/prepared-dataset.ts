/** A prepared data set on disk, so that a run that is resumed begins at once. */

import { createHash } from "node:crypto";
import { mkdir, open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { Dataset, DatasetEntry } from "./dataset.ts";
import type { PictureSourceOptions } from "./picture-sources.ts";
import { readDataset } from "./read-dataset.ts";
import { listPictures } from "./read-picture.ts";
import type { Track } from "./track.ts";
import { usualTrack } from "./tracks.ts";
import { teachDataset } from "../teacher/teach-dataset.ts";
import type { Teacher } from "../teacher/teacher.ts";
import { checkTeacher } from "../teacher/teacher.ts";
import { asOutputFailed, writeWhole } from "../run/write-whole.ts";

/** What the file begins with, as JSON, after its length in 4 bytes. The samples follow: low, then high. */
interface Header {
  /** Says of which pictures, scale and crop this was made. */
  readonly key: string;
  readonly entries: readonly DatasetEntry[];
  readonly lowBytes: number;
  readonly highBytes: number;
}

/** How the low-resolution pictures of a prepared data set are made. */
export interface PrepareOptions extends PictureSourceOptions {
  /** @defaultValue the bicubic one */
  readonly track?: Track;
  /** Low-resolution versions of each picture. @defaultValue what is usual on the track */
  readonly degradations?: number;
  /** Whose enlargements are learned in place of the pictures; its data set lies beside the other. @defaultValue none */
  readonly teacher?: Teacher;
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
 * written there. An abort leaves no file.
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
    teacher,
    threads,
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
  const key = await keyOf(folder, `${pictures} ${sizes.join(" ")}${drawings}`);
  const told = { ...(onPicture ? { onPicture } : {}), ...(signal ? { signal } : {}) };
  const way = { track, degradations, sizes, drawn, seed };
  const readPictures = (): Promise<Dataset> =>
    keep(file, key, scale, () => readDataset(folder, scale, crop, { ...way, ...told }));
  if (!teacher) return readPictures();
  const taught = file.replace(/(\.dataset)?$/, `-by-${teacher.name}.dataset`);
  return keep(taught, `${key} turned ${teacher.identity}`, scale, async () =>
    teachDataset(await readPictures(), teacher, {
      ...(threads !== undefined && { threads }),
      ...(onLesson && { onPicture: onLesson }),
      ...(signal && { signal }),
    }),
  );
}

/** A data set from its file, else made and written there. */
async function keep(
  file: string,
  key: string,
  scale: number,
  make: () => Promise<Dataset>,
): Promise<Dataset> {
  const prepared = await readPrepared(file, key, scale);
  if (prepared) return prepared;
  const dataset = await make();
  const { entries, low, high } = dataset;
  const header: Header = { key, entries, lowBytes: low.byteLength, highBytes: high.byteLength };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = new Uint8Array(new Uint32Array([text.length]).buffer);
  await asOutputFailed(file, () => mkdir(dirname(file), { recursive: true }));
  await writeWhole(file, [length, text, new Uint8Array(low), new Uint8Array(high)]);
  return dataset;
}

async function readPrepared(path: string, key: string, scale: number): Promise<Dataset | undefined> {
  const file = await open(path).catch(() => undefined);
  if (!file) return undefined;
  try {
    const fill = async (target: Uint8Array): Promise<boolean> => {
      for (let at = 0; at < target.length;) {
        const { bytesRead } = await file.read(target, at, target.length - at);
        if (bytesRead === 0) return false;
        at += bytesRead;
      }
      return true;
    };
    const length = new Uint8Array(4);
    if (!(await fill(length))) return undefined;
    const text = new Uint8Array(new DataView(length.buffer).getUint32(0, true));
    if (!(await fill(text))) return undefined;
    const header = JSON.parse(new TextDecoder().decode(text)) as Header;
    if (header.key !== key) return undefined;
    const low = new SharedArrayBuffer(header.lowBytes);
    const high = new SharedArrayBuffer(header.highBytes);
    const whole = (await fill(new Uint8Array(low))) && (await fill(new Uint8Array(high)));
    return whole ? { scale, entries: header.entries, low, high } : undefined;
  } finally {
    await file.close();
  }
}

/** Changes with any picture's name, size or time, and with the way low-resolution pictures are made. */
async function keyOf(folder: string, way: string): Promise<string> {
  const hash = createHash("sha256").update(way);
  for (const path of await listPictures(folder)) {
    const { size, mtimeMs } = await stat(path);
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  }
  return hash.digest("hex");
}
