/** The bench of the doors, in a page. */

import { loadModel } from "@tatami/zoo";
import type { DoorEntries, DoorEntry, DoorSetting } from "../../../bench/doors/entries.ts";
import { openDoors } from "../../../bench/doors/entries.ts";
import type { DoorRun } from "../../../bench/doors/measure.ts";
import { drawnFrame, drawnSize } from "../../../bench/drawn-frame.ts";
import { yuvFrame } from "../yuv-frame.ts";

type Setting = Pick<DoorSetting<VideoFrame>, "threads" | "patchSize">;

const startWorker = (): Worker =>
  new Worker(new URL("./upscaler.worker.ts", import.meta.url), { type: "module" });
let doors: DoorEntries | undefined;

/** Opens the ways to an upscaler, and says which they are. */
async function openInPage(
  kind: "frame" | "video-frame",
  modelName: string,
  setting: Setting,
): Promise<readonly Pick<DoorEntry, "name" | "against" | "engine">[]> {
  const shared = { ...setting, model: await loadModel(modelName), startWorker };
  const { width, height } = drawnSize;
  const videoFrame = (index: number): VideoFrame => yuvFrame(width, height, index * 40_000);
  doors = await (kind === "frame"
    ? openDoors(kind, { ...shared, picture: drawnFrame })
    : openDoors(kind, { ...shared, picture: videoFrame }));
  return doors.entries.map(({ name, against, engine }) => ({ name, against, engine }));
}

/** Passes frames through one of them. */
function timeInPage(name: string, frames: number): Promise<DoorRun> {
  return doors!.entries.find((door) => door.name === name)!.time(frames);
}

async function closeInPage(): Promise<void> {
  await doors![Symbol.asyncDispose]();
}

Object.assign(globalThis, { openInPage, timeInPage, closeInPage });
