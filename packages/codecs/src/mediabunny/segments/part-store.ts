/** Where parts are kept in a browser: in folders of the site's own file system (OPFS), one a job, each one run's at a time. */

import { outputFailed, TatamiError } from "@tatami/core";
import type { Segment } from "@tatami/core";

/** What a job's folder says of itself. */
export interface Manifest {
  /** All that parts depend on, by names for people. */
  readonly depends: Readonly<Record<string, string>>;
  readonly segments: readonly Segment[];
  /** Name of the input, where it has one. */
  readonly input?: string;
}

/** A job that is kept in this browser. */
export interface KeptJob {
  /** By which {@link removeKeptJob} knows it. */
  readonly id: string;
  /** Name of the input, where it had one. */
  readonly input?: string;
  /** Segments in all, and finished ones. */
  readonly segments: number;
  readonly done: number;
  /** What it takes of the site's storage. */
  readonly bytes: number;
  /** When something was kept last, in milliseconds since 1970. */
  readonly changed: number;
}

/** A job's folder, held. */
export interface PartStore {
  /** For people. */
  readonly name: string;
  manifest(): Promise<Manifest | undefined>;
  writeManifest(manifest: Manifest): Promise<void>;
  /** Nothing where it is missing. */
  read(index: number): Promise<Blob | undefined>;
  /** Whole, or not at all. @throws TatamiError `output-failed` */
  write(index: number, bytes: readonly Uint8Array<ArrayBuffer>[]): Promise<void>;
  remove(index: number): Promise<void>;
  /** Lets others have it. @param keep whether anything is to stay */
  leave(keep: boolean): Promise<void>;
}

/** Of all jobs, within the site's own. */
const home = "tatami";
/** Raised when parts or the manifest are written otherwise. */
const format = 1;
const manifestName = "manifest.json";

const partName = (index: number): string => `${String(index).padStart(5, "0")}.part`;
const lockName = (id: string): string => `${home} ${id}`;

/** Opens a job's folder. @throws TatamiError `output-failed` where another run has it, `unsupported-environment` */
export async function openPartStore(id: string): Promise<PartStore> {
  const jobs = await openHome();
  const unlock = await lock(id);
  try {
    const folder = await jobs.getDirectoryHandle(id, { create: true });
    return createStore(jobs, folder, id, unlock);
  } catch (error) {
    unlock();
    throw full(error);
  }
}

function createStore(
  jobs: FileSystemDirectoryHandle,
  folder: FileSystemDirectoryHandle,
  id: string,
  unlock: () => void,
): PartStore {
  const write = async (name: string, bytes: readonly Uint8Array<ArrayBuffer>[]): Promise<void> => {
    try {
      const file = await folder.getFileHandle(name, { create: true });
      // what is written has its name when it is closed
      const stream = await file.createWritable();
      try {
        for (const each of bytes) await stream.write(each);
        await stream.close();
      } catch (error) {
        await stream.abort().catch(() => undefined);
        throw error;
      }
    } catch (error) {
      await removeEmpty(folder, name);
      throw full(error);
    }
  };
  return {
    name: `${home}/${id} of this browser's storage for the site`,
    manifest: () => readManifest(folder),
    writeManifest: (manifest) =>
      write(manifestName, [new TextEncoder().encode(JSON.stringify({ format, ...manifest }))]),
    read: async (index) => (await fileIn(folder, partName(index))) ?? undefined,
    write: (index, bytes) => write(partName(index), bytes),
    remove: (index) => folder.removeEntry(partName(index)).catch(() => undefined),
    leave: async (keep) => {
      if (!keep) await jobs.removeEntry(id, { recursive: true }).catch(() => undefined);
      unlock();
    },
  };
}

/** Jobs that are kept in this browser for the site, those that are at work among them; the latest first. */
export async function listKeptJobs(): Promise<readonly KeptJob[]> {
  const jobs = await openHome();
  const found: KeptJob[] = [];
  for await (const [id, folder] of jobs.entries()) {
    if (folder.kind !== "directory") continue;
    const manifest = await readManifest(folder);
    let [bytes, done, changed] = [0, 0, 0];
    for await (const [name, entry] of folder.entries()) {
      if (entry.kind !== "file") continue;
      const file = await entry.getFile();
      bytes += file.size;
      changed = Math.max(changed, file.lastModified);
      if (name.endsWith(".part") && file.size > 0) done++;
    }
    const { input, segments = [] } = manifest ?? {};
    const named = input === undefined ? {} : { input };
    found.push({ id, ...named, segments: segments.length, done, bytes, changed });
  }
  return found.toSorted((a, b) => b.changed - a.changed);
}

/** Removes what is kept of a job. @returns whether there was something. @throws TatamiError `output-failed` where it is at work */
export async function removeKeptJob(id: string): Promise<boolean> {
  const jobs = await openHome();
  const unlock = await lock(id);
  try {
    await jobs.removeEntry(id, { recursive: true });
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === "NotFoundError") return false;
    throw full(error);
  } finally {
    unlock();
  }
}

async function openHome(): Promise<FileSystemDirectoryHandle> {
  const { storage } = globalThis.navigator ?? {};
  if (typeof storage?.getDirectory !== "function") {
    throw new TatamiError({
      code: "unsupported-environment",
      message: "There is no storage of the site's own here, in which a job could be kept.",
      fix: "Serve the page over HTTPS, use a newer browser, or leave resume out.",
    });
  }
  try {
    return await (await storage.getDirectory()).getDirectoryHandle(home, { create: true });
  } catch (error) {
    throw full(error);
  }
}

/** Takes the job's lock, of all pages of the site. */
async function lock(id: string): Promise<() => void> {
  const { locks } = globalThis.navigator;
  return new Promise((resolve, reject) => {
    const held = locks.request(lockName(id), { ifAvailable: true }, (taken) => {
      if (!taken) {
        reject(beingWritten());
        return;
      }
      return new Promise<void>((release) => resolve(release));
    });
    held.catch(reject);
  });
}

async function readManifest(folder: FileSystemDirectoryHandle): Promise<Manifest | undefined> {
  const file = await fileIn(folder, manifestName);
  if (!file) return undefined;
  try {
    const found = JSON.parse(await file.text()) as Manifest & { readonly format: number };
    return found.format === format && Array.isArray(found.segments) ? found : undefined;
  } catch {
    return undefined;
  }
}

async function fileIn(folder: FileSystemDirectoryHandle, name: string): Promise<File | undefined> {
  const handle = await folder.getFileHandle(name).catch(() => undefined);
  return handle?.getFile();
}

async function removeEmpty(folder: FileSystemDirectoryHandle, name: string): Promise<void> {
  const file = await fileIn(folder, name).catch(() => undefined);
  if (file?.size === 0) await folder.removeEntry(name).catch(() => undefined);
}

function beingWritten(): TatamiError<"output-failed"> {
  return new TatamiError({
    code: "output-failed",
    message: "The same job is at work in another page of this browser.",
    fix: "Wait until it is done there, or close that page.",
    detail: { systemError: "EBUSY" },
  });
}

/** The error for a storage that takes no more, or is not to be had. */
function full(error: unknown): unknown {
  if (TatamiError.is(error)) return error;
  if (error instanceof Error && error.name === "QuotaExceededError") {
    return new TatamiError({
      code: "output-failed",
      message: "The browser lets the site store no more, so that the job cannot be kept any further.",
      fix: "Free space on the disk, or remove jobs that are kept (listKeptJobs, removeKeptJob); the finished segments stay.",
      detail: { systemError: "ENOSPC" },
      cause: error,
    });
  }
  return outputFailed("The site's storage", error);
}
