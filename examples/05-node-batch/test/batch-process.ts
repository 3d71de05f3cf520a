/** Batches in a process of their own, which can be interrupted and killed, on folders that are thrown away. */

import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../src/bin.ts", import.meta.url));
const clip = fileURLToPath(import.meta.resolve("@tatami/example-clips/frog-240x160.mp4"));

/** A folder of recordings. Dispose of it. */
export interface RecordingsFolder extends AsyncDisposable {
  readonly path: string;
  /** Adds the same clip under another name. */
  add(...names: readonly string[]): Promise<void>;
  /** What was written, state and all, by name. */
  written(): Promise<readonly string[]>;
  /** The state, as it is in its file. */
  state(): Promise<Readonly<Record<string, { readonly outcome: string }>>>;
}

export const createRecordings = async (): Promise<RecordingsFolder> => {
  const path = await mkdtemp(join(tmpdir(), "tatami-batch-"));
  const output = join(path, "upscaled");
  return {
    path,
    add: async (...names) => {
      for (const name of names) {
        await mkdir(join(path, name, ".."), { recursive: true });
        await copyFile(clip, join(path, name));
      }
    },
    written: async () => {
      const found = await readdir(output, { recursive: true, withFileTypes: true }).catch(() => []);
      return found
        .filter((entry) => entry.isFile())
        .map(({ name }) => name)
        .toSorted();
    },
    state: async () => {
      const { recordings } = JSON.parse(await readFile(join(output, "batch.json"), "utf8")) as {
        recordings: Record<string, { outcome: string }>;
      };
      return recordings;
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true }),
  };
};

/** A batch under way. */
export interface BatchProcess {
  /** What it prints, line by line; the end of it once it has ended. */
  readonly lines: AsyncIterator<string>;
  /** Resolves with all that it printed, errors last, and its exit code; `null` where a signal ended it. */
  readonly ended: Promise<{ readonly text: string; readonly code: number | null }>;
  send(signal: NodeJS.Signals): void;
}

/** Starts one with the smallest model. */
export const startBatch = (...words: readonly string[]): BatchProcess => {
  const child = spawn(
    process.execPath,
    ["--import", import.meta.resolve("tsx"), program, ...words, "--model", "micro-x2"],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  const seen: string[] = [];
  const errors: string[] = [];
  child.stdout.on("data", (bytes: Buffer) => seen.push(String(bytes)));
  child.stderr.on("data", (bytes: Buffer) => errors.push(String(bytes)));
  return {
    lines: createInterface(child.stdout)[Symbol.asyncIterator](),
    ended: endOf(child).then((code) => ({ text: [...seen, ...errors].join(""), code })),
    send: (signal) => void child.kill(signal),
  };
};

const endOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
