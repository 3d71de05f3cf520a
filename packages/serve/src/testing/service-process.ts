/** A service in a process of its own, built, as people run it: for tests that compute, and that kill it. */

import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";
import type { ServeEvent, ServeOptions } from "../options.ts";

/** A running service. */
export interface ServiceProcess {
  readonly child: ChildProcess;
  readonly url: string;
  readonly events: readonly ServeEvent[];
  /** Ends it, and its engines with it. @returns its exit code */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/**
 * Starts a service, which ends with the test.
 *
 * @param works whether a worker of the fleet is in the same process
 */
export async function startServiceProcess(
  options: Omit<ServeOptions, "onEvent">,
  works = false,
): Promise<ServiceProcess> {
  const program = `
    import { startService } from "@tatami/serve";
    import { work } from "@tatami/fleet";
    const options = JSON.parse(process.env.OPTIONS);
    const onEvent = (event) => console.log(JSON.stringify(event));
    const { redis, root } = options.fleet ?? {};
    const worker = process.env.WORKS ? await work({ redis, root, threads: 1 }) : undefined;
    const service = await startService({ ...options, onEvent });
    console.log(service.url);
    // the test is gone
    process.stdin.on("end", () => process.exit(1)).resume();
    process.on("SIGTERM", async () => {
      await service[Symbol.asyncDispose]();
      await worker?.[Symbol.asyncDispose]();
      process.exit(0);
    });
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    cwd: import.meta.dirname,
    env: { ...process.env, OPTIONS: JSON.stringify({ port: 0, ...options }), ...(works && { WORKS: "1" }) },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, "exit");
      child.kill(signal);
      await gone;
    }
    return child.exitCode;
  };
  onTestFinished(() => end("SIGKILL").then(() => undefined));
  const events: ServeEvent[] = [];
  let told = "";
  child.stderr.on("data", (data) => (told += String(data)));
  const url = await new Promise<string>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`The service ended with ${code}: ${told}`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.startsWith("http://")) resolve(line);
      else if (line.startsWith("{")) events.push(JSON.parse(line) as ServeEvent);
    });
  });
  return { child, url, events, end };
}
