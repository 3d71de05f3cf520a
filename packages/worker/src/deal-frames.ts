/** Frames of one stream dealt to several upscalers, and put back in order. */

import type { Frame } from "@tatami/core";
import { throwIfAborted } from "@tatami/core";
import type { FrameOptions, Upscaler } from "@tatami/upscale";

/**
 * Passes frame `n` to upscaler `n` modulo their number, `each` frames at most to one of them at once, and gives the
 * results in order. Whatever ends it, no frame that it took is left open.
 */
export async function* dealFrames(
  upscalers: readonly Upscaler[],
  each: number,
  source: AsyncIterable<Frame>,
  options: FrameOptions,
): AsyncGenerator<Frame, void, undefined> {
  throwIfAborted(options.signal);
  const ends = new AbortController();
  const abort = (): void => ends.abort(options.signal?.reason);
  options.signal?.addEventListener("abort", abort, { once: true });
  const most = each * upscalers.length;
  // the queue "dealt": as many as all of them may have
  const dealt: Promise<Frame>[] = [];
  let count = 0;
  try {
    for await (const frame of source) {
      const upscaler = upscalers[count++ % upscalers.length]!;
      const working = upscaler.frame(frame, { ...options, signal: ends.signal });
      // it is waited for in its turn
      working.catch(() => {});
      dealt.push(working);
      while (dealt.length >= most) yield await dealt.shift()!;
    }
    while (dealt.length > 0) yield await dealt.shift()!;
  } finally {
    options.signal?.removeEventListener("abort", abort);
    ends.abort(new DOMException("The stream was left.", "AbortError"));
    for (const done of await Promise.allSettled(dealt)) if (done.status === "fulfilled") done.value.close();
  }
}
