/** Upscales a folder of recordings, and goes on where it was interrupted: `npm start -- FOLDER`. */

import { setFlagsFromString } from "node:v8";
import { TatamiError } from "@tatami/core";
import { loadModel } from "@tatami/zoo";
import { openBatchState, stateFileOf } from "./batch-state.ts";
import { createDisplay, describeBatch } from "./display.ts";
import { readOptions, usage } from "./options.ts";
import type { BatchOptions } from "./options.ts";
import { findRecordings } from "./recordings.ts";
import { runBatch } from "./run-batch.ts";

// Node 20 and 21 have relaxed SIMD behind a flag that later ones do not know
if (/^v2[01]\./.test(process.version)) setFlagsFromString("--experimental-wasm-relaxed-simd");

const interrupted = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(name, () => {
    // the second one is from somebody who does not want to wait for the tidying up
    if (interrupted.signal.aborted) process.exit(130);
    interrupted.abort(new DOMException(`Interrupted by ${name}.`, "AbortError"));
  });

/** @returns the exit code: 0, 1 where recordings failed, 130 where it was interrupted */
const run = async ({ from, to, model, ...options }: BatchOptions): Promise<number> => {
  const { signal } = interrupted;
  const recordings = await findRecordings(from, to);
  const state = await openBatchState(to);
  try {
    using listener = createDisplay(process.stdout);
    await runBatch({ ...options, recordings, state, model: await loadModel(model), signal, listener });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  process.stdout.write(`${describeBatch(recordings, state.entries)}\nReport: ${stateFileOf(to)}\n`);
  if (signal.aborted) {
    process.stdout.write("Interrupted. Run the same again to go on.\n");
    return 130;
  }
  return recordings.every(({ name }) => state.entries.get(name)?.outcome === "done") ? 0 : 1;
};

const main = async (): Promise<number> => {
  try {
    // npm runs scripts in the package's folder, and says where it was called
    const options = readOptions(process.argv.slice(2), process.env["INIT_CWD"] ?? process.cwd());
    if (options !== "help") return await run(options);
    process.stdout.write(usage);
    return 0;
  } catch (error) {
    if (!TatamiError.is(error)) throw error;
    process.stderr.write(`${error.code}: ${error.message}\n${error.fix}\n`);
    return 1;
  }
};

process.exitCode = await main();
