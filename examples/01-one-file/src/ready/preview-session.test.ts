import { expect, test } from "vitest";
import { createNewest } from "./preview-session.ts";

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

test("one after another; of what is wanted meanwhile only the newest is done, and nothing after the end", async () => {
  const done: number[] = [];
  const busy: boolean[] = [];
  const newest = createNewest<number>(
    async (value, newer) => {
      await Promise.resolve();
      done.push(value);
      if (value === 1) expect(newer()).toBe(4);
    },
    (isBusy) => busy.push(isBusy),
  );
  for (const value of [1, 2, 3, 4]) newest.want(value);
  await settled();
  expect(done).toEqual([1, 4]);
  expect(busy).toEqual([true, false]);
  newest.want(5);
  newest.want(6);
  newest.end();
  await settled();
  expect(done).toEqual([1, 4, 5]);
});
