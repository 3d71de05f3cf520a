/** The chapters of an input. */

import type { FormatContext } from "node-av";
import type { NodeAv } from "../node-av.ts";

/** A part of a film that has a name. */
export interface Chapter {
  /** Seconds, as timestamps are counted. */
  readonly start: number;
  /** Seconds. */
  readonly end: number;
  /** Empty where it has none. */
  readonly title: string;
}

/** Milliseconds in which what FFmpeg said has surely arrived. */
const patience = 2000;

/** One description at a time: what FFmpeg says goes to one listener for the whole process. */
let listening: Promise<unknown> = Promise.resolve();

/**
 * Reads them. node-av hands chapters out nowhere, so FFmpeg is asked to describe the input, and its words are listened
 * to: the chapters are among them, whatever the container.
 *
 * @param origin seconds taken off all times.
 */
export function readChapters(
  nodeAv: NodeAv,
  context: FormatContext,
  origin: number,
): Promise<readonly Chapter[]> {
  const reading = listening.then(async () => parseChapters(await describe(nodeAv, context), origin));
  listening = reading.catch(() => undefined);
  return reading;
}

async function describe(nodeAv: NodeAv, context: FormatContext): Promise<string> {
  const level = nodeAv.Log.getLevel();
  let text = "";
  let said: () => void = () => undefined;
  // Every description ends with its streams, and its last one tells that all of it has come.
  const last = `Stream #0:${context.nbStreams - 1}`;
  const complete = new Promise<void>((resolve) => (said = resolve));
  nodeAv.Log.setCallback(
    (_level, message) => {
      text += message;
      if (text.includes(last)) said();
    },
    { maxLevel: nodeAv.AV_LOG_INFO },
  );
  nodeAv.Log.setLevel(nodeAv.AV_LOG_INFO);
  let timer: NodeJS.Timeout | undefined;
  try {
    context.dumpFormat(0, "", false);
    nodeAv.Log.setLevel(level);
    await Promise.race([complete, new Promise<void>((resolve) => (timer = setTimeout(resolve, patience)))]);
  } finally {
    clearTimeout(timer);
    nodeAv.Log.setLevel(level);
    nodeAv.Log.resetCallback();
  }
  return text;
}

/** From FFmpeg's description of an input. */
export function parseChapters(text: string, origin: number): readonly Chapter[] {
  const parts = text.split(/Chapter #\d+:\d+: /).slice(1);
  return parts.map((part) => {
    const times = /^start (-?[\d.]+), end (-?[\d.]+)/.exec(part);
    const own = part.split(/Stream #\d+:/)[0] ?? "";
    const title =
      /^ *title +: (.*)$/im.exec(own)?.[1] ?? /title +: (.*?)(?: {6,}[\w-]+ +: |$)/s.exec(own)?.[1];
    const [start = 0, end = 0] = [Number(times?.[1]), Number(times?.[2])].map((each) => each - origin);
    return { start, end, title: (title ?? "").trim() };
  });
}
