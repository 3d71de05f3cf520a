/** The built command line, run as its users run it. */

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** How a run ended. */
export interface CommandResult {
  /** The exit status, or `null` when it had to be killed. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** Runs `tatami` in a process of its own; `onStart` may interrupt it. */
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
    timeout: (options.limitSeconds ?? 120) * 1000,
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

const bin = fileURLToPath(new URL("../../packages/cli/dist/bin.js", import.meta.url));
