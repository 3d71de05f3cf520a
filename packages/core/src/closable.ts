/** Things that are closed by `await using`, or by name where a program's syntax has no such thing: Node before 24. */

/** Closed once, however often it is asked for. */
export interface Closable extends AsyncDisposable {
  /** Gives back all it holds; resolves when that is done. */
  close(): Promise<void>;
}

/** Both ways to close it. */
export function closable(close: () => Promise<void>): Closable {
  return { close, [Symbol.asyncDispose]: close };
}
