/** A Redis of a test's own: Debian's server, or the one that `TATAMI_TEST_REDIS` names, on a free port, in a folder of its own. */

import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A running server. Dispose of it. */
export interface RedisServer extends AsyncDisposable {
  /** With the password. */
  readonly url: string;
  readonly port: number;
  /** Ends it by SIGKILL and starts it again on what it had written down. */
  restart(): Promise<void>;
  /** Ends it by SIGKILL. */
  kill(): Promise<void>;
  /** Every command that ever changed something, as it was written down. */
  written(): Promise<string>;
}

/** Starts a server that writes down every command (AOF). */
export async function startRedis(password?: string): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), "tatami-redis-"));
  const port = await freePort();
  const options = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--save", ""];
  const aof = ["--appendonly", "yes", "--appendfsync", "everysec", "--maxmemory-policy", "noeviction"];
  const all = [...options, ...aof, ...(password === undefined ? [] : ["--requirepass", password])];
  let server = await start(all);
  const kill = async (): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, "exit");
    server.kill("SIGKILL");
    await gone;
  };
  return {
    url: `redis://${password === undefined ? "" : `:${encodeURIComponent(password)}@`}127.0.0.1:${port}`,
    port,
    kill,
    async written() {
      const log = join(folder, "appendonlydir");
      const files = (await readdir(log)).map((name) => readFile(join(log, name), "latin1"));
      return (await Promise.all(files)).join("");
    },
    async restart() {
      await kill();
      server = await start(all);
    },
    async [Symbol.asyncDispose]() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function start(options: readonly string[]): Promise<ChildProcess> {
  const program = process.env["TATAMI_TEST_REDIS"] ?? "redis-server";
  const server = spawn(program, options, { stdio: ["ignore", "pipe", "inherit"] });
  await new Promise<void>((resolve, reject) => {
    server.on("error", (cause) =>
      reject(new Error(`These tests need ${program}: apt-get install redis-server.`, { cause })),
    );
    server.on("exit", (code) => reject(new Error(`${program} ended with ${code}.`)));
    createInterface({ input: server.stdout! }).on("line", (line) => {
      if (line.includes("Ready to accept connections")) resolve();
    });
  });
  return server;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
