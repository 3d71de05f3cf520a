/** When each picture is shown: what the decoder says, always later than the one before. */

import type { Frame } from "node-av";
import type { NodeAv } from "../node-av.ts";
import type { InputStream } from "../input/input-streams.ts";

/** A moment and how long a picture stays, in seconds. */
export interface Shown {
  readonly timestamp: number;
  readonly duration: number;
}

/**
 * Gives pictures their times: the decoder's best estimate, exactly as it stands. One without any follows the picture
 * before by a frame's duration; one that is not later than the picture before is moved just behind it.
 *
 * @param onRaised told of each that was moved: seconds.
 */
export function createPictureClock(
  nodeAv: NodeAv,
  stream: InputStream,
  onRaised: (seconds: number) => void = () => undefined,
): (frame: Frame) => Shown {
  const { num, den } = stream.timeBase;
  const tick = num / den;
  let step = stream.frameRate > 0 ? 1 / stream.frameRate : tick;
  let last: Shown | undefined;
  return (frame) => {
    const ticks = frame.bestEffortTimestamp;
    const follows = last ? last.timestamp + (last.duration || step) : (stream.start ?? 0);
    const stated = ticks === nodeAv.AV_NOPTS_VALUE ? follows : (Number(ticks) * num) / den;
    const timestamp = last && stated <= last.timestamp ? last.timestamp + Math.min(tick, step) : stated;
    if (timestamp !== stated) onRaised(timestamp);
    if (last && stream.frameRate === 0) step = timestamp - last.timestamp;
    last = { timestamp, duration: frame.duration > 0n ? (Number(frame.duration) * num) / den : step };
    return last;
  };
}
