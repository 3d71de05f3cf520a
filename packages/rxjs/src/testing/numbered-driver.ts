/** A codec driver without codecs: numbered frames in, and a record of what was written. */

import type { CodecDriver, Encoding, Frame } from "@tatami/core";
import { throwIfAborted } from "@tatami/core";
import { picturesOnly } from "../pictures-only.ts";
import { frameAt } from "./frames.ts";

/** What the driver is to do. */
export interface NumberedOptions {
  readonly frames: number;
  /** Called before each frame is read or written; may throw. */
  readonly onRead?: (index: number) => void | Promise<void>;
  readonly onWrite?: (index: number) => void | Promise<void>;
}

/** The driver, and what became of it. */
export interface NumberedDriver extends CodecDriver {
  readonly written: number[];
  /** Readers and writers not yet disposed of. */
  readonly held: number;
  readonly outcomes: readonly ("finished" | "cancelled")[];
}

const encoding: Encoding = {
  container: "mp4",
  codec: "avc",
  rejected: [],
  bitrate: 1000,
  copied: [],
  leftOut: [],
  changed: [],
};

/** Makes the driver. */
export function numberedDriver(options: NumberedOptions): NumberedDriver {
  const written: number[] = [];
  const outcomes: ("finished" | "cancelled")[] = [];
  let held = 0;
  return {
    name: "mediabunny",
    written,
    outcomes,
    get held() {
      return held;
    },
    async open() {
      const still = frameAt(0);
      const { description } = await picturesOnly(still);
      still.close();
      held++;
      return {
        description,
        async *frames({ signal } = {}) {
          for (let index = 0; index < options.frames; index++) {
            throwIfAborted(signal);
            await options.onRead?.(index);
            yield frameAt(index);
          }
        },
        [Symbol.asyncDispose]: async () => void held--,
      };
    },
    planWrite: async () => encoding,
    async write() {
      held++;
      let isFinished = false;
      return {
        encoding,
        cancel: async () => undefined,
        async write(frame: Frame) {
          try {
            await options.onWrite?.(frame.timestamp);
            written.push(frame.timestamp);
          } finally {
            frame.close();
          }
        },
        async finish() {
          isFinished = true;
          return { frames: written.length, size: 0 };
        },
        async [Symbol.asyncDispose]() {
          held--;
          outcomes.push(isFinished ? "finished" : "cancelled");
        },
      };
    },
  };
}
