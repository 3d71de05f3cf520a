/** What a command of FFmpeg's core writes and says, posted from inside while the command blocks its worker. */

import type { CoreMessage } from "./core-messages.ts";
import { stateWords } from "./core-messages.ts";

/** Text lines posted together at most, when nothing is written meanwhile. */
const linesAtOnce = 64;

/** A way out of the worker. */
export interface CoreOutput {
  /** Begins a command. @param pieceBytes 0 posts what is written as it comes */
  begin(pieceBytes: number): void;
  /** Takes bytes out of the core's memory; waits until the reader has taken enough of what was posted before. */
  write(bytes: Uint8Array): number;
  line(text: string, isLog: boolean): void;
  /** Posts the piece that is not full, then the last lines. */
  end(): void;
  /** Posts the lines there are. */
  flushLines(): void;
}

/**
 * Makes it.
 *
 * @param state the words of {@link stateWords}; without them nothing waits
 * @param fail throws what FFmpeg takes for an error of writing, at which it ends its threads and itself
 */
export function createCoreOutput(state: Int32Array | undefined, fail: () => never): CoreOutput {
  let lines: (readonly [string, boolean])[] = [];
  let size = 0;
  let piece: Uint8Array<ArrayBuffer> | undefined;
  let filled = 0;
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
  const send = (message: CoreMessage, transfer: Transferable[] = []): void =>
    postMessage(message, { transfer });
  const flushLines = (): void => {
    if (lines.length > 0) send({ kind: "lines", lines });
    lines = [];
  };
  const takeCredit = (): void => {
    if (!state) return;
    while (Atomics.load(state, stateWords.credit) <= 0) Atomics.wait(state, stateWords.credit, 0);
    if (Atomics.load(state, stateWords.end) === 1) fail();
    Atomics.sub(state, stateWords.credit, 1);
  };
  const post = (data: Uint8Array<ArrayBuffer>): void => {
    takeCredit();
    flushLines();
    send({ kind: "data", data }, [data.buffer]);
  };
  return {
    begin(pieceBytes) {
      size = pieceBytes;
      piece = undefined;
      filled = 0;
    },
    write(bytes) {
      if (size === 0) {
        post(bytes.slice());
        return bytes.length;
      }
      for (let taken = 0; taken < bytes.length;) {
        piece ??= new Uint8Array(size);
        const part = Math.min(size - filled, bytes.length - taken);
        piece.set(bytes.subarray(taken, taken + part), filled);
        filled += part;
        taken += part;
        if (filled < size) continue;
        const full = piece;
        piece = undefined;
        filled = 0;
        post(full);
      }
      return bytes.length;
    },
    line(text, isLog) {
      lines.push([text, isLog]);
      if (lines.length >= linesAtOnce) flushLines();
    },
    end() {
      if (piece && filled > 0) post(piece.slice(0, filled));
      flushLines();
    },
    flushLines,
  };
}
