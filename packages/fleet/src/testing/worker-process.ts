/** A worker in a process of its own, built, as people run it: for tests that kill it. */

import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { WorkOptions } from "../worker/work.ts";
import type { WorkEvent } from "../worker/world.ts";

/** A running worker. Dispose of it. */
export interface WorkerProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  /** All that it told, in any life. */
  readonly events: WorkEvent[];
  /** All that it printed, errors too. */
  printed(): string;
  /** Ends it by SIGKILL; its engines' processes see that it is gone. */
  kill(): Promise<void>;
}

/** Starts a worker; resolves when it is connected. */
export async function startWorkerProcess(
  options: Omit<WorkOptions, "signal" | "onEvent">,
): Promise<WorkerProcess> {
  const program = `
    import { work } from "@tatami/fleet";
    const stop = new AbortController();
    process.on("SIGTERM", () => stop.abort());
    // the test is gone
    process.stdin.on("end", () => process.exit(1)).resume();
    const onEvent = (event) => console.log(JSON.stringify(event));
    const { redis: _, ...options } = JSON.parse(process.env.OPTIONS);
    const worker = await work({ ...options, redis: process.env.TATAMI_REDIS, onEvent, signal: stop.signal });
    console.log("ready");
    await worker.stopped;
    process.exit(0);
  `;
  const env = { ...process.env, TATAMI_REDIS: options.redis, OPTIONS: JSON.stringify(options) };
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    cwd: import.meta.dirname,
    env,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const events: WorkEvent[] = [];
  let text = "";
  child.stderr.on("data", (data) => (text += String(data)));
  await new Promise<void>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`A worker ended with ${code}: ${text}`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      text += `${line}\n`;
      if (line === "ready") resolve();
      else if (line.startsWith("{")) events.push(JSON.parse(line) as WorkEvent);
    });
  });
  child.removeAllListeners("exit");
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill(signal);
    await gone;
  };
  return {
    child,
    events,
    printed: () => text,
    kill: () => end("SIGKILL"),
    [Symbol.asyncDispose]: () => end("SIGTERM"),
  };
}
