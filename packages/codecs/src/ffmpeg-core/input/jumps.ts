/** Jumps of an input's clock, found by listing its packets: in containers whose clock is a broadcast's. */

import type { RisingTimes } from "../../driver/rising-times.ts";
import { riseTimes } from "../../driver/rising-times.ts";
import { inputPath } from "../core/core-messages.ts";
import type { CoreThreads } from "../core/thread-pool.ts";

/** What the packets' list tells. */
export interface Jumps {
  /** Of the pictures. */
  readonly seams: RisingTimes["seams"];
  /** Seconds of every packet, by the number of its stream of sound; only where some clock jumps. */
  readonly sound: ReadonlyMap<number, readonly number[]>;
}

/** A packet's line. What is beside it in its packet has lines of its own. */
const listed = /^(video|audio),(\d+),(-?[\d.]+),([K_]\S*)/;

const none: Jumps = { seams: [], sound: new Map() };

/** Lists all packets, which reads the file through once. */
export async function findJumps(
  threads: CoreThreads,
  video: number,
  signal: AbortSignal | undefined,
): Promise<Jumps> {
  const pictures: { timestamp: number; type: "key" | "delta" }[] = [];
  const sound = new Map<number, number[]>();
  let stepsBack = false;
  const line = (text: string, isLog: boolean): void => {
    const found = isLog ? null : listed.exec(text);
    if (!found) return;
    const [, type, index, time, flags] = found;
    const timestamp = Number(time);
    if (Number(index) === video) pictures.push({ timestamp, type: flags?.startsWith("K") ? "key" : "delta" });
    else if (type === "audio") {
      const times = sound.get(Number(index)) ?? [];
      stepsBack ||= timestamp <= (times.at(-1) ?? -Infinity);
      times.push(timestamp);
      sound.set(Number(index), times);
    }
  };
  const entries = "packet=codec_type,stream_index,pts_time,flags";
  const args = `-v quiet -show_entries ${entries} -of csv=p=0 ${inputPath}`.split(" ");
  await threads.run({ program: "ffprobe", args }, { line }, signal);
  const { seams } = riseTimes(pictures);
  return seams.length > 0 || stepsBack ? { seams, sound } : none;
}
