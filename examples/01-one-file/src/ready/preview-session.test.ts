import { expect, test } from "vitest";
import { createNewest } from "./preview-session.ts";

const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

test("one after another; of what is wanted meanwhile only the newest is done, and nothing after the end", async () => {
  const done: number[] = [];
  const busy: boolean[] = [];
  const newest = createNewest<number>(
    async (value, newer) => {
      await tick();
      done.push(value);
      if (value === 1) expect(newer()).toBe(4);
    },
    (isBusy) => busy.push(isBusy),
  );
  for (const value of [1, 2, 3, 4]) newest.want(value);
  await tick();
  await tick();
  await tick();
  expect(done).toEqual([1, 4]);
  expect(busy).toEqual([true, false]);
  newest.want(5);
  newest.want(6);
  newest.end();
  await tick();
  await tick();
  expect(done).toEqual([1, 4, 5]);
});
