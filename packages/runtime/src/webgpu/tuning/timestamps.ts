/** When a pass began and ended, by the GPU's own clock. */

import { bufferUsage, mapForReading } from "../usage.ts";

/** Two timestamps of one pass after another. Dispose of it. */
export interface Timestamps extends Disposable {
  /** For the pass that is timed. */
  readonly writes: GPUComputePassTimestampWrites;
  /** Adds, behind the pass, what brings its timestamps to where {@link read} finds them. */
  resolve(encoder: GPUCommandEncoder): void;
  /**
   * Milliseconds from the pass's beginning to its end, once that was submitted; none where what the device says cannot
   * be true.
   *
   * @param most milliseconds by the wall clock from before the submit until the work was done
   */
  read(most: number): Promise<number | undefined>;
}

/** Opens them; none where the device has no such clock, or no room. */
export async function openTimestamps(device: GPUDevice): Promise<Timestamps | undefined> {
  if (!device.features.has("timestamp-query")) return undefined;
  const { queryResolve, copySource, copyTarget, mapRead } = bufferUsage;
  const label = "timestamps";
  device.pushErrorScope("validation");
  device.pushErrorScope("out-of-memory");
  const querySet = device.createQuerySet({ label, type: "timestamp", count: 2 });
  const resolved = device.createBuffer({ label, size: bytes, usage: queryResolve | copySource });
  const result = device.createBuffer({ label, size: bytes, usage: mapRead | copyTarget });
  const scopes = [device.popErrorScope(), device.popErrorScope()];
  const release = (): void => {
    for (const each of [querySet, resolved, result]) each.destroy();
  };
  const outcomes = await Promise.allSettled(scopes);
  // there are platforms with few query sets; a pass with a broken one would not run at all
  if (!outcomes.every((outcome) => outcome.status === "fulfilled" && outcome.value === null)) {
    release();
    return undefined;
  }
  return {
    writes: { querySet, beginningOfPassWriteIndex: 0, endOfPassWriteIndex: 1 },
    resolve(encoder) {
      encoder.resolveQuerySet(querySet, 0, 2, resolved, 0);
      encoder.copyBufferToBuffer(resolved, 0, result, 0, bytes);
    },
    async read(most) {
      try {
        await result.mapAsync(mapForReading);
        const [begin, end] = new BigUint64Array(result.getMappedRange());
        return millisecondsBetween(begin!, end!, most);
      } catch {
        // a device that is lost is reported where it is used
        return undefined;
      } finally {
        result.unmap();
      }
    },
    [Symbol.dispose]: release,
  };
}

/** Drivers leave zeros, or count in units of their own; work cannot take longer than what was waited for it. */
function millisecondsBetween(begin: bigint, end: bigint, most: number): number | undefined {
  if (begin === 0n || end <= begin) return undefined;
  const milliseconds = Number(end - begin) / 1e6;
  return milliseconds <= most + coarseness ? milliseconds : undefined;
}

/** Two numbers of 64 bits. */
const bytes = 16;

/** Milliseconds that the two clocks together may be rounded by. */
const coarseness = 1;
