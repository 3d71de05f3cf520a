/**
 * A state machine over lives that share an upscaler: opened, written, read, finished, failed, aborted, left, reset, in
 * any order. Every frame read is the right one with the right bytes, every end is told as it was, and nothing stays open.
 * Prints its seed; `TATAMI_SEED=<seed>` runs the same again.
 */

import { frameLedger } from "@tatami/core";
import type { Upscaler } from "@tatami/upscale";
import { createUpscaler } from "@tatami/upscale";
import { connectUpscaler } from "@tatami/worker";
import { doorOptions, numberedFrame, startWorker } from "@tatami/worker/testing";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Life } from "./lives.ts";
import { most, operatorLife, streamLife } from "./lives.ts";

/** What is known of a life. */
interface Known {
  readonly written: number;
  readonly read: number;
}
type Model = { readonly lives: Map<number, Known>; next: number };
type Real = { readonly lives: Map<number, Life> };
type Step = fc.AsyncCommand<Model, Real>;

const seed = Number(process.env["TATAMI_SEED"] ?? Date.now() % 0x7fffffff);
const lumas: Uint8Array[] = [];

/** What a life's reader is told in the end, and how many frames were on their way to it by then. */
async function endOf(life: Life): Promise<{ readonly told: unknown; readonly frames: number }> {
  let frames = 0;
  try {
    for (let frame = await life.read(); frame; frame = await life.read()) {
      frame.close();
      frames++;
    }
    return { told: "the end", frames };
  } catch (error) {
    return { told: error, frames };
  }
}

function steps(makeLife: () => Life, done: Record<string, number>): fc.Arbitrary<Step>[] {
  const at = (
    name: string,
    may: (known: Known) => boolean,
    run: (life: Life, known: Known, model: Model, id: number) => Promise<void>,
  ): fc.Arbitrary<Step> =>
    fc.nat(2).map((which) => ({
      check: ({ lives }) => [...lives.values()].some(may),
      run: async (model, real) => {
        const fit = [...model.lives].filter(([, known]) => may(known));
        const [id, known] = fit[which % fit.length]!;
        done[name] = (done[name] ?? 0) + 1;
        await run(real.lives.get(id)!, known, model, id);
      },
      toString: () => `${name} ${which}`,
    }));
  const inside = ({ written, read }: Known): number => written - read;
  const end =
    (how: (life: Life, reason: Error) => void | Promise<void>) =>
    async (life: Life, _known: Known, model: Model, id: number): Promise<void> => {
      const reason = new Error(`life ${id} ends`);
      await how(life, reason);
      model.lives.delete(id);
      expect((await endOf(life)).told).toBe(reason);
    };
  return [
    fc.constant<Step>({
      check: ({ lives }) => lives.size < 3,
      run: async (model, real) => {
        done["subscribe"] = (done["subscribe"] ?? 0) + 1;
        model.lives.set(model.next, { written: 0, read: 0 });
        real.lives.set(model.next++, makeLife());
      },
      toString: () => "subscribe",
    }),
    ...[0, 1, 2].map(() =>
      at(
        "write",
        (known) => inside(known) < most && known.written < lumas.length,
        async (life, known, { lives }, id) => {
          life.write(numberedFrame(known.written));
          lives.set(id, { ...known, written: known.written + 1 });
        },
      ),
    ),
    ...[0, 1].map(() =>
      at(
        "read",
        (known) => inside(known) > 0,
        async (life, known, { lives }, id) => {
          const frame = (await life.read())!;
          const { data } = (await frame.planes()).luma;
          const isRight = data.every((level, pixel) => level === lumas[known.read]![pixel]);
          const seen = [frame.timestamp, isRight];
          frame.close();
          expect(seen).toEqual([known.read / 25, true]);
          lives.set(id, { ...known, read: known.read + 1 });
        },
      ),
    ),
    at(
      "finish",
      () => true,
      async (life, known, { lives }, id) => {
        life.finish();
        lives.delete(id);
        expect(await endOf(life)).toEqual({ told: "the end", frames: inside(known) });
      },
    ),
    at(
      "error",
      (known) => inside(known) === 0,
      end((life, reason) => life.fail(reason)),
    ),
    at(
      "abort",
      () => true,
      end((life, reason) => life.abort(reason)),
    ),
    at(
      "unsubscribe",
      () => true,
      async (life, _known, { lives }, id) => {
        await life.leave();
        lives.delete(id);
      },
    ),
  ];
}

const upscalers: Record<string, () => Promise<Upscaler>> = {
  "in this thread": () => createUpscaler(doorOptions),
  "in a worker": () => connectUpscaler({ ...doorOptions, worker: startWorker }),
};
const lives: Record<string, (upscaler: Upscaler) => Life> = {
  UpscaleStream: streamLife,
  upscaleFrames: operatorLife,
};

describe.each(Object.entries(upscalers))("on an upscaler %s", (_where, open) => {
  let upscaler: Upscaler;
  beforeAll(async () => {
    upscaler = await open();
    lumas.length = 0;
    await using direct = await createUpscaler(doorOptions);
    for (let index = 0; index < 12; index++) {
      const frame = await direct.frame(numberedFrame(index));
      lumas.push((await frame.planes()).luma.data.slice());
      frame.close();
    }
  });
  afterAll(() => upscaler[Symbol.asyncDispose]());
  beforeEach(() => frameLedger.reset());

  it.each(Object.entries(lives))(
    "random lives of %s keep their frames apart and close them all",
    async (name, life) => {
      const done: Record<string, number> = {};
      const reset = fc.constant<Step>({
        check: () => true,
        run: async () => {
          done["reset"] = (done["reset"] ?? 0) + 1;
          await upscaler.reset();
        },
        toString: () => "reset",
      });
      console.info(`${name}: seed ${seed} (TATAMI_SEED=${seed} runs the same again)`);
      await fc.assert(
        fc.asyncProperty(
          fc.commands([...steps(() => life(upscaler), done), reset], { maxCommands: 40, size: "max" }),
          async (commands) => {
            const real: Real = { lives: new Map() };
            const model: Model = { lives: new Map(), next: 0 };
            try {
              await fc.asyncModelRun(() => ({ model, real }), commands);
            } finally {
              for (const id of model.lives.keys()) await real.lives.get(id)!.leave();
              await vi
                .waitFor(() => expect(frameLedger.open).toBe(0), { timeout: 5000 })
                .catch(() => undefined);
            }
            expect(frameLedger.report()).toEqual(new Map());
          },
        ),
        { numRuns: 120, seed },
      );
      // a machine that never got anywhere would prove nothing
      for (const step of ["subscribe", "write", "read", "finish", "error", "abort", "unsubscribe", "reset"])
        expect([step, (done[step] ?? 0) > 3]).toEqual([step, true]);
    },
  );
});
