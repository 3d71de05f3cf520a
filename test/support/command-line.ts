/** The command line, run as its users run it, or in this process. */

import { spawn } from "node:child_process";
import { Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { createLibrary, createLocalLibrary, main } from "@tatami/cli";

/** How a run ended. */
export interface CommandResult {
  /** The exit status, or `null` when it had to be killed. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** Runs a command line; one that takes longer than is allowed is ended. */
export type RunCommand = (
  args: readonly string[],
  options?: { readonly limitSeconds?: number },
) => Promise<CommandResult>;

/** Runs the built `tatami` in a process of its own; `onStart` may interrupt it. */
export function tatami(
  args: readonly string[],
  options: {
    readonly cwd?: string;
    readonly limitSeconds?: number;
    readonly onStart?: (kill: (signal: NodeJS.Signals) => void) => void;
  } = {},
): Promise<CommandResult> {
  const started = performance.now();
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: options.cwd,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: (options.limitSeconds ?? usualLimit) * 1000,
    killSignal: "SIGKILL",
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  options.onStart?.((signal) => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) =>
      resolve({ status, stdout, stderr, seconds: (performance.now() - started) / 1000 }),
    );
  });
}

/**
 * The same in this process, but for that of the engine and for its signals: for tables of many files, whose code is read and
 * compiled once.
 */
export const tatamiHere: RunCommand = async (argv, { limitSeconds = usualLimit } = {}) => {
  const started = performance.now();
  const signal = AbortSignal.timeout(limitSeconds * 1000);
  const [stdout, stderr] = [createCapture(), createCapture()];
  const code = await main({
    argv,
    env: process.env,
    cwd: process.cwd(),
    stdout: stdout.output,
    stderr: stderr.output,
    terminal: undefined,
    signal,
    now: () => performance.now(),
    library: createLibrary(signal, () => createLocalLibrary(signal)),
  });
  return {
    status: signal.aborted ? null : code,
    stdout: stdout.text(),
    stderr: stderr.text(),
    seconds: (performance.now() - started) / 1000,
  };
};

function createCapture(): { readonly output: Writable; text(): string } {
  const chunks: string[] = [];
  const output = new Writable({
    write: (chunk: Buffer, _, done) => {
      chunks.push(chunk.toString());
      done();
    },
  });
  return { output, text: () => chunks.join("") };
}

const usualLimit = 120;
const bin = fileURLToPath(new URL("../../packages/cli/dist/bin.js", import.meta.url));
