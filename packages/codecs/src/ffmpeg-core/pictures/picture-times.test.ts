/** Pictures as FFmpeg hands them out, whose clock jumps. */

import { expect, test } from "vitest";
import { createPictureTimes } from "./picture-times.ts";

function timesOf(
  clock: Partial<Parameters<typeof createPictureTimes>[0]>,
  seconds: readonly (number | null)[],
): { readonly hundredths: readonly number[]; readonly told: readonly string[] } {
  const told: string[] = [];
  const timeOf = createPictureTimes({ startTime: 0, usual: 0.04, seams: [], ...clock }, ({ message }) =>
    told.push(message),
  );
  return { hundredths: seconds.map((time) => Math.round(100 * timeOf(time))), told };
}

test("times count from the file's start", () => {
  const { hundredths, told } = timesOf({ startTime: 3600 }, [3600.02, 3600.06, null, 3660]);
  expect([hundredths, told]).toEqual([[2, 6, 10, 6000], []]);
});

test("a clock that jumps goes on rising, as the sound does where the jump is known", () => {
  const jumping = [1.48, 1.52, 1.48, 1.52];
  expect(timesOf({ startTime: 1.4 }, jumping).hundredths).toEqual([8, 12, 16, 20]);
  const seams = [{ before: 1.52, after: 1.48, offset: 0.1 }];
  const { hundredths, told } = timesOf({ startTime: 1.4, seams }, jumping);
  expect(hundredths).toEqual([8, 12, 18, 22]);
  expect(told).toEqual([
    "The clock of the picture jumps back by 0.040 s at 0.180 s; times go on rising there.",
  ]);
  expect(timesOf({}, [0, 0.04, 40_000, 40_000.04]).hundredths).toEqual([0, 4, 8, 12]);
});

test("one picture with a time of its own leaves those after it where they are", () => {
  expect(timesOf({}, [0, 0.04, 0.02, 0.12, 0.16]).hundredths).toEqual([0, 4, 8, 12, 16]);
});
