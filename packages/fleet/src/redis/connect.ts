/** Connections to Redis from one address, and its failures without what is secret in it. */

import { isIP } from "node:net";
import { TatamiError } from "@tatami/core";
import { Redis } from "ioredis";
import type { RedisOptions } from "ioredis";

/** Where Redis listens unless told otherwise. */
export const usualRedis = "redis://127.0.0.1:6379";

/** An address, taken apart. */
export interface RedisAddress {
  readonly options: RedisOptions;
  /** For people: host, port and database, nothing secret. */
  readonly name: string;
}

/**
 * Reads `redis://[user][:password]@host[:port][/database]`; `rediss://` is the same over TLS, with the host's certificate
 * checked against the authorities that Node knows (`NODE_EXTRA_CA_CERTS` adds one's own).
 *
 * @throws TatamiError `invalid-option`, which does not show the address.
 */
export function parseRedis(address: string): RedisAddress {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const database = Number(url?.pathname.slice(1) ?? "");
  const isRead = url && /^rediss?:$/.test(url.protocol) && url.hostname !== "" && Number.isInteger(database);
  if (!isRead) {
    throw new TatamiError({
      code: "invalid-option",
      message:
        "What was given as the address of Redis is none: it begins with redis:// or rediss:// and names a host.",
      fix: 'Write redis://:PASSWORD@host:6379, in TATAMI_REDIS; what is not a letter or a digit in a password as encodeURIComponent("…") gives it.',
    });
  }
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const port = Number(url.port || 6379);
  return {
    name: `${url.hostname}:${port}${database === 0 ? "" : `/${database}`}`,
    options: {
      host,
      port,
      db: database,
      ...(url.username && { username: decodeURIComponent(url.username) }),
      ...(url.password && { password: decodeURIComponent(url.password) }),
      ...(url.protocol === "rediss:" && { tls: isIP(host) ? {} : { servername: host } }),
    },
  };
}

/** How a connection bears being lost. */
export type Patience =
  /** Commands fail after some seconds: for what somebody waits for. */
  | "some"
  /** Commands wait for as long as it takes: for workers, which go on when Redis is back. */
  | "endless";

/**
 * Opens a connection, and asks Redis to answer before it is given out, so that a wrong address or password is told at once.
 *
 * @throws TatamiError `connection-lost`, `invalid-option`.
 */
export async function connectRedis(address: string, patience: Patience): Promise<Redis> {
  const { options, name } = parseRedis(address);
  const first = new Redis({
    ...options,
    lazyConnect: true,
    connectTimeout: 5000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let failure: unknown;
  first.on("error", (error) => (failure ??= error));
  try {
    await first.connect();
    await first.ping();
  } catch (error) {
    throw redisFailed(failure ?? error, name);
  } finally {
    first.disconnect();
  }
  const redis = new Redis({
    ...options,
    maxRetriesPerRequest: patience === "some" ? 5 : null,
    retryStrategy: (times) => (patience === "some" && times > 5 ? null : Math.min(50 * 2 ** times, 2000)),
  });
  // told by the commands that wait for it; without a listener it would be printed
  redis.on("error", () => {});
  return redis;
}

/**
 * What Redis or the way to it says, in our words. ioredis' errors carry the command that failed, which may be the one with
 * the password: so nothing of them is kept but a text that was looked through.
 */
export function redisFailed(error: unknown, name: string): TatamiError<"connection-lost"> {
  const text = error instanceof Error ? error.message : String(error);
  if (/^(WRONGPASS|NOAUTH|ERR AUTH|NOPERM|ERR Client sent AUTH)/.test(text)) {
    return lost(
      `Redis at ${name} does not let this user in: the password is missing, wrong or not asked for.`,
      "Give the user and the password in TATAMI_REDIS: redis://user:PASSWORD@host:6379.",
    );
  }
  const code = error instanceof Error && "code" in error ? String(error.code) : "no answer";
  return lost(
    `Redis at ${name} cannot be reached (${/^[A-Z0-9_]+$/.test(code) ? code : "no answer"}).`,
    "Start redis-server there, or give another address in TATAMI_REDIS.",
  );
}

function lost(message: string, fix: string): TatamiError<"connection-lost"> {
  return new TatamiError({ code: "connection-lost", message, fix });
}

/** Whether an error is of Redis or of the way to it. */
export function isRedisError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    /^(ReplyError|MaxRetriesPerRequestError|AbortError|ClusterAllFailedError)$/.test(error.name) ||
    error.message.startsWith("Connection is closed") ||
    ("syscall" in error && error.syscall === "connect")
  );
}
