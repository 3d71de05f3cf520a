/** The service's places, and what is answered there. */

import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { Fault, statusOf, toFault } from "../fault.ts";
import type { FaultBody } from "../fault.ts";
import { sendEvents } from "./events.ts";
import { createGuard } from "./guard.ts";
import { createDocument } from "./openapi.ts";
import { receiveJob } from "./receive.ts";
import type { ReceiveInit } from "./receive.ts";
import { sendResult } from "./result.ts";
import type { Schemas } from "./schemas.ts";

/** What the places are made with. */
export interface AppInit extends ReceiveInit {
  readonly schemas: Schemas;
  readonly version: string;
  /** Aborts when the service stops. */
  readonly over: AbortSignal;
}

/** Makes them. */
export function createApp(init: AppInit): Hono<{ Bindings: HttpBindings }> {
  const { jobs, options, schemas, version, over } = init;
  const guard = createGuard(options.token);
  const document = createDocument(schemas, { version, isLocked: options.token !== undefined });
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.get("/health", (c) => c.json({ status: over.aborted ? "stopping" : "ok" }, over.aborted ? 503 : 200));
  app.get("/openapi.json", (c) => c.json(document));
  app.use(async (c, next) => {
    guard((name) => c.req.header(name));
    await next();
  });
  app.post("/jobs", async (c) => {
    const job = await receiveJob(c.env.incoming, c.req.query(), init);
    return c.json(job, 202, { Location: `/jobs/${job.id}` });
  });
  app.get("/jobs", (c) => c.json({ jobs: jobs.list() }));
  app.get("/jobs/:id", (c) => c.json(jobs.find(c.req.param("id")).view));
  app.delete("/jobs/:id", async (c) => {
    await jobs.remove(c.req.param("id"));
    return c.body(null, 204);
  });
  app.get("/jobs/:id/events", (c) => sendEvents(c, jobs.find(c.req.param("id")), over));
  app.get("/jobs/:id/result", (c) =>
    sendResult(
      jobs.find(c.req.param("id")),
      (name) => c.req.header(name),
      // Hono answers HEAD by what GET has
      c.req.raw.method === "HEAD",
    ),
  );
  app.notFound((c) => answer(c, noSuchPlace()));
  app.onError((error, c) => {
    const fault = toFault(error);
    if (fault.code === "internal")
      options.onEvent({ kind: "trouble", message: error.stack ?? String(error) });
    return answer(c, fault);
  });
  return app;
}

function answer(c: Context<{ Bindings: HttpBindings }>, { code, message, fix }: FaultBody): Response {
  const fault = { code, message, fix };
  const status = statusOf(code);
  if (status === 401) c.header("WWW-Authenticate", "Bearer");
  if (status === 429 || status === 503) c.header("Retry-After", "30");
  // what is still to come of a file that was refused is not waited for
  if (!c.env.incoming.complete) c.header("Connection", "close");
  if (status === 416) c.header("Accept-Ranges", "bytes");
  return c.json(fault, status as ContentfulStatusCode);
}

function noSuchPlace(): Fault {
  return new Fault({
    code: "no-such-place",
    message: "There is nothing at this address.",
    fix: "The document at /openapi.json lists what there is.",
  });
}
