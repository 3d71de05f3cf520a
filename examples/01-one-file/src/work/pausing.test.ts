import { expect, test } from "vitest";
import { createGate, gated } from "./pausing.ts";

/** A turn of the event loop: all promises that are settled have been heard. */
const settled = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener("message", () => {
      port1.close();
      resolve();
    });
    port1.start();
    port2.postMessage(null);
  });

/** Counts to five, and tells how far it got and whether it was let go. */
const counting = () => {
  const seen = { pulled: 0, isClosed: false };
  async function* count() {
    try {
      for (let n = 1; n <= 5; n++) {
        seen.pulled = n;
        yield n;
      }
    } finally {
      seen.isClosed = true;
    }
  }
  return { seen, source: count() };
};

test("while the gate is closed nothing is pulled; what goes on after it is whole and in order", async () => {
  const gate = createGate();
  const { seen, source } = counting();
  const got: number[] = [];
  const reading = (async () => {
    for await (const n of gated(source, gate, new AbortController().signal)) {
      got.push(n);
      if (n === 2) gate.set(true);
    }
  })();
  await settled();
  expect([seen.pulled, got]).toEqual([2, [1, 2]]);
  gate.set(false);
  await reading;
  expect(got).toEqual([1, 2, 3, 4, 5]);
});

test("one that is stopped while it is paused ends with the reason, and lets its source go", async () => {
  const gate = createGate();
  gate.set(true);
  const { seen, source } = counting();
  const stopping = new AbortController();
  const reading = gated(source, gate, stopping.signal).next();
  await settled();
  stopping.abort(new Error("enough"));
  await expect(reading).rejects.toThrow("enough");
  expect(seen.pulled).toBe(0);
  const open = createGate();
  const late = gated(counting().source, open, AbortSignal.abort(new Error("at once")));
  await expect(late.next()).rejects.toThrow("at once");
  const { seen: begun, source: other } = counting();
  const left = gated(other, open, new AbortController().signal);
  await left.next();
  await left.return();
  expect(begun.isClosed).toBe(true);
});

test("pauses are not counted as work", () => {
  let now = 0;
  const gate = createGate(() => now);
  gate.set(true);
  now = 4000;
  gate.set(true);
  gate.set(false);
  now = 9000;
  expect(gate.closedMs).toBe(4000);
});
