/** Whether larger pictures come quickly enough to be watched as a video. */

/** Judges what larger pictures cost. */
export interface Pace {
  /** A larger picture was made in so many milliseconds. */
  made(cost: number): void;
  /** Forgets: another video, or another engine. */
  restart(): void;
  /** Pictures a second that can be made, by the median of the last costs; infinity while too few are known. */
  rate(): number;
}

/** Pictures that are judged, how many must be known, and how many first ones pay for what is made ready once. */
const [span, least, skipped] = [15, 6, 2];

/** Begins with nothing known. */
export function createPace(): Pace {
  let costs: number[] = [];
  let toSkip = skipped;
  return {
    made(cost) {
      if (toSkip > 0) toSkip--;
      else costs.push(cost);
      if (costs.length > span) costs.shift();
    },
    restart() {
      costs = [];
      toSkip = skipped;
    },
    rate() {
      if (costs.length < least) return Infinity;
      return 1000 / costs.toSorted((a, b) => a - b)[costs.length >> 1]!;
    },
  };
}
