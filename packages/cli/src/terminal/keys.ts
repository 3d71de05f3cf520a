/** Keys as they are typed, while a job is at work. */

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** What a terminal's own keys send to every program on it. */
export type TerminalSignal = "SIGINT" | "SIGQUIT" | "SIGTSTP";

/** A terminal that keys are typed on. */
export interface Terminal {
  /** `process.stdin` is one. */
  readonly input: Pick<NodeJS.ReadableStream, "on" | "off" | "resume" | "pause"> & {
    setRawMode(isRaw: boolean): unknown;
  };
  /** Whether it is ours: one that is set otherwise from behind stops who does it. */
  isForeground(): boolean;
  /** Signals that its keys send; without them these are keys as all others. @defaultValue all */
  readonly signals?: readonly TerminalSignal[];
  /** Does what the terminal would have done, who tells nobody any more. */
  raise(signal: TerminalSignal): void;
  /** Tells of going on after a stop. @returns what ends that */
  onContinue(listener: () => void): () => void;
}

/** Milliseconds between looks whether the terminal is ours again. */
const lookEvery = 2000;

const signals: Readonly<Record<string, TerminalSignal>> = {
  "\u0003": "SIGINT",
  "\u001A": "SIGTSTP",
  "\u001C": "SIGQUIT",
};

/**
 * Listens to single keys until it is disposed of. Ctrl-C, Ctrl-Z and Ctrl-\ do what they always do; the terminal is as it was
 * while the program is stopped, and at the end.
 */
export function listenToKeys(terminal: Terminal, onKey: (key: string) => void): Disposable {
  const { input } = terminal;
  let isOpen = false;
  const take = (): void => {
    if (isOpen || !terminal.isForeground()) return;
    isOpen = true;
    input.setRawMode(true);
    input.on("data", hear);
    input.resume();
  };
  const release = (): void => {
    if (!isOpen) return;
    isOpen = false;
    input.off("data", hear);
    input.pause();
    input.setRawMode(false);
  };
  const hear = (typed: Buffer | string): void => {
    for (const key of String(typed)) {
      const signal = signals[key];
      if (signal === undefined || terminal.signals?.includes(signal) === false) {
        onKey(key);
        continue;
      }
      if (signal !== "SIGINT") release();
      terminal.raise(signal);
    }
  };
  take();
  const forget = terminal.onContinue(take);
  // a shell that brings to the front what runs behind it tells nobody
  const timer = setInterval(take, lookEvery).unref();
  return {
    [Symbol.dispose]: () => {
      clearInterval(timer);
      forget();
      release();
    },
  };
}

/** What a terminal is made of: `process` has it all. */
type Host = Pick<NodeJS.Process, "stdin" | "stderr" | "platform" | "pid" | "kill" | "on" | "off" | "emit">;

/** The process's own terminal; none where keys are not typed on one, or nobody reads what is said there. */
export function ownTerminal(host: Host = process): Terminal | undefined {
  const { stdin, stderr, platform } = host;
  if (stdin.isTTY !== true || stderr.isTTY !== true) return undefined;
  if (platform === "win32") return windowsTerminal(host);
  return {
    input: stdin,
    isForeground: () => isForeground(host.pid),
    // to all of the group, as the terminal does
    raise: (signal) => void host.kill(0, signal),
    onContinue: (listener) => {
      host.on("SIGCONT", listener);
      return () => host.off("SIGCONT", listener);
    },
  };
}

/**
 * Windows has no groups of jobs that are stopped and go on, and a signal that is sent there ends a process at once: Ctrl-C, which
 * raw mode takes from the system, is told to whoever listens here, and Ctrl-Z is a key.
 */
function windowsTerminal(host: Host): Terminal {
  return {
    input: host.stdin,
    isForeground: () => true,
    signals: ["SIGINT"],
    raise: () => void host.emit("SIGINT"),
    onContinue: () => () => {},
  };
}

/** Its group, and the one that the terminal is with: fields 5 and 8 of /proc/PID/stat (proc(5)), elsewhere what `ps` says (POSIX). */
function isForeground(pid: number): boolean {
  try {
    const [group, owner] = process.platform === "linux" ? groupsOf(pid) : askGroups(pid);
    return group !== undefined && group === owner;
  } catch {
    // not to be known: then nothing is changed that is somebody else's
    return false;
  }
}

function groupsOf(pid: number): readonly (string | undefined)[] {
  const text = readFileSync(`/proc/${pid}/stat`, "utf8");
  const [, , group, , , owner] = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return [group, owner];
}

function askGroups(pid: number): readonly string[] {
  return execFileSync("ps", ["-o", "pgid=,tpgid=", "-p", String(pid)], { encoding: "utf8" })
    .trim()
    .split(/\s+/);
}
