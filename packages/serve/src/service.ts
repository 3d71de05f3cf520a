/** The service: its jobs, and the server through which they are asked for. */

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { createAdaptorServer } from "@hono/node-server";
import { TatamiError } from "@tatami/core";
import { listModels } from "@tatami/zoo";
import { createApp } from "./http/app.ts";
import { createChecker, createSchemas } from "./http/schemas.ts";
import { Jobs } from "./jobs/jobs.ts";
import { createFleetRunner, createLocalRunner } from "./jobs/runner.ts";
import type { Runner } from "./jobs/runner.ts";
import { openStore } from "./jobs/store.ts";
import { resolveServe } from "./options.ts";
import type { ResolvedServe, ServeOptions } from "./options.ts";
import { realNetwork } from "./source/fetch-source.ts";
import type { Network } from "./source/fetch-source.ts";

/**
 * A service that listens. Disposing of it ends it in order: no new jobs, streams of events are closed, what is begun is kept,
 * and the next service on the same store goes on with it.
 */
export interface Service extends AsyncDisposable {
  /** Where it listens. */
  readonly url: string;
}

/** What tests replace. */
export interface ServiceWorld {
  readonly runner?: Runner;
  readonly network?: Network;
}

/** Milliseconds without a byte after which a connection is closed. */
const patience = 120_000;
/** Milliseconds that answers have to come to their end, when the service stops. */
const grace = 3000;

/**
 * Starts a service.
 *
 * @throws TatamiError `invalid-option`, also for an address other machines reach without a token, and for a port that is taken;
 * `output-failed` where the store cannot be written to, or another service has it; `connection-lost` where a fleet's Redis is not there.
 */
export async function startService(options: ServeOptions = {}): Promise<Service> {
  return startServiceIn({}, options);
}

/** {@link startService} in a world of a test's own. */
export async function startServiceIn(world: ServiceWorld, given: ServeOptions): Promise<Service> {
  const options = resolveServe(given);
  // the last one made is the first to go
  const made: AsyncDisposable[] = [];
  const own = <T extends AsyncDisposable>(each: T): T => {
    made.unshift(each);
    return each;
  };
  const release = async (): Promise<void> => {
    for (const each of made) await each[Symbol.asyncDispose]();
  };
  try {
    const store = own(await openStore(options.store));
    const runner = own(world.runner ?? (await createRunner(options)));
    const network = world.network ?? realNetwork;
    const jobs = own(await Jobs.open({ store, runner, network, options }));
    const over = new AbortController();
    const schemas = createSchemas(listModels().map(({ name }) => name));
    const checker = createChecker(schemas);
    const version = await readVersion();
    const app = createApp({ jobs, store, checker, options, schemas, version, over: over.signal });
    const server = createAdaptorServer({ fetch: app.fetch }) as Server;
    // what comes in may take hours, as long as it comes
    server.requestTimeout = 0;
    server.timeout = patience;
    await listen(server, options);
    let ended: Promise<void> | undefined;
    const end = (): Promise<void> => (ended ??= close(server, over, jobs).then(release));
    return { url: addressOf(server, options), [Symbol.asyncDispose]: end };
  } catch (error) {
    await release();
    throw error;
  }
}

/** Jobs come first: those that are sent meanwhile are refused. */
async function close(server: Server, over: AbortController, jobs: Jobs): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  over.abort();
  server.closeIdleConnections();
  await jobs[Symbol.asyncDispose]();
  await Promise.race([closed, wait(grace, undefined, { ref: false })]);
  server.closeAllConnections();
  await closed;
}

function addressOf(server: Server, { host }: ResolvedServe): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(":") ? `[${host.replace(/^\[|\]$/g, "")}]` : host}:${port}`;
}

async function createRunner(options: ResolvedServe): Promise<Runner> {
  const { fleet, maxWaiting } = options;
  return fleet ? createFleetRunner({ fleet, maxWaiting }) : createLocalRunner(options);
}

async function listen(server: Server, { host, port }: ResolvedServe): Promise<void> {
  try {
    server.listen(port, host.replace(/^\[|\]$/g, ""));
    await once(server, "listening");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "no reason";
    throw new TatamiError({
      code: "invalid-option",
      message: `${host} cannot be listened on at port ${port} (${code}).`,
      fix: "Give another port (options.port, --port), or an address of this machine.",
      detail: { host, port },
      cause,
    });
  }
}

async function readVersion(): Promise<string> {
  const manifest = await readFile(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as { readonly version: string }).version;
}
