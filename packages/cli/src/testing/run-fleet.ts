/** `tatami fleet` in tests: in a world whose environment knows where Redis is, and built. */

import { fileURLToPath } from "node:url";
import type { RedisServer } from "@tatami/fleet/testing";
import { expect } from "vitest";
import { runFake } from "./fake-shell.ts";
import type { FakeRun } from "./fake-shell.ts";

/** The command line, built. */
export const bin: string = fileURLToPath(new URL("../../dist/bin.js", import.meta.url));

/** Password of the tests' Redis. */
export const secret = "s3cret";

/** Runs a command line; what it prints never holds the password. */
export async function runFleet({ url }: RedisServer, cwd: string, argv: readonly string[]): Promise<FakeRun> {
  const run = await runFake(["fleet", ...argv], { cwd, env: { TATAMI_REDIS: url } });
  expect(`${run.stdout}${run.stderr}`).not.toContain(secret);
  return run;
}

/** What was printed, line by line. */
export function linesOf<T>({ stdout }: FakeRun): readonly T[] {
  return stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T);
}
