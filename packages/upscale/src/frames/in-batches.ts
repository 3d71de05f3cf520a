/** Frames of a stream, some at a time. */

import type { Frame } from "@tatami/core";
import type { LumaStage } from "./luma-stage.ts";

/**
 * Passes a stream through `enlarge`, up to `count` frames of one size and kind of samples at once, in order; the last ones too. Whatever
 * ends it, no frame is left open that it had taken or made and not handed on.
 */
export async function* inBatches(
  source: AsyncIterable<Frame>,
  count: number,
  enlarge: (frames: readonly Frame[], stage: LumaStage) => Promise<readonly Frame[]>,
  openStage: () => LumaStage,
): AsyncGenerator<Frame, void, undefined> {
  const stage = openStage();
  const waiting: Frame[] = [];
  const larger: Frame[] = [];
  const flush = async function* (): AsyncGenerator<Frame, void, undefined> {
    if (waiting.length > 0) larger.push(...(await enlarge(waiting.splice(0), stage)));
    while (larger.length > 0) yield larger.shift()!;
  };
  try {
    for await (const frame of source) {
      const [first] = waiting;
      if (first && !areAlike(first, frame)) yield* handing(frame, flush());
      waiting.push(frame);
      if (waiting.length >= count) yield* flush();
    }
    yield* flush();
  } finally {
    for (const frame of [...waiting, ...larger]) frame.close();
  }
}

/** Yields what comes before `frame`, which is closed if nobody wants it any more. */
async function* handing(
  frame: Frame,
  before: AsyncGenerator<Frame, void, undefined>,
): AsyncGenerator<Frame, void, undefined> {
  let done = false;
  try {
    yield* before;
    done = true;
  } finally {
    if (!done) frame.close();
  }
}

function areAlike(a: Frame, b: Frame): boolean {
  const areDeep = [a, b].map(({ deepPlanes }) => deepPlanes !== undefined);
  return a.size.width === b.size.width && a.size.height === b.size.height && areDeep[0] === areDeep[1];
}
