/** Looks at a chosen file: what it holds, and its first picture. */

import "./disposal-symbols.ts";
import type { Frame, MediaDescription, MediaReader } from "@tatami/core";
import { openMedia, toVideoFrame } from "@tatami/upscale";
import { expose, transfer } from "comlink";
import { outcomeOf } from "./job-outcome.ts";
import type { LookWorker } from "./look-at-file.ts";
import { pageDrivers } from "./page-drivers.ts";
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
      return await draw(frame, reader.description);
  } catch {
    if (signal.aborted) throw signal.reason;
  }
  return undefined;
};

const draw = async (frame: Frame, { video }: MediaDescription): Promise<ImageBitmap> => {
  const picture = await toVideoFrame(frame);
  try {
    const { displayWidth: width, displayHeight: height } = picture;
    const isTurned = video.rotation % 180 !== 0;
    const canvas = new OffscreenCanvas(isTurned ? height : width, isTurned ? width : height);
    const context = canvas.getContext("2d")!;
    context.translate(canvas.width / 2, canvas.height / 2);
    context.rotate((video.rotation * Math.PI) / 180);
    context.drawImage(picture, -width / 2, -height / 2);
    return canvas.transferToImageBitmap();
  } finally {
    picture.close();
  }
};

expose(worker);
