/** Whether a job's finished parts are kept in the browser, so that a page that was closed goes on. */

import { TatamiError } from "@tatami/core";
import type { UpscaleOptions } from "@tatami/upscale";

/** Seconds that a part lasts at least: what a closed page loses at most. */
const segmentSeconds = 5;
/** Times the original's bytes that have to be free: the parts are what the result is. */
const roomFor = 4;

/**
 * Runs a job so that it is kept where the browser can do that and has room; nothing where it cannot, and the job is run all the same.
 *
 * @param key what the result depends on that the job's own options do not say
 */
export const runKept = async <T>(
  file: File,
  key: string,
  run: (options: Pick<UpscaleOptions, "resume">) => Promise<T>,
): Promise<T> => {
  if (!(await hasRoom(file.size))) return run({});
  try {
    return await run({ resume: { segmentSeconds, key } });
  } catch (error) {
    // before any work was done: no storage here, or a reader whose jobs are not kept
    if (!TatamiError.is(error, "unsupported-environment")) throw error;
    return run({});
  }
};

const hasRoom = async (bytes: number): Promise<boolean> => {
  const { quota = 0, usage = 0 } = await navigator.storage.estimate().catch((): StorageEstimate => ({}));
  return quota - usage > roomFor * bytes;
};
