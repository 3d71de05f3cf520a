/** What every way to the upscaler keeps to, written once: order, count, closed frames, aborts, errors, bounds. */

import { setImmediate } from "node:timers/promises";
import type { Frame } from "@tatami/core";
import { frameLedger, TatamiError } from "@tatami/core";
import type { UpscalerOptions } from "@tatami/upscale";
import { createUpscaler } from "@tatami/upscale";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Ledger } from "@tatami/worker/testing";
import { doorOptions, numberedFrames } from "@tatami/worker/testing";

/** A way to the upscaler. */
export interface Door {
  readonly name: string;
  open(options: UpscalerOptions): Promise<OpenDoor>;
}

/** A way to the upscaler that is open. Dispose of it. */
export interface OpenDoor extends AsyncDisposable {
  /** Passes a stream through. What is read is the reader's. */
  pass(source: AsyncIterable<Frame>, signal?: AbortSignal): AsyncIterable<Frame>;
  /** Resolves when all that was passed is closed, where leaving does not wait for it. */
  settled(): Promise<void>;
  reset(): Promise<void>;
  /** Frames on the other side; nothing where there is none. */
  farLedgers(): Promise<readonly Ledger[]>;
  /** Frames that may be inside at once when nobody reads. */
  readonly bound: number;
}

interface Seen {
  readonly times: readonly number[];
  readonly lumas: readonly Uint8Array[];
}

async function readAll(frames: AsyncIterable<Frame>): Promise<Seen> {
  const times: number[] = [];
  const lumas: Uint8Array[] = [];
  for await (const frame of frames) {
    times.push(frame.timestamp);
    lumas.push((await frame.planes()).luma.data.slice());
    frame.close();
  }
  return { times, lumas };
}

/** Runs the contract over one door. */
export function describeDoor(door: Door): void {
  describe(door.name, () => {
    let opened: OpenDoor;
    let expected: Seen;
    beforeAll(async () => {
      opened = await door.open(doorOptions);
      await using direct = await createUpscaler(doorOptions);
      expected = await readAll(direct.frames(numberedFrames(12)));
    });
    afterAll(() => opened[Symbol.asyncDispose]());
    beforeEach(() => frameLedger.reset());

    const nothingOpen = async (): Promise<void> => {
      await opened.settled();
      expect(frameLedger.report()).toEqual(new Map());
      for (const { open } of await opened.farLedgers()) expect(open).toBe(0);
    };

    it("gives as many frames as it takes, in order, the same bytes", async () => {
      expect(await readAll(opened.pass(numberedFrames(12)))).toEqual(expected);
      expect(await readAll(opened.pass(numberedFrames(0)))).toEqual({ times: [], lumas: [] });
      await nothingOpen();
    });

    it("closes everything wherever it is aborted, and throws the reason as it is", async () => {
      const points = fc.record({ at: fc.nat(11), from: fc.constantFrom("source", "reader") });
      await fc.assert(
        fc.asyncProperty(points, async ({ at, from }) => {
          const controller = new AbortController();
          const reason = new Error(`enough at ${at}`);
          const source = numberedFrames(12, (index) => {
            if (from === "source" && index === at) controller.abort(reason);
          });
          let read = 0;
          const reading = async (): Promise<void> => {
            for await (const frame of opened.pass(source, controller.signal)) {
              frame.close();
              if (from === "reader" && read++ === at) controller.abort(reason);
            }
          };
          const ended = await reading().catch((error: unknown) => error);
          // when the last frames are inside, there may be nothing left to stop
          if (from === "source" || at < 12 - opened.bound) expect(ended).toBe(reason);
          await nothingOpen();
        }),
        { numRuns: 20 },
      );
    });

    it("closes everything when its reader leaves, and goes on with the next", async () => {
      for (const reads of [1, 3, 7]) {
        let read = 0;
        for await (const frame of opened.pass(numberedFrames(12))) {
          frame.close();
          if (++read === reads) break;
        }
        await nothingOpen();
      }
      expect((await readAll(opened.pass(numberedFrames(3)))).times).toEqual(expected.times.slice(0, 3));
    });

    it("passes its source's error on as it is, and closes everything", async () => {
      const damaged = new TatamiError({ code: "damaged-input", message: "Torn.", fix: "Mend it." });
      const source = numberedFrames(12, (index) => {
        if (index === 5) throw damaged;
      });
      await expect(readAll(opened.pass(source))).rejects.toBe(damaged);
      await nothingOpen();
    });

    it("keeps an error's class, code, fix and detail", async () => {
      const options: UpscalerOptions = { ...doorOptions, backends: ["webgpu"] };
      const failing = async (): Promise<unknown> => {
        await using poor = await door.open(options);
        return readAll(poor.pass(numberedFrames(1)));
      };
      const direct = (await createUpscaler(options).catch((error: unknown) => error)) as TatamiError;
      const error = (await failing().catch((thrown: unknown) => thrown)) as TatamiError;
      expect(error).toBeInstanceOf(TatamiError);
      const { code, message, fix, detail } = direct;
      expect(error).toMatchObject({ code, message, fix, detail });
      expect(code).toBe("unsupported-environment");
      await nothingOpen();
    });

    it("serves two readers at once", async () => {
      const [one, other] = await Promise.all([
        readAll(opened.pass(numberedFrames(12))),
        readAll(opened.pass(numberedFrames(7))),
      ]);
      expect(one).toEqual(expected);
      expect(other.times).toEqual(expected.times.slice(0, 7));
      expect(other.lumas).toEqual(expected.lumas.slice(0, 7));
      await nothingOpen();
    });

    it("takes no more than it may hold while its reader is slow", async () => {
      let made = 0;
      let read = 0;
      for await (const frame of opened.pass(numberedFrames(40, () => ++made))) {
        read++;
        frame.close();
        // time enough for all who would run ahead
        for (let turn = 0; turn < 20; turn++) await setImmediate();
        await opened.farLedgers();
        expect(made).toBeLessThanOrEqual(read + opened.bound);
      }
      expect(read).toBe(40);
      await nothingOpen();
    });

    it("goes on after a seek: with a reset, as if it were new", async () => {
      await readAll(opened.pass(numberedFrames(5)));
      await opened.reset();
      expect(await readAll(opened.pass(numberedFrames(12)))).toEqual(expected);
      await nothingOpen();
    });
  });
}
