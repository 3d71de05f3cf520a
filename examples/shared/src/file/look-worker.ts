/** Looks at a chosen file: what it holds, and its first picture. */

import "../disposal-symbols.ts";
import type { MediaReader } from "@tatami/core";
import { openMedia } from "@tatami/upscale";
import { expose, transfer } from "comlink";
import { drawUpright } from "../draw-upright.ts";
import { outcomeOf } from "../job-outcome.ts";
import type { LookWorker } from "./look-at-file.ts";
import { pageDrivers } from "../page-drivers.ts";
import { refuseOtherFiles } from "./refuse-other-files.ts";

let looking: AbortController | undefined;

const worker: LookWorker = {
  async look(file) {
    const { signal } = (looking = new AbortController());
    const work = async () => {
      await refuseOtherFiles(file);
      const { reader } = await openMedia(file, pageDrivers(), { toSdr: true, signal });
      await using opened = reader;
      const { description } = opened;
      const picture = await firstPicture(opened, signal);
      return picture === undefined ? { description } : { description, picture };
    };
    const outcome = await outcomeOf(work, signal);
    return "picture" in outcome ? transfer(outcome, [outcome.picture as ImageBitmap]) : outcome;
  },
  cancel: () => looking?.abort(),
};

/** Upright; nothing where it cannot be had: whoever goes on is told why by what reads the whole. */
const firstPicture = async (reader: MediaReader, signal: AbortSignal): Promise<ImageBitmap | undefined> => {
  try {
    for await (const frame of reader.frames({ signal, onDamaged: () => undefined }))
      return await drawUpright(frame, reader.description.video.rotation);
  } catch {
    if (signal.aborted) throw signal.reason;
  }
  return undefined;
};

expose(worker);
