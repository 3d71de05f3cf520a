/** How many pictures may be in a worker: one is spent for each that goes in, and given back when its result is out. */

/** A count that is waited for. */
export interface Credits {
  /** Waits for one, in the order of the calls. @returns whether there was one before all of it was stopped */
  take(): Promise<boolean>;
  give(): void;
  /** Ends all waiting. */
  stop(): void;
}

/** `count` credits. */
export function createCredits(count: number): Credits {
  const waiting: ((taken: boolean) => void)[] = [];
  let left = count;
  let stopped = false;
  return {
    take() {
      if (stopped) return Promise.resolve(false);
      if (left === 0) return new Promise((resolve) => waiting.push(resolve));
      left--;
      return Promise.resolve(true);
    },
    give() {
      const next = waiting.shift();
      if (next) next(true);
      else left++;
    },
    stop() {
      stopped = true;
      for (const end of waiting.splice(0)) end(false);
    },
  };
}
