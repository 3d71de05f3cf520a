/** Whether pictures of a format with transparency have any: a GIF's always could, and most have none. */

import { inputPath, outputPath } from "../core/core-messages.ts";
import type { CoreThread } from "../core/core-thread.ts";
import type { CoreThreads } from "../core/thread-pool.ts";

/** A sample of alpha that is opaque. */
const opaque = 255;

/** Decodes the pictures until one is not opaque all over, to the file's end where none is. */
export async function findTransparency(
  threads: CoreThreads,
  stream: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const thread: CoreThread = await threads.take();
  let found = false;
  let stopped = false;
  const stop = (): void => {
    stopped = true;
    void thread[Symbol.asyncDispose]();
  };
  signal?.addEventListener("abort", stop, { once: true });
  const args = [
    ...`-hide_banner -nostats -loglevel error -i ${inputPath} -map 0:${stream}`.split(" "),
    ...`-vf format=rgba,alphaextract -fps_mode passthrough -f rawvideo ${outputPath}`.split(" "),
  ];
  const data = (bytes: Uint8Array): void => {
    if (stopped) return;
    found ||= bytes.some((sample) => sample !== opaque);
    if (found) stop();
    else thread.giveCredit();
  };
  try {
    await thread.run({ program: "ffmpeg", args, pieceBytes: 2 ** 20 }, { data });
    await threads.giveBack(thread);
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (!found) throw error;
  } finally {
    signal?.removeEventListener("abort", stop);
  }
  return found;
}
