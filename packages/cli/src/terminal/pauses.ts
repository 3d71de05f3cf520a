/** `p` pauses what is at work, and another goes on. */

import type { Board } from "../display/board.ts";
import type { Engine, Shell } from "../shell.ts";
import { listenToKeys } from "./keys.ts";

/** What can be paused, and for how long it was. Dispose of it at the end. */
export interface Pauses extends Disposable {
  /** An engine that is to be paused with the others. */
  add(engine: Engine): void;
  /** Milliseconds in all until now. */
  readonly milliseconds: number;
}

/** Listens to the terminal, where there is one. */
export function createPauses({ terminal, now, stderr }: Shell, board: Board, isQuiet: boolean): Pauses {
  const engines = new Set<Engine>();
  let since: number | undefined;
  let passed = 0;
  const setAll = (isPaused: boolean): void => {
    for (const engine of engines) engine.setPaused?.(isPaused);
  };
  const toggle = (): void => {
    if (since === undefined) since = now();
    else {
      passed += now() - since;
      since = undefined;
    }
    setAll(since !== undefined);
    board.note(since === undefined ? undefined : "paused; p goes on");
  };
  const keys =
    terminal && !isQuiet && stderr.isTTY === true
      ? listenToKeys(terminal, (key) => void (key === "p" && toggle()))
      : undefined;
  // going on after a stop wakes what was paused, too
  const forget = terminal?.onContinue(() => void (since !== undefined && setAll(true)));
  return {
    add: (engine) => {
      engines.add(engine);
      if (since !== undefined) engine.setPaused?.(true);
    },
    get milliseconds() {
      return passed + (since === undefined ? 0 : now() - since);
    },
    [Symbol.dispose]: () => {
      keys?.[Symbol.dispose]();
      forget?.();
    },
  };
}
