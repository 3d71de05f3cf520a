/** What work on a device takes. */

import { TatamiError } from "@tatami/core";
import { openTimestamps } from "./timestamps.ts";

/**
 * Milliseconds of what `add` adds to a pass, in the best burst: by the GPU's own clock where the device has
 * `timestamp-query` and what it says can be true, else by the wall clock.
 *
 * @throws TatamiError `internal` where the device refuses the work: refused at once, it would seem fast.
 */
export async function timeBursts(
  device: GPUDevice,
  add: (pass: GPUComputePassEncoder) => void,
): Promise<number> {
  using timestamps = await openTimestamps(device);
  const burst = async (count: number): Promise<{ readonly wall: number; readonly each: number }> => {
    device.pushErrorScope("validation");
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass(timestamps && { timestampWrites: timestamps.writes });
    for (let i = 0; i < count; i++) add(pass);
    pass.end();
    timestamps?.resolve(encoder);
    const commands = encoder.finish();
    const start = performance.now();
    device.queue.submit([commands]);
    // that a device is lost is reported where it is used
    const scope = device.popErrorScope().catch(() => null);
    await device.queue.onSubmittedWorkDone();
    const wall = performance.now() - start;
    const failure = await scope;
    if (failure) throw refused(failure);
    return { wall, each: ((await timestamps?.read(wall)) ?? wall) / count };
  };
  await burst(1); // compiles
  // short bursts pick wrong winners, and browsers round timestamps to 0.1 ms. How long they get goes by the wall
  // clock: wrong timestamps must not keep a GPU busy for seconds
  let count = 1;
  let first = await burst(count);
  while (first.wall < burstTime / 2 && count < longest) {
    count = Math.min(longest, Math.ceil((count * burstTime) / Math.max(first.wall, 1)));
    first = await burst(count);
  }
  return Math.min(first.each, (await burst(count)).each, (await burst(count)).each);
}

function refused(cause: GPUError): TatamiError<"internal"> {
  return new TatamiError({
    code: "internal",
    message: `The GPU refused the work that was to be timed: ${cause.message}`,
    fix: "Use another engine (options.backends); please report the device and browser.",
    cause,
  });
}

/** Milliseconds of work that a burst should be. */
const burstTime = 20;

/** Repetitions in a burst at most: encoding them takes time too. */
const longest = 256;
