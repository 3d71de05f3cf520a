/** What work on a device takes. */

/** Milliseconds of what `add` adds to a pass, in the best burst. */
export async function timeBursts(
  device: GPUDevice,
  add: (pass: GPUComputePassEncoder) => void,
): Promise<number> {
  const burst = async (count: number): Promise<number> => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (let i = 0; i < count; i++) add(pass);
    pass.end();
    const start = performance.now();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
    return (performance.now() - start) / count;
  };
  // the first burst compiles; the others are long, because short ones pick wrong winners
  const once = await burst(1);
  const count = Math.max(1, Math.min(64, Math.floor(burstTime / once)));
  const times = [await burst(count), await burst(count), await burst(count)];
  return Math.min(...times);
}

/** Milliseconds of work that a burst should be. */
const burstTime = 20;
