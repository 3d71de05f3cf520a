/** A stream of frames through the RxJS operator, whose source is fed as its results are read. */

import type { Frame } from "@tatami/core";
import { createFrameQueue, frameLedger } from "@tatami/core";
import { upscaleFrames } from "@tatami/rxjs";
import type { Upscaler } from "@tatami/upscale";
import type { Ledger } from "@tatami/worker/testing";
import { Subject } from "rxjs";
import { expect, vi } from "vitest";
import type { OpenDoor } from "./door-contract.ts";

/** Frames on their way at once. */
const places = 2;

/** The operator on an upscaler that is disposed of with the door. */
export function throughOperator(upscaler: Upscaler, farLedgers: () => Promise<readonly Ledger[]>): OpenDoor {
  const under: Promise<unknown>[] = [];
  return {
    // beside those on their way, the one the source has just made
    bound: places + 1,
    async *pass(source, signal) {
      const input = new Subject<Frame>();
      const larger = createFrameQueue<Frame>({
        name: "larger",
        capacity: places,
        overflow: "error",
        onDrop: () => undefined,
      });
      const room = createRoom(places);
      const subscription = input
        .pipe(upscaleFrames<Frame>({ upscaler, ...(signal ? { signal } : {}) }))
        .subscribe({
          next: (frame) => larger.push(frame),
          error: (error: unknown) => {
            larger.end({ error });
            room.open();
          },
          complete: () => larger.end(),
        });
      const feeding = feed(source, input, room);
      // the operator closes what is inside when it is left; the feeder what it had made by then
      under.push(feeding);
      try {
        for (let frame = await larger.next(); frame; frame = await larger.next()) {
          yield frame;
          room.leave();
        }
      } finally {
        subscription.unsubscribe();
        room.open();
        larger.destroy(new Error("left"));
        await feeding;
      }
    },
    settled: async () => {
      await Promise.all(under.splice(0));
      // an operator that was left closes the frame at work once that is done
      await vi.waitFor(() => expect(frameLedger.open).toBe(0), { timeout: 5000 }).catch(() => undefined);
    },
    reset: () => upscaler.reset(),
    farLedgers,
    [Symbol.asyncDispose]: () => upscaler[Symbol.asyncDispose](),
  };
}

async function feed(source: AsyncIterable<Frame>, input: Subject<Frame>, room: Room): Promise<void> {
  try {
    for await (const frame of source) {
      await room.enter();
      if (input.observed) input.next(frame);
      else {
        frame.close();
        return;
      }
    }
    input.complete();
  } catch (error) {
    input.error(error);
  }
}

interface Room {
  /** Resolves when there is a place, and takes it. */
  enter(): Promise<void>;
  leave(): void;
  /** From now on there is always a place. */
  open(): void;
}

function createRoom(size: number): Room {
  const state = { free: size, wake: (): void => undefined };
  return {
    async enter() {
      while (state.free <= 0) await new Promise<void>((resolve) => (state.wake = resolve));
      state.free--;
    },
    leave() {
      state.free++;
      state.wake();
    },
    open() {
      state.free = Infinity;
      state.wake();
    },
  };
}
