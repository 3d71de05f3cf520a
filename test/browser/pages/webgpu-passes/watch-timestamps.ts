/** What a page's timestamp queries came to. */

/** The queries of a stretch of time. */
export interface TimestampOutcome {
  /** Query sets that were made. */
  readonly made: number;
  /** Of these, how many were not freed. */
  readonly left: number;
  /** What each pair of timestamps that was read says. */
  readonly milliseconds: readonly number[];
}

/** Watches from now on, until its result is called. */
export function watchTimestamps(): () => TimestampOutcome {
  const { createQuerySet } = GPUDevice.prototype;
  const { destroy } = GPUQuerySet.prototype;
  const { getMappedRange } = GPUBuffer.prototype;
  let made = 0;
  const open = new Set<GPUQuerySet>();
  const milliseconds: number[] = [];
  GPUDevice.prototype.createQuerySet = function (...args) {
    const set = createQuerySet.apply(this, args);
    made++;
    open.add(set);
    return set;
  };
  GPUQuerySet.prototype.destroy = function () {
    open.delete(this);
    return destroy.apply(this);
  };
  GPUBuffer.prototype.getMappedRange = function (...args) {
    const range = getMappedRange.apply(this, args);
    if (this.label === "timestamps") {
      const [begin, end] = new BigUint64Array(range);
      milliseconds.push(Number(end! - begin!) / 1e6);
    }
    return range;
  };
  return () => {
    Object.assign(GPUDevice.prototype, { createQuerySet });
    Object.assign(GPUQuerySet.prototype, { destroy });
    Object.assign(GPUBuffer.prototype, { getMappedRange });
    return { made, left: open.size, milliseconds };
  };
}
