/** What the fleet keeps in Redis: two queues, files and their segments, and the files that are to be stopped. */

import { createHash, randomBytes } from "node:crypto";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import type { FileReading } from "@tatami/core";
import { invalidOption } from "@tatami/core";
import type { Job, Queue } from "bullmq";
import type { Redis } from "ioredis";
import type { JobOptions } from "./options.ts";
import { isS3 } from "./s3/client.ts";

/** Name of the queue of files, after the fleet's own. */
export const filesQueue = "files";
/** Name of the queue of segments. */
export const segmentsQueue = "segments";

/** Name of the key of the files that are to be stopped. */
export function stoppedKey(fleet: string): string {
  return `${fleet}:stopped`;
}

/** What a file's job says of itself; nothing in it is secret. Paths are as of the root that all share. */
export interface FileData {
  readonly input: string;
  readonly output: string;
  readonly options: JobOptions;
  /** Tells this job from an earlier one of the same output. */
  readonly run: string;
  /** What is to be done next. */
  readonly step: "begin" | "join" | "tidy";
  /** How often it was begun: parts that went missing are made in another round. */
  readonly round: number;
  /** What is known once it was begun. */
  readonly begun?: BegunFile;
  /** What was written, from `tidy` on. */
  readonly written?: { readonly frames: number; readonly size: number };
}

/** What is known of a file that was cut. */
export interface BegunFile {
  readonly segments: number;
  /** Segments of this round. */
  readonly pending: readonly number[];
  /** Frames of parts that were there already. */
  readonly keptFrames: number;
  readonly framesTotal: number | null;
  /** Milliseconds since 1970, of the first round. */
  readonly at: number;
  readonly look?: Look;
}

/** What was seen in a file, and the scale that follows, for which every worker chooses the same network. */
export interface Look {
  readonly reading: FileReading;
  readonly scale: number;
  /** The scale of a second network, for sizes that one does not reach. */
  readonly further?: number;
}

/** What a segment's job says of itself: all else its file's job does. */
export interface SegmentData {
  readonly index: number;
}

/** What a segment's job gives. */
export interface SegmentResult {
  readonly frames: number;
  /** What it took. */
  readonly seconds: number;
  /** Whether nothing was done, since the file was cancelled or has failed. */
  readonly isStopped?: true;
}

/** What a file's job gives. */
export interface FileResult {
  readonly frames: number;
  /** Bytes. */
  readonly size: number;
  readonly isCancelled?: true;
}

/** The two queues. */
export interface Queues {
  readonly files: Queue<FileData, FileResult>;
  readonly segments: Queue<SegmentData, SegmentResult>;
  readonly redis: Redis;
  readonly stopped: string;
}

/** A file's job. */
export type FileJob = Job<FileData, FileResult>;

/** The id of the job that writes an output: one output, one job. @param output as of the root */
export function fileId(output: string): string {
  return `f${createHash("sha256").update(output).digest("hex").slice(0, 12)}`;
}

/** The id of a segment's job; what all of a round begin with, for the index "". */
export function segmentId(file: string, { run, round }: FileData, index: number | ""): string {
  return `${file}-${run}-${round}-${index}`;
}

/** A new {@link FileData.run}. */
export function newRun(): string {
  return randomBytes(4).toString("hex");
}

/** Whether a model is named by its file, or its object's address. */
export function isModelFile(name: string): boolean {
  return isS3(name) || /\.onnx$/i.test(name);
}

/** A path as it is kept in Redis; an address of S3 is the same everywhere. @throws TatamiError `invalid-option` for one outside the root */
export function toShared(root: string, path: string): string {
  if (isS3(path)) return path;
  const shared = relative(resolve(root), resolve(path));
  if (shared === "" || shared === ".." || shared.startsWith(`..${sep}`) || isAbsolute(shared))
    throw invalidOption("paths", `within the folder that all machines share (${root})`, path);
  return shared.split(sep).join("/");
}

/** The same path on this machine. @throws TatamiError `invalid-option` for one that leads out of the root */
export function fromShared(root: string, shared: string): string {
  if (isS3(shared)) return shared;
  const path = join(resolve(root), shared);
  toShared(root, path);
  return path;
}
