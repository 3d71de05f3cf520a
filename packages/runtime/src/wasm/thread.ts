/** A thread, whichever way the environment makes them. */

/** Runs beside the caller and answers messages. */
export interface Thread {
  post(message: unknown): void;
  /** To be called once, before the first message. */
  listen(onMessage: (message: unknown) => void, onError: (reason: string) => void): void;
  /** Whether the process must stay for this thread's sake. */
  keepAlive(busy: boolean): void;
  /** Resolves when nothing of it is left. */
  stop(): Promise<void>;
}
