/** A recording played as if it were a camera: over and over, at its own pace, waiting for nobody. */

import type { CodecDriver, Frame } from "@tatami/core";
import { abortable, throwIfAborted } from "@tatami/core";
import { openMedia } from "@tatami/upscale";

/**
 * Hands over each frame when its time has come. A frame that comes later than the next one's time is handed over all the
 * same: who takes it decides what is dropped.
 *
 * @param take is given the frame to own.
 * @returns a promise that never resolves; it rejects with `signal.reason`, or with what reading threw.
 */
export async function playRecording(
  file: Blob,
  codecs: readonly CodecDriver[],
  take: (frame: Frame) => void,
  signal: AbortSignal,
): Promise<never> {
  for (;;) {
    const { reader } = await openMedia(file, codecs, { toSdr: true, signal });
    try {
      const start = performance.now();
      let first: number | undefined;
      let last = 0;
      for await (const frame of reader.frames({ signal })) {
        const { timestamp, duration } = frame;
        first ??= timestamp;
        last = timestamp - first + duration;
        try {
          await sleepUntil(start + (timestamp - first) * 1000, signal);
        } catch (error) {
          frame.close();
          throw error;
        }
        take(frame);
      }
      await sleepUntil(start + last * 1000, signal);
    } finally {
      await reader[Symbol.asyncDispose]();
    }
    throwIfAborted(signal);
  }
}

async function sleepUntil(time: number, signal: AbortSignal): Promise<void> {
  const left = Math.max(0, time - performance.now());
  await abortable(new Promise((resolve) => setTimeout(resolve, left)), signal);
}
