/** What has become of each recording so far: the file that a batch is continued from, and its report. */

import { mkdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { outputFailed, TatamiError } from "@tatami/core";
import type { SerializedTatamiError } from "@tatami/core";
import writeFileAtomic from "write-file-atomic";
import type { BatchOptions } from "./options.ts";
import type { Recording } from "./recordings.ts";

/** What results depend on. */
export type Settings = Pick<BatchOptions, "model" | "quality">;

/** One recording that was tried. */
export type Entry = {
  /** Which file it was: another one of this name is done again. */
  readonly source: Pick<Recording, "size" | "changed">;
  readonly settings: Settings;
} & (
  | {
      readonly outcome: "done";
      readonly frames: number;
      /** Bytes of the result. */
      readonly size: number;
      /** That it took. */
      readonly seconds: number;
    }
  | {
      readonly outcome: "failed";
      readonly error: Pick<SerializedTatamiError, "code" | "message" | "fix">;
    }
);

/** The state of a batch. Kept in a file that is only ever replaced as a whole. */
export interface BatchState {
  readonly entries: ReadonlyMap<string, Entry>;
  /** Whether the recording's result is there and is what these settings would make of it. */
  isDone(recording: Recording, settings: Settings): Promise<boolean>;
  /** Notes what became of one, and writes it down. */
  note(name: string, entry: Entry): Promise<void>;
}

interface StateFile {
  readonly version: 1;
  readonly recordings: Readonly<Record<string, Entry>>;
}

/** Where a batch writes its state. */
export const stateFileOf = (to: string): string => join(to, "batch.json");

/** Reads the state of the batch into folder `to`; an empty one before the first. @throws TatamiError `damaged-input` */
export const openBatchState = async (to: string): Promise<BatchState> => {
  const file = stateFileOf(to);
  const entries = new Map(Object.entries((await read(file)).recordings));
  // one write at a time, each with everything that is known by then
  let writing: Promise<void> = Promise.resolve();
  const write = async (): Promise<void> => {
    const text: StateFile = { version: 1, recordings: Object.fromEntries([...entries].toSorted()) };
    try {
      await mkdir(dirname(file), { recursive: true });
      await writeFileAtomic(file, `${JSON.stringify(text, undefined, 2)}\n`);
    } catch (cause) {
      throw outputFailed(file, cause);
    }
  };
  return {
    entries,
    isDone: async (recording, settings) => {
      const entry = entries.get(recording.name);
      if (entry?.outcome !== "done" || !isOf(entry, recording, settings)) return false;
      const found = await stat(recording.output).catch(() => undefined);
      return found?.size === entry.size;
    },
    note: (name, entry) => {
      entries.set(name, entry);
      writing = writing.then(write, write);
      return writing;
    },
  };
};

const isOf = (entry: Entry, recording: Recording, settings: Settings): boolean =>
  entry.source.size === recording.size &&
  entry.source.changed === recording.changed &&
  entry.settings.model === settings.model &&
  entry.settings.quality === settings.quality;

const read = async (file: string): Promise<StateFile> => {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return '{ "version": 1, "recordings": {} }';
    throw outputFailed(file, error);
  });
  try {
    const state = JSON.parse(text) as StateFile;
    if (state.version === 1 && typeof state.recordings === "object") return state;
  } catch {
    // said below: it is no state, whatever it is
  }
  throw new TatamiError({
    code: "damaged-input",
    message: `${file} is not the state of a batch.`,
    fix: "Move it away to begin anew, or give another folder by --output.",
    detail: { file },
  });
};
