/** A page that shows the queues: Bull Board, where it is installed, for this machine alone. */

import { once } from "node:events";
import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { checkInteger, TatamiError } from "@tatami/core";
import { openQueues, resolveFleet } from "./fleet.ts";
import type { FleetOptions } from "./fleet.ts";
import { connectRedis } from "./redis/connect.ts";

/** Options of {@link startDashboard}. */
export interface DashboardOptions extends FleetOptions {
  /** @defaultValue one that is free */
  readonly port?: number;
}

/** A page that is served. Dispose of it. */
export interface Dashboard extends AsyncDisposable {
  /** Where it is. */
  readonly url: string;
}

/**
 * Serves Bull Board on 127.0.0.1: the queues as they are, to be read and not to be changed. It needs the packages
 * `@bull-board/api` and `@bull-board/express`.
 *
 * @throws TatamiError `missing-package`; `connection-lost`; `invalid-option` for a port that is taken.
 */
export async function startDashboard(options: DashboardOptions = {}): Promise<Dashboard> {
  const { port = 0, ...where } = options;
  checkInteger("options.port", port, 0, 65_535);
  const { redis: address, fleet } = resolveFleet(where);
  const { createBullBoard, BullMQAdapter, ExpressAdapter } = await loadBoard();
  const redis = await connectRedis(address, "endless");
  const queues = openQueues(redis, fleet);
  const serverAdapter = new ExpressAdapter();
  createBullBoard({
    queues: [queues.files, queues.segments].map((queue) => new BullMQAdapter(queue, { readOnlyMode: true })),
    serverAdapter,
    options: { uiConfig: { boardTitle: "Tatami" } },
  });
  const page = serverAdapter.getRouter() as RequestListener;
  const server = createServer((request, response) => {
    // a page elsewhere whose name was made to lead here is not let in
    if (/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? "")) page(request, response);
    else response.writeHead(403).end();
  });
  const close = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
    await queues[Symbol.asyncDispose]();
    redis.disconnect();
  };
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
  } catch (error) {
    await close();
    throw portTaken(port, error);
  }
  const { port: taken } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${taken}/`, [Symbol.asyncDispose]: close };
}

async function loadBoard() {
  try {
    const [{ createBullBoard }, { BullMQAdapter }, { ExpressAdapter }] = await Promise.all([
      import("@bull-board/api"),
      import("@bull-board/api/bullMQAdapter"),
      import("@bull-board/express"),
    ]);
    return { createBullBoard, BullMQAdapter, ExpressAdapter };
  } catch (cause) {
    throw new TatamiError({
      code: "missing-package",
      message: "The dashboard needs Bull Board, which is not installed.",
      fix: "Install it: npm install @bull-board/api @bull-board/express.",
      cause,
    });
  }
}

function portTaken(port: number, cause: unknown): TatamiError<"invalid-option"> {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "no reason";
  return new TatamiError({
    code: "invalid-option",
    message: `Port ${port} cannot be listened on (${code}).`,
    fix: "Give another port to the dashboard, above 1023.",
    detail: { port },
    cause,
  });
}
