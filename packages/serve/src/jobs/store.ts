/** The jobs on the disk: a folder each, with what is known of it, its source and its result. */

import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { lockOutput } from "@tatami/codecs/output-lock";
import { kindOfFile } from "@tatami/codecs/node";
import { outputFailed } from "@tatami/core";
import { containerOf } from "./job.ts";
import type { JobRecord } from "./job.ts";

/** Where jobs are kept. Dispose of it, so that another service may have it. */
export interface Store extends AsyncDisposable {
  /** All that there are, the oldest first. What an upload that was broken off left is removed. */
  readAll(): Promise<readonly JobRecord[]>;
  /** Makes a place for a file that comes in. What is not kept with {@link Arrival.keep} is gone when it is disposed of. */
  receive(): Promise<Arrival>;
  /** Writes down what is known of a job, whole or not at all. */
  save(job: JobRecord): Promise<void>;
  remove(id: string): Promise<void>;
  /** Removes all of a job that is over but what is known of it, and its result. */
  tidy(job: JobRecord): Promise<void>;
  /** Absolute. */
  readonly folder: string;
  sourceOf(job: Pick<JobRecord, "id" | "name">): string;
  resultOf(job: Pick<JobRecord, "id" | "name" | "options">): string;
  /** Where the network lies that was sent beside a job's file. */
  networkOf(job: Pick<JobRecord, "id">): string;
}

/** A file that comes in. */
export interface Arrival extends AsyncDisposable {
  readonly id: string;
  /** Where to write a file of this name. */
  pathOf(name: string): string;
  /** Where to write a network that comes with it. */
  readonly networkPath: string;
  /** Makes it a job's. */
  keep(job: JobRecord): Promise<void>;
}

/** Of a network that was sent. */
const networkName = "network.onnx";
/** What of a job that is not complete begins with. */
const arriving = "arriving-";

/**
 * Opens a folder of jobs, which is made if need be.
 *
 * @throws TatamiError `output-failed` where it cannot be written to, or another service has it
 */
export async function openStore(folder: string): Promise<Store> {
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw outputFailed(JSON.stringify(folder), error);
  });
  const lock = await lockOutput(join(folder, "service"), "");
  const at = (id: string): string => join(folder, id);
  const save = async (path: string, job: JobRecord): Promise<void> => {
    const aside = join(path, `job-${randomBytes(4).toString("hex")}.unfinished`);
    await writeFile(aside, JSON.stringify(job, undefined, 2));
    await rename(aside, join(path, "job.json"));
  };
  return {
    async readAll() {
      const found = await Promise.all(
        (await readdir(folder)).filter((name) => /^(arriving-)?j[0-9a-f]{32}$/.test(name)).map(read),
      );
      return found.filter((job) => job !== undefined).sort((a, b) => a.created - b.created);
    },
    async receive() {
      const id = `j${randomBytes(16).toString("hex")}`;
      const path = at(`${arriving}${id}`);
      await mkdir(path);
      let isKept = false;
      return {
        id,
        pathOf: (name) => join(path, sourceName(name)),
        networkPath: join(path, networkName),
        async keep(job) {
          await save(path, job);
          await rename(path, at(id));
          isKept = true;
        },
        async [Symbol.asyncDispose]() {
          if (!isKept) await rm(path, { recursive: true, force: true });
        },
      };
    },
    save: (job) => save(at(job.id), job),
    remove: (id) => rm(at(id), { recursive: true, force: true, maxRetries: 3 }),
    async tidy(job) {
      const kept = new Set(["job.json", ...(job.result ? [`result.${containerOf(job)}`] : [])]);
      for (const name of await readdir(at(job.id)))
        if (!kept.has(name)) await rm(join(at(job.id), name), { recursive: true, force: true });
    },
    folder,
    sourceOf: ({ id, name }) => join(at(id), sourceName(name)),
    resultOf: (job) => join(at(job.id), `result.${containerOf(job)}`),
    networkOf: ({ id }) => join(at(id), networkName),
    [Symbol.asyncDispose]: () => lock.release(),
  };

  async function read(name: string): Promise<JobRecord | undefined> {
    const text = name.startsWith(arriving)
      ? undefined
      : await readFile(join(at(name), "job.json"), "utf8").catch(() => undefined);
    const job = text === undefined ? undefined : parse(text);
    if (!job) await rm(at(name), { recursive: true, force: true });
    return job;
  }
}

/** A name without folders, at most so long, that a header and a page can show. */
export function plainName(name: string): string {
  const last = basename(name.replaceAll("\\", "/"))
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "")
    .trim();
  const extension = extname(last).slice(0, 10);
  const stem = last.slice(0, last.length - extname(last).length).slice(0, 100);
  return stem === "" ? `video${extension}` : `${stem}${extension}`;
}

/** A source is never called what its sender calls it; what kind it is helps FFmpeg. */
function sourceName(name: string): string {
  return kindOfFile(name) === "video" ? `source${extname(name).toLowerCase()}` : "source";
}

function parse(text: string): JobRecord | undefined {
  try {
    return JSON.parse(text) as JobRecord;
  } catch {
    return undefined;
  }
}
