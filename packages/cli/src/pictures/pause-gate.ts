/** Holds work between frames, where the system cannot stop a process: on Windows. */

import type { CodecDriver, Frame } from "@tatami/core";
import { wrapWriters } from "@tatami/core";
import type { FrameSink } from "@tatami/upscale";

/** Lets frames through, or holds them. */
export interface PauseGate {
  setPaused(isPaused: boolean): void;
  /** Resolves when frames are let through; an abort lets them through, to whoever tells of it. */
  opened(): Promise<void>;
}

/** What takes frames. */
interface Taker {
  write(frame: Frame): Promise<void>;
}

/** Makes it, open. */
export function createPauseGate(signal: AbortSignal): PauseGate {
  let closed: { readonly opening: Promise<void>; open(): void } | undefined;
  const open = (): void => {
    closed?.open();
    closed = undefined;
  };
  signal.addEventListener("abort", open, { once: true });
  return {
    setPaused: (isPaused) => {
      if (!isPaused || signal.aborted) return open();
      if (closed) return;
      let resolve = (): void => {};
      const opening = new Promise<void>((done) => (resolve = done));
      closed = { opening, open: resolve };
    },
    opened: async () => {
      for (;;) {
        const held = closed;
        if (!held) return;
        await held.opening;
        // it may be closed again before who waited has its turn
      }
    },
  };
}

/** The driver, whose writers wait at the gate before each frame. The queues before them are bounded, so that all else waits, too. */
export function gateDriver(driver: CodecDriver, gate: PauseGate): CodecDriver {
  return wrapWriters(driver, (writer) => gateWriter(writer, gate));
}

/** The same of what takes frames. */
export function gateWriter<T extends Taker | FrameSink>(writer: T, gate: PauseGate): T {
  const write = async (frame: Frame): Promise<void> => {
    await gate.opened();
    await writer.write(frame);
  };
  return Object.create(writer, { write: { value: write } }) as T;
}
