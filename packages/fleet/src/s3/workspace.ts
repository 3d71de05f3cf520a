/**
 * Results in S3: parts lie beside them as objects, `KEY.tatami/00012-250.part` with the number of their frames, and whoever
 * works at one has it on its own disk for as long as it takes.
 */

import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { FileTask } from "../engine/open-job.ts";
import { isS3, openS3 } from "./client.ts";
import type { S3 } from "./client.ts";

const manifest = "manifest.json";
/** What folders are called, before the number of the process. */
const folders = "tatami-s3-";

/** A result's parts on this machine's disk, and in S3. */
export interface Workspace {
  /** The task with an output on the disk. */
  readonly task: FileTask;
  /** Numbers of the parts that are in S3, with their frames. @param only this one is asked for. @defaultValue all */
  parts(only?: number): Promise<ReadonlyMap<number, number>>;
  /** Puts the manifest beside the result. @param anew whether what parts are there are of another job, and go */
  begin(anew: boolean): Promise<void>;
  /** Fetches all parts. */
  fetchParts(): Promise<void>;
  putPart(index: number, frames: number): Promise<void>;
  removePart(index: number): Promise<void>;
  /** Puts the result where it belongs. */
  finish(): Promise<void>;
}

/** Runs `use` with the parts' folder on this disk, of which nothing stays, and the manifest in it. */
export async function withWorkspace<T>(
  task: FileTask,
  signal: AbortSignal,
  use: (workspace: Workspace) => Promise<T>,
): Promise<T> {
  const s3 = await openS3(signal);
  await removeLeft();
  const folder = await mkdtemp(join(tmpdir(), `${folders}${process.pid}-`));
  try {
    const output = join(folder, basename(task.output));
    const parts = `${output}.tatami`;
    await mkdir(parts);
    const beside = placeOf(task.output);
    const found = await s3.download(`${beside}${manifest}`, join(parts, manifest));
    if (!found) await rm(join(parts, manifest), { force: true });
    return await use(createWorkspace({ task: { ...task, output }, parts, beside, result: task.output, s3 }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Removes folders of processes that were killed. */
async function removeLeft(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const [, pid] = new RegExp(`^${folders}(\\d+)-`).exec(name) ?? [];
    if (pid !== undefined && !isAlive(Number(pid)))
      await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, and is somebody else's
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Removes all parts of a result in S3. */
export async function removeParts(output: string): Promise<void> {
  const s3 = await openS3();
  for (const name of await s3.list(placeOf(output)))
    if (name === manifest || readName(name)) await s3.remove(`${placeOf(output)}${name}`);
}

/** Whether a result's parts are objects. */
export function isRemote({ output }: FileTask): boolean {
  return isS3(output);
}

function createWorkspace({
  task,
  parts: folder,
  beside,
  result,
  s3,
}: {
  readonly task: FileTask;
  readonly parts: string;
  readonly beside: string;
  readonly result: string;
  readonly s3: S3;
}): Workspace {
  const list = async (
    only?: number,
  ): Promise<readonly (readonly [index: number, frames: number, name: string])[]> =>
    (await s3.list(only === undefined ? beside : `${beside}${numberOf(only)}-`)).flatMap((name) => {
      const found = readName(name);
      return found ? [[...found, name] as const] : [];
    });
  const pathOf = (index: number): string => join(folder, `${numberOf(index)}.part`);
  return {
    task,
    parts: async (only) => new Map((await list(only)).map(([index, frames]) => [index, frames])),
    async begin(anew) {
      if (anew) for (const [, , name] of await list()) await s3.remove(`${beside}${name}`);
      await s3.upload(join(folder, manifest), `${beside}${manifest}`);
    },
    async fetchParts() {
      for (const [index, , name] of await list()) await s3.download(`${beside}${name}`, pathOf(index));
    },
    putPart: (index, frames) => s3.upload(pathOf(index), `${beside}${numberOf(index)}-${frames}.part`),
    async removePart(index) {
      for (const [, , name] of await list(index)) await s3.remove(`${beside}${name}`);
    },
    finish: () => s3.upload(task.output, result),
  };
}

function placeOf(output: string): string {
  return `${output}.tatami/`;
}

function numberOf(index: number): string {
  return String(index).padStart(5, "0");
}

function readName(name: string): readonly [index: number, frames: number] | undefined {
  const [, index, frames] = /^(\d{5,})-(\d+)\.part$/.exec(name) ?? [];
  return index === undefined ? undefined : [Number(index), Number(frames)];
}
