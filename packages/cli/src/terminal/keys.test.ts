import { PassThrough } from "node:stream";
import { expect, onTestFinished, test, vi } from "vitest";
import { createCapture, fakeProgress, fakeReport, runFake } from "../testing/fake-shell.ts";
import { createTemporaryFolder } from "../testing/temporary-folder.ts";
import { createBoard } from "../display/board.ts";
import { frameProgress } from "../display/progress-line.ts";
import type { Engine, Shell } from "../shell.ts";
import { listenToKeys, ownTerminal } from "./keys.ts";
import type { Terminal } from "./keys.ts";
import { createPauses } from "./pauses.ts";

/** A terminal on which a test types. */
function createTerminal() {
  const log: string[] = [];
  const input = Object.assign(new PassThrough(), {
    setRawMode: (isRaw: boolean) => void log.push(isRaw ? "raw" : "usual"),
  });
  const listeners = new Set<() => void>();
  let isForeground = true;
  const terminal: Terminal = {
    input,
    isForeground: () => isForeground,
    raise: (signal) => void log.push(signal),
    onContinue: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  return {
    terminal,
    log,
    listeners,
    type: async (keys: string) => {
      input.write(keys);
      await new Promise((resolve) => setImmediate(resolve));
    },
    /** The shell moves the program, and goes on with it. */
    goOn: (inForeground: boolean) => {
      isForeground = inForeground;
      for (const listener of listeners) listener();
    },
    /** The shell moves it, and says nothing. */
    move: (inForeground: boolean) => void (isForeground = inForeground),
  };
}

test("keys are heard one by one, and the terminal is as it was at the end", async () => {
  const { terminal, log, listeners, type } = createTerminal();
  const keys: string[] = [];
  {
    using _ = listenToKeys(terminal, (key) => keys.push(key));
    await type("pq");
    expect(log).toEqual(["raw"]);
  }
  expect(keys).toEqual(["p", "q"]);
  expect(log).toEqual(["raw", "usual"]);
  await type("p");
  expect(keys).toEqual(["p", "q"]);
  expect(listeners.size).toBe(0);
});

test("Ctrl-C, Ctrl-Z and Ctrl-\\ do what they always do; what is stopped has a usual terminal", async () => {
  const { terminal, log, type, goOn } = createTerminal();
  using _ = listenToKeys(terminal, () => {});
  await type("\u0003");
  expect(log).toEqual(["raw", "SIGINT"]);
  await type("\u001A");
  expect(log.splice(0)).toEqual(["raw", "SIGINT", "usual", "SIGTSTP"]);
  // in the background the terminal is somebody else's
  goOn(false);
  expect(log).toEqual([]);
  goOn(true);
  expect(log.splice(0)).toEqual(["raw"]);
  await type("\u001C");
  expect(log).toEqual(["usual", "SIGQUIT"]);
});

test("what is brought to the front again hears keys again, though nobody tells it", () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { terminal, log, move } = createTerminal();
  move(false);
  const keys = listenToKeys(terminal, () => {});
  expect(log).toEqual([]);
  move(true);
  vi.advanceTimersByTime(2000);
  expect(log).toEqual(["raw"]);
  keys[Symbol.dispose]();
  vi.advanceTimersByTime(10_000);
  expect(log).toEqual(["raw", "usual"]);
});

test("on Windows keys are heard without signals: Ctrl-C is told to this process alone, and there is no Ctrl-Z", async () => {
  const { terminal, type, log } = createTerminal();
  const stdin = Object.assign(terminal.input, { isTTY: true });
  const emitted: unknown[] = [];
  const host = {
    stdin,
    stderr: { isTTY: true },
    platform: "win32",
    pid: 1,
    kill: () => expect.unreachable("there a signal ends the process"),
    on: () => expect.unreachable("no signal tells of going on"),
    emit: (name: unknown) => emitted.push(name),
  } as unknown as Parameters<typeof ownTerminal>[0];
  const keys: string[] = [];
  {
    using _ = listenToKeys(ownTerminal(host)!, (key) => keys.push(key));
    await type("p");
    await type("\u0003");
    expect(emitted).toEqual(["SIGINT"]);
    await type("\u001A");
    await type("p");
  }
  expect([keys, emitted, log]).toEqual([["p", "\u001A", "p"], ["SIGINT"], ["raw", "usual"]]);
  expect(ownTerminal({ ...host!, stderr: { isTTY: false } as typeof process.stderr })).toBeUndefined();
});

test("p pauses every engine, and another goes on; a stop in between wakes none", async () => {
  const { terminal, type, goOn } = createTerminal();
  const stderr = createCapture(true);
  let time = 0;
  const shell = { terminal, now: () => time, stderr: stderr.output, stdout: stderr.output } as Shell;
  const board = createBoard(shell, { isQuiet: false, slots: 1, total: 1 });
  const log: string[] = [];
  const engine = (name: string) =>
    ({ setPaused: (isPaused: boolean) => log.push(`${name} ${isPaused}`) }) as unknown as Engine;
  using pauses = createPauses(shell, board, false);
  using display = board.open("a.mp4");
  display.show(frameProgress(fakeProgress));
  pauses.add(engine("a"));
  await type("p");
  await expect.poll(() => stderr.text(), { timeout: 20_000 }).toContain("paused; p goes on");
  time = 4000;
  pauses.add(engine("b"));
  goOn(true);
  await type("p");
  expect(log).toEqual(["a true", "b true", "a true", "b true", "a false", "b false"]);
  time = 9000;
  expect(pauses.milliseconds).toBe(4000);
});

test("a job in peace takes the terminal and gives it back, whatever ends it", async () => {
  const cwd = await createTemporaryFolder("a.mp4");
  for (const upscale of [async () => fakeReport, () => Promise.reject(new Error("boom"))]) {
    const { terminal, log } = createTerminal();
    await runFake(["upscale", "a.mp4"], { cwd, isTerminal: true, terminal, upscale });
    expect(log).toEqual(["raw", "usual"]);
  }
  const { terminal, log } = createTerminal();
  await runFake(["upscale", "a.mp4", "--quiet"], { cwd, isTerminal: true, terminal });
  expect(log).toEqual([]);
});
