import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createBoundedQueue, readAhead } from "./bounded-queue.ts";

/** Lets every promise that can move, move. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function* upTo(count: number, made: number[] = []): AsyncGenerator<number> {
  for (let i = 0; i < count; i++) {
    made.push(i);
    yield i;
  }
}

describe("createBoundedQueue", () => {
  it("passes everything on in order, never holding more than its capacity", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.boolean(), { maxLength: 40 }),
        async (capacity, pauses) => {
          const queue = createBoundedQueue<number>({ name: "test", capacity });
          let most = 0;
          const produce = (async () => {
            for (const [i, pause] of pauses.entries()) {
              if (pause) await settle();
              const pushed = queue.push(i);
              most = Math.max(most, queue.size);
              await pushed;
            }
            queue.end();
          })();
          const seen: number[] = [];
          for await (const item of queue) {
            if (pauses[item]) await settle();
            seen.push(item);
          }
          await produce;
          expect(seen).toEqual(pauses.map((_, i) => i));
          expect(most).toBeLessThanOrEqual(capacity);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("makes its producer wait while nobody reads", async () => {
    const queue = createBoundedQueue<number>({ name: "stuck", capacity: 2 });
    let pushed = 0;
    const produce = (async () => {
      for (;;) {
        await queue.push(pushed);
        pushed++;
      }
    })().catch((error: unknown) => error);
    await settle();
    expect(queue.size).toBe(2);
    expect(pushed).toBe(1);
    const reason = new Error("stop");
    queue.destroy(reason);
    expect(await produce).toBe(reason);
  });

  it("gives back what it holds, and what comes too late", async () => {
    const discarded: number[] = [];
    const queue = createBoundedQueue<number>({
      name: "test",
      capacity: 9,
      onDiscard: (item) => discarded.push(item),
    });
    await queue.push(1);
    await queue.push(2);
    queue.destroy(new Error("stop"));
    await expect(queue.push(3)).rejects.toThrow("stop");
    expect(discarded).toEqual([1, 2, 3]);
    await expect(queue[Symbol.asyncIterator]().next()).rejects.toThrow("stop");
  });

  it("refuses a capacity that is no bound", () => {
    for (const capacity of [0, -1, 1.5, Number.NaN, Infinity])
      expect(() => createBoundedQueue({ name: "q", capacity })).toThrow(/Queue "q": capacity must be/);
  });
});

describe("readAhead", () => {
  it("reads ahead, but no further than its capacity", async () => {
    const made: number[] = [];
    const ahead = readAhead(upTo(100, made), { name: "ahead", capacity: 3 });
    await ahead.next();
    await settle();
    expect(made.length).toBeLessThanOrEqual(5);
    await ahead.return();
  });

  it("accounts for every item, wherever the reader stops", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 20 }),
        fc.integer({ min: 0, max: 25 }),
        fc.integer({ min: 1, max: 4 }),
        async (count, stopAfter, capacity) => {
          const [made, read, discarded]: number[][] = [[], [], []];
          const source = upTo(count, made);
          const options = { name: "a", capacity, onDiscard: (item: number) => discarded!.push(item) };
          for await (const item of readAhead(source, options)) {
            read!.push(item);
            if (read!.length > stopAfter) break;
          }
          expect([...read!, ...discarded!]).toEqual(made);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("delivers what came before an error, then the error itself", async () => {
    const error = new Error("broken");
    async function* breaks(): AsyncGenerator<number> {
      yield 1;
      yield 2;
      throw error;
    }
    const seen: number[] = [];
    const read = (async () => {
      for await (const item of readAhead(breaks(), { name: "a", capacity: 4 })) seen.push(item);
    })();
    await expect(read).rejects.toBe(error);
    expect(seen).toEqual([1, 2]);
  });
});
