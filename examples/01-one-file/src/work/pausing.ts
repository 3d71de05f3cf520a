/** A gate in a stream: closed it lets nothing through, and whoever is stopped meanwhile does not wait for ever. */

/** A gate that is open at first. */
export interface Gate {
  readonly isClosed: boolean;
  /** Milliseconds it has been closed, all in all. */
  readonly closedMs: number;
  set(isClosed: boolean): void;
  /** Resolves once it is open. @throws the signal's reason where that comes first */
  pass(signal: AbortSignal): Promise<void>;
}

/** @param now a clock in milliseconds */
export const createGate = (now: () => number = () => performance.now()): Gate => {
  const state: { closedAt?: number; before: number } = { before: 0 };
  let waiting: (() => void)[] = [];
  const open = (): void => {
    const released = waiting;
    waiting = [];
    for (const release of released) release();
  };
  return {
    get isClosed() {
      return state.closedAt !== undefined;
    },
    get closedMs() {
      const { closedAt, before } = state;
      return before + (closedAt === undefined ? 0 : now() - closedAt);
    },
    set(isClosed) {
      if (isClosed === (state.closedAt !== undefined)) return;
      if (isClosed) {
        state.closedAt = now();
        return;
      }
      state.before += now() - state.closedAt!;
      delete state.closedAt;
      open();
    },
    async pass(signal) {
      while (state.closedAt !== undefined) {
        signal.throwIfAborted();
        await new Promise<void>((resolve) => {
          const leave = (): void => {
            signal.removeEventListener("abort", leave);
            resolve();
          };
          signal.addEventListener("abort", leave);
          waiting.push(leave);
        });
      }
      signal.throwIfAborted();
    },
  };
};

/** The same stream, of which nothing is pulled while the gate is closed. */
export async function* gated<T>(
  source: AsyncIterable<T>,
  gate: Gate,
  signal: AbortSignal,
): AsyncGenerator<T, void, undefined> {
  const items = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      await gate.pass(signal);
      const next = await items.next();
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await items.return?.();
  }
}
